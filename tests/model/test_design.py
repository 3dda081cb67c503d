import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import SpecError
from petfit.model.design import NEW
from tests.helpers import MODELS, make_design


@pytest.fixture(scope="module")
def ssri():
    return make_design(petfit.read_model("ssri"), "sert_occupancy")


def test_rows_of_a_cohort_share_a_deviation(ssri):
    abanades = ssri.rows[ssri.rows["study"] == "Abanades2011"]
    assert len(abanades) == 3
    assert abanades["person"].nunique() == 1


def test_a_range_without_n_has_the_assumed_size(ssri):
    assert ssri.rows.loc[ssri.rows["study"] == "Meyer2004", "n"].tolist() == [5.0]


def test_exposures_are_in_reference_doses_of_each_drug(ssri):
    values = {drug: reference.value for drug, reference in ssri.reference_doses.items()}
    assert values == {
        "citalopram": 20,
        "duloxetine": 60,
        "escitalopram": 10,
        "paroxetine": 20,
        "sertraline": 50,
    }
    assert (ssri.rows["x"] * ssri.rows["drug"].map(values)).tolist() == pytest.approx(
        ssri.rows["dose"].tolist()
    )


def test_each_person_has_a_deviation_of_weight_1():
    people = pd.DataFrame({"drug": "A", "dose": [5, 9, 5, 5], "value": 0.4, "subject": ["1", "1", "2", ""]})
    design = make_design(MODELS["people"], people)
    person = design.rows["person"]
    assert person.nunique() == 3
    assert person["row 0"] == person["row 1"]
    assert design.matrix(design.rows).weight.tolist() == [[1.0] * 4]


def test_rows_with_repeated_index_labels_are_different_people():
    frame = pd.DataFrame({"drug": ["A"], "dose": [5.0], "value": [0.4]})
    both = pd.concat([frame, frame.assign(dose=6.0)])
    assert make_design(MODELS["people"], both).rows["person"].nunique() == 2


def test_a_cohort_and_a_person_with_the_same_label_are_distinct():
    rows = [
        {"drug": "A", "dose": 5, "value": 0.4, "subject": "S1", "cohort": "one"},
        {"drug": "A", "dose": 5, "value": 0.5, "n": 9, "cohort": "S1"},
    ]
    assert make_design(MODELS["people"], pd.DataFrame(rows)).rows["person"].nunique() == 2


def test_an_unknown_level_is_rejected_with_a_suggestion(ssri):
    question = ssri.rows.assign(region="striatun")
    with pytest.raises(SpecError, match="Did you mean 'striatum'"):
        ssri.matrix(question)


def test_a_new_level_requires_partial_pooling(ssri):
    assert ssri.matrix(ssri.rows.assign(study=NEW)).index.max() >= len(set(ssri.rows["study"]))
    with pytest.raises(SpecError, match="not partially pooled"):
        ssri.matrix(ssri.rows.assign(tracer=NEW))


def test_prior_draws_follow_the_priors_of_the_model(ssri):
    draws = ssri.draw_prior(np.random.default_rng(2), 40_000)
    for name, prior in ssri.scalar_priors.items():
        assert np.median(draws[name]) == pytest.approx(prior.quantile(0.5), abs=0.02)
    pooled = draws["log_ec50_drug"] / draws["log_ec50_drug_sd"][:, None]
    assert pooled.std(axis=0) == pytest.approx(np.ones(5), abs=0.02)
    shift = next(effect for effect in ssri.effects if effect.name == "log_ec50_drug_regimen")
    assert draws[shift.name].mean(axis=0) == pytest.approx([p.numbers[0] for p in shift.priors], abs=0.01)
