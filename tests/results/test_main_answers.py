import numpy as np
import pytest

from petfit.results.main_answers import main_answers
from petfit.results.usual_dose import usual_dose


@pytest.fixture(scope="module")
def answers(prior_fit):
    return main_answers(prior_fit, 0.7, prob=0.9)


@pytest.mark.parametrize("predict_for", ["typical", "new_subject"])
def test_each_number_is_that_of_its_own_method(prior_fit, answers, predict_for):
    rows = answers[answers["predict_for"] == predict_for].set_index("drug")
    expected = {
        "ec50": prior_fit.ec50(predict_for, prob=0.9),
        "emax": prior_fit.emax(predict_for, prob=0.9),
        "target_dose": prior_fit.dose_for_occupancy(0.7, predict_for, prob=0.9).isel(occupancy=0),
    }
    for name, table in expected.items():
        for suffix, column in {"": "median", "_low": "low", "_high": "high"}.items():
            np.testing.assert_array_equal(rows[f"{name}{suffix}"], table[column])
    for drug in prior_fit.design.drugs:
        dose, kind = usual_dose(prior_fit, drug)
        assert (rows.loc[drug, "at_dose"], rows.loc[drug, "at_dose_kind"]) == (dose, kind)
        own = prior_fit.occupancy(dose, predict_for, prob=0.9).sel(drug=drug)
        assert rows.loc[drug, "occupancy_at_dose"] == own["median"].item()
        assert rows.loc[drug, "occupancy_at_dose_high"] == own["high"].item()


def test_a_model_without_differences_between_people_has_typical_people_alone(plain_fit):
    assert main_answers(plain_fit)["predict_for"].tolist() == ["typical"]


def test_the_conditions_stand_beside_the_numbers(ssri_fit):
    answers = main_answers(ssri_fit, at={"region": "midbrain"})
    dose = ssri_fit.dose_for_occupancy(at={"region": "midbrain"})
    assert "midbrain" in dose.attrs["at"]
    assert set(answers["at"]) == {dose.attrs["at"]}
    assert list(answers["drug"].unique()) == list(ssri_fit.design.drugs)
    assert not answers.drop(columns=["at"]).isna().any(axis=None)
