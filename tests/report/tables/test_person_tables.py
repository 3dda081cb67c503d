import pytest

from petfit.report.tables.person_tables import (
    OCCUPANCIES,
    dose_person_table,
    moment_table,
    occupancy_person_table,
)
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.occupancy_moments import occupancy_moments
from petfit.results.usual_dose import exposures_tested
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE


def test_each_marketed_strength_has_its_occupancy(ssri_fit):
    table = occupancy_person_table(ssri_fit)
    shown = list(zip(table.frame["drug"], table.frame["dose"], strict=True))
    assert shown == [
        (drug, dose) for drug in ssri_fit.design.drugs for dose in marketed_strengths(ssri_fit, drug)[0]
    ]
    assert table.title == "Occupancy at the marketed strengths"
    typical, new = ssri_fit.occupancy(20), ssri_fit.occupancy(20, "new_subject")
    row = table.frame.query("drug == 'citalopram' and dose == 20").iloc[0]
    for prefix, answer in {"": typical, "new_": new}.items():
        for name in ("median", "low", "high"):
            assert row[f"{prefix}{name}"] == answer[name].sel(drug="citalopram").item()


def test_a_drug_without_strengths_has_the_doses_tested(prior_fit):
    table = occupancy_person_table(prior_fit)
    assert table.title == "Occupancy at the doses tested"
    for drug, rows in table.frame.groupby("drug"):
        assert tuple(rows["dose"]) == exposures_tested(prior_fit, drug)


def test_a_single_drug_is_not_named_and_has_no_new_person_without_differences(plain_fit):
    assert occupancy_person_table(plain_fit).headings == ["dose, mg/day", "typical person, %"]


@pytest.mark.parametrize("occupancy", [0.8, 0.65])
def test_doses_are_given_for_several_occupancies(prior_fit, occupancy):
    table = dose_person_table(prior_fit, occupancy)
    expected = prior_fit.dose_for_occupancy(sorted({*OCCUPANCIES, occupancy}), "new_subject")
    assert table.frame["new_high"].tolist() == expected["high"].to_numpy().ravel().tolist()
    assert set(table.frame["occupancy"]) == {*OCCUPANCIES, occupancy}


def test_only_usual_doses_are_shown_at_trough_mean_and_peak():
    fit = fit_from_prior(MODEL, TABLE, draws=100)
    moments = occupancy_moments(fit, {"A": [10.0, 15.0], "B": [20.0]})
    table = moment_table(fit, moments)
    whens = ["trough", "mean", "peak"]
    assert table.frame[["drug", "dose", "when"]].to_numpy().tolist() == [
        [drug, dose, when] for drug, dose in (("A", 10.0), ("B", 20.0)) for when in whens
    ]
    new = moments.query("predict_for == 'new_subject' and dose != 15")
    assert table.frame["new_high"].tolist() == new["high"].tolist()
    assert table.caption == "Median (95 % equal-tailed interval); at steady state, every 24 h."
