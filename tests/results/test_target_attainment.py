import numpy as np
import pandas as pd
import pytest
from scipy import stats

import petfit
from petfit.errors import PetfitError
from petfit.results import summary
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.populations import PREDICT_FOR
from tests.helpers import fit_from_prior


@pytest.fixture(scope="module")
def marketed_fit():
    """A drug with strengths, one without, and one whose strengths are in another unit."""
    table = pd.DataFrame(
        {
            "drug": ["sertraline", "water", "citalopram"] * 2,
            "dose": [50, 10, 0.3] * 2,
            "dose_unit": ["mg/day", "mg/day", "mg/kg/day"] * 2,
            "value": [0.8, 0.5, 0.8, 0.7, 0.4, 0.75],
        }
    )
    return fit_from_prior(petfit.read_model("emax"), table)


# --- probability and share of people ------------------------------------------------------------


def test_probability_is_the_share_of_draws_that_reach_the_occupancy(ssri_fit):
    doses = [0.0, 20.0, 60.0]
    for predict_for in ("typical", "new_subject", "new_study"):
        found = ssri_fit.target_attainment(doses, [0.6, 0.7], predict_for)
        occupancy = ssri_fit.occupancy_draws(doses, predict_for)
        for target in (0.6, 0.7):
            wanted = (occupancy >= target).mean(("chain", "draw")).to_numpy()
            assert found["probability"].sel(occupancy=target).to_numpy() == pytest.approx(wanted, abs=1e-12)


def test_probability_increases_with_dose_and_decreases_with_occupancy(prior_fit):
    found = prior_fit.target_attainment(np.geomspace(0.1, 1e4, 30), [0.3, 0.6, 0.9])
    for name in ("probability", "share", "share_low", "share_high"):
        assert (found[name].diff("dose") >= 0).all()
        assert (found[name].diff("occupancy") <= 0).all()


def test_share_of_people_follows_the_normal_distribution_between_people(ssri_fit):
    fit = ssri_fit
    for predict_for in ("typical", "new_study"):
        needed = fit.dose_for_occupancy_draws(0.8, predict_for).sel(drug="duloxetine").to_numpy()[..., 0]
        with np.errstate(divide="ignore"):
            share = stats.norm.cdf(np.log(60.0 / needed) / fit.posterior["omega"])
        found = fit.target_attainment([60.0], 0.8, predict_for, prob=0.9).sel(drug="duloxetine").squeeze()
        for name, q in (("share_low", 0.05), ("share", 0.5), ("share_high", 0.95)):
            assert float(found[name]) == pytest.approx(
                np.quantile(share, q, method="inverted_cdf"), rel=1e-12
            )


def test_probability_for_a_new_subject_is_the_mean_share_of_people(prior_fit):
    fit, dose = prior_fit, 20.0
    needed = fit.dose_for_occupancy_draws(0.5).to_numpy()[..., 0]
    with np.errstate(divide="ignore"):
        share = stats.norm.cdf(np.log(dose / needed) / fit.posterior["omega"][..., None])
    found = prior_fit.target_attainment(dose, 0.5, "new_subject")["probability"].squeeze()
    assert found.to_numpy() == pytest.approx(
        share.mean(axis=(0, 1)), abs=4 * 0.5 / np.sqrt(share[..., 0].size)
    )


def test_attainment_is_0_without_a_dose_and_tends_to_that_allowed_by_emax(prior_fit):
    found = prior_fit.target_attainment([0.0, 1e15], 0.5)
    assert (found["share"].sel(dose=0.0) == 0).all()
    assert (found["probability"].sel(dose=0.0) == 0).all()
    allowed = (prior_fit.emax_draws() > 0.5).mean(("chain", "draw"))
    assert found["probability"].sel(dose=1e15).squeeze().to_numpy() == pytest.approx(allowed.to_numpy())


def test_share_of_people_needs_differences_between_people(prior_fit):
    assert "share" not in prior_fit.target_attainment(10, 0.5, "new_subject")
    centre = 'centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }\n'
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": [0.4, 0.7]})
    alike = fit_from_prior(f"[ec50]\n{centre}[emax]\n{centre}", table, draws=100)
    assert "share" not in alike.target_attainment(10, 0.5)
    with pytest.raises(PetfitError, match="no differences between people"):
        alike.target_attainment(10, 0.5, "new_subject")


