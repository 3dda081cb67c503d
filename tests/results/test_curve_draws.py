import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import PetfitError
from petfit.results.curve_draws import curve_draws
from petfit.results.populations import can_predict_for, population
from tests.helpers import fit_from_prior

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'


def assert_close(actual, expected):
    assert np.asarray(actual) == pytest.approx(np.asarray(expected), rel=1e-12)


def test_occupancy_at_ec50_is_half_of_emax(ssri_fit):
    found = curve_draws(ssri_fit).parameters
    curve = ssri_fit.design.curve
    assert_close(curve.occupancy(found["ec50"], **found), found["emax"] / 2)


def test_drugs_keep_the_requested_order(ssri_fit):
    found = curve_draws(ssri_fit, "typical", ["sertraline", "citalopram"]).parameter_draws("ec50")
    assert found["drug"].to_numpy().tolist() == ["sertraline", "citalopram"]
    assert_close(found.sel(drug="sertraline"), ssri_fit.ec50_draws().sel(drug="sertraline"))


REFUSED = {
    "an unknown region": (
        lambda s: s.ec50_draws(at={"region": "striatun"}),
        ["striatun", "Did you mean 'striatum'?"],
    ),
    "an unknown factor": (
        lambda s: s.ec50_draws(at={"regoin": "striatum"}),
        ["regoin", "Did you mean 'region'?"],
    ),
    "an unknown drug": (
        lambda s: curve_draws(s, "typical", ["sertralin"]).parameter_draws("ec50"),
        ["Did you mean 'sertraline'?"],
    ),
    "an unknown prediction": (
        lambda s: s.ec50_draws("new_subjects"),
        ["Did you mean 'new_subject'?"],
    ),
    "a percentage": (lambda s: s.dose_for_occupancy_draws(80), ["80", "Did you mean 0.8?"]),
    "a negative occupancy": (lambda s: s.dose_for_occupancy_draws(-0.1), ["between 0 and 1"]),
    "a negative dose": (lambda s: s.occupancy_draws(-1), ["0 or more", "-1"]),
    "no dose": (lambda s: s.occupancy_draws(float("nan")), ["0 or more"]),
    "a new drug at a single dose": (
        lambda s: s.ec50_draws("new_drug", at={"regimen": "single"}),
        ["not partially pooled"],
    ),
    "a new study that is named": (
        lambda s: s.ec50_draws("new_study", at={"study": "Klein2006"}),
        ["a new study cannot be 'Klein2006'"],
    ),
    "a new drug that is named": (
        lambda s: curve_draws(s, "new_drug", ["sertraline"]).parameter_draws("ec50"),
        ["cannot be sertraline"],
    ),
}


@pytest.mark.parametrize(("ask", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_unknown_names_are_refused_with_a_suggestion(ssri_fit, ask, words):
    with pytest.raises(PetfitError) as caught:
        ask(ssri_fit)
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("predict_for", "kind", "table"),
    [
        ("new_subject", "people", "[ec50.people]"),
        ("new_study", "studies", "[ec50.study]"),
    ],
)
def test_new_levels_need_random_effects_in_the_model(plain_fit, predict_for, kind, table):
    with pytest.raises(
        PetfitError, match=f"{predict_for}: the model has no differences between {kind} "
    ) as caught:
        plain_fit.ec50(predict_for)
    assert f"add the table {table} to the model" in str(caught.value)


def test_there_is_no_new_drug_beside_a_single_one(people_table):
    fit = fit_from_prior(petfit.read_model("emax"), people_table, draws=100)
    assert not can_predict_for(fit.design, "new_drug")
    with pytest.raises(PetfitError, match="new_drug: the fit has one drug, A"):
        fit.ec50("new_drug")


def test_a_study_is_named_where_the_model_has_differences_between_studies(prior_fit, ssri_fit):
    assert population(prior_fit.design, "typical") == "a typical person"
    assert population(ssri_fit.design, "typical") == "a typical person in a typical study"


@pytest.mark.parametrize(("regimen", "unit"), [("single", "mg"), ("repeated", "mg/day")])
def test_a_single_dose_is_not_one_per_day(ssri_fit, people_table, regimen, unit):
    assert set(ssri_fit.ec50(at={"regimen": regimen})["unit"].to_numpy()) == {unit}
    fit = fit_from_prior(petfit.read_model("emax"), people_table.assign(regimen=regimen), draws=100)
    assert fit.dose_for_occupancy()["unit"].item() == unit


def test_random_effects_on_noise_do_not_allow_a_new_study(people_table):
    text = (
        f"[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n[noise]\n"
        'sigma = { dist = "HalfNormal", sigma = 0.1 }\nstudy.pooled = { dist = "HalfNormal", sigma = 0.3 }\n'
    )
    fit = fit_from_prior(text, people_table.assign(study="one"), draws=100)
    with pytest.raises(PetfitError, match="no differences between studies"):
        fit.ec50("new_study")


def test_a_separate_factor_needs_a_level():
    table = pd.DataFrame({"drug": "A", "dose": [5, 10], "value": [0.4, 0.6], "region": ["x", "y"]})
    text = f'[ec50]\nseparate = "region"\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n'
    fit = fit_from_prior(text, table, draws=100)
    assert fit.ec50(at={"region": "x"})["sd"] > 0
    with pytest.raises(PetfitError, match="region"):
        fit.ec50()