def test_share_of_people_is_1_where_a_competitor_suffices():
    centre = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
    text = (
        f'[ec50]\ncentre = {centre}\npeople.sd = {{ dist = "HalfNormal", sigma = 1.0 }}\n'
        f'[emax]\nfixed = 1.0\n[competition.rival]\ncolumn = "rival_ng_ml"\nec50 = {centre}\n'
    )
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": [0.4, 0.7], "rival_ng_ml": [0.0, 2.0]})
    reach = fit_from_prior(text, table).target_attainment([0.0, 10.0], 0.6, at={"rival": 1.5})
    assert np.isfinite(reach["share"]).all()
    assert (reach["share_high"].sel(dose=0.0) == 1).all()


@pytest.mark.parametrize("predict_for", PREDICT_FOR)
def test_attributes_hold_the_conditions_of_the_answer(ssri_fit, predict_for):
    for found in (
        ssri_fit.target_attainment([0.5, 1.0], 0.8, predict_for, at={"region": "midbrain"}),
        ssri_fit.smallest_strength(0.8, predict_for, at={"region": "midbrain"}),
    ):
        assert found.attrs["predict_for"] == predict_for
        assert "midbrain" in found.attrs["at"]
        assert set(summary.frame(found)["predict_for"]) == {predict_for}


REFUSED = {
    "a probability in percent": (
        lambda s: s.target_attainment(20, prob=95),
        "Did you mean 0.95",
    ),
    "an occupancy in percent": (lambda s: s.target_attainment(20, 80), "Did you mean 0.8"),
    "a negative dose": (lambda s: s.target_attainment(-20), "0 or more"),
    "a required probability of 1": (
        lambda s: s.smallest_strength(0.8, min_probability=1.0),
        "min_probability",
    ),
}


@pytest.mark.parametrize(("ask", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_questions_without_an_answer_are_refused(prior_fit, ask, words):
    with pytest.raises(PetfitError, match=words):
        ask(prior_fit)


# --- the marketed strengths ---------------------------------------------------------------------


def test_strengths_in_another_unit_are_not_used(marketed_fit):
    assert marketed_strengths(marketed_fit, "sertraline") == ((25.0, 50.0, 100.0), "")
    assert marketed_strengths(marketed_fit, "water") == ((), "no strengths known")
    none, why = marketed_strengths(marketed_fit, "citalopram")
    assert none == ()
    assert "mg/day" in why
    assert "mg/kg/day" in why


def test_strengths_are_not_concentrations():
    table = pd.DataFrame(
        {"drug": "sertraline", "concentration": [5, 10], "concentration_unit": "ng/mL", "value": [0.4, 0.6]}
    )
    fit = fit_from_prior(petfit.read_model("emax_concentration"), table, draws=100)
    assert "concentration" in marketed_strengths(fit, "sertraline")[1]
    assert fit.smallest_strength()["strength"].isnull().all()


def test_default_doses_are_the_marketed_strengths(ssri_fit, marketed_fit):
    found = ssri_fit.target_attainment()
    for drug in found["drug"].to_numpy():
        strengths = found["dose"].to_numpy()[found["marketed"].sel(drug=drug).to_numpy()]
        assert tuple(strengths) == marketed_strengths(ssri_fit, drug)[0]
    assert not marketed_fit.target_attainment()["marketed"].sel(drug=["water", "citalopram"]).any()


@pytest.mark.parametrize("predict_for", ["typical", "new_subject"])
def test_smallest_strength_is_the_first_with_the_required_probability(ssri_fit, predict_for):
    attained = ssri_fit.target_attainment(None, [0.5, 0.8, 0.9], predict_for)
    least = ssri_fit.smallest_strength([0.5, 0.8, 0.9], predict_for)
    seen = set()
    for row in summary.frame(least).itertuples():
        probability = attained["probability"].sel(drug=row.drug, occupancy=row.occupancy)
        is_enough = attained["marketed"].sel(drug=row.drug) & (probability >= row.min_probability)
        enough = attained["dose"].where(is_enough, drop=True)
        wanted = enough.min().item() if enough.size else np.nan
        assert row.strength == pytest.approx(wanted, nan_ok=True)
        assert row.why_none == ("" if enough.size else "none")
        seen.add(row.why_none)
    assert seen == {"", "none"}


def test_missing_strengths_are_given_a_reason(marketed_fit):
    found = marketed_fit.smallest_strength(0.5)
    assert set(found["why_none"].sel(drug="water").to_numpy().ravel()) == {"no strengths known"}
    assert "mg/day" in found["why_none"].sel(drug="citalopram").to_numpy().ravel()[0]
