"""Occupancy at other targets: one free concentration, ratios from affinities, PET rows."""

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import PetfitError, SpecError
from petfit.inference import kernel
from petfit.model.specification import parse_model
from petfit.results import tested_range
from petfit.results.ec50_ratio import log_ratio_draws
from petfit.results.selectivity import second_occupancy_draws
from tests.helpers import PLAIN, QUICK, fit_from_prior, make_design

MODEL = (
    PLAIN.replace("A = 10.0", "A = 10.0\nB = 20.0")
    + """
[selectivity.DAT]
from = "SERT"
between_laboratories = 0.5
in_vivo = { dist = "Normal", mu = 0.0, sigma = 0.5 }
[selectivity.DAT.affinities.Lab]
A = [1.0, 30.0]
[selectivity.NET]
from = "SERT"
emax = 0.8
[selectivity.NET.affinities.Lab]
A = [1.0, ">1000"]
"""
)
TABLE = pd.DataFrame(
    {"drug": ["A", "A", "B"], "target": "SERT", "dose": [5.0, 40.0, 20.0], "value": [0.3, 0.8, 0.5]}
)


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(MODEL, TABLE)


def test_the_ratio_is_that_of_the_affinities_with_both_spreads(fit):
    draws = log_ratio_draws(fit, "A", "DAT")
    assert draws.mean() == pytest.approx(np.log(30.0), abs=0.06)
    assert draws.std() == pytest.approx(np.hypot(0.5, 0.5), rel=0.05)
    assert (log_ratio_draws(fit, "A", "DAT") == draws).all()


def test_ratio_and_first_target_are_independent(fit):
    correlation = np.corrcoef(log_ratio_draws(fit, "A", "DAT").ravel(), fit.posterior["log_ec50"].ravel())
    assert abs(correlation[0, 1]) < 0.08


def test_one_concentration_occupies_all_targets(fit):
    """The second target has ``c / (c + ratio)``, with c in units of EC50 at the first."""
    draws = second_occupancy_draws(fit, 0.6).sel(drug="A", target="DAT", first_occupancy=0.6).to_numpy()
    emax = fit.emax_draws().sel(drug="A").to_numpy()
    relative = np.where(emax > 0.6, 0.6 / np.where(emax > 0.6, emax - 0.6, 1.0), np.inf)
    ratio = np.exp(log_ratio_draws(fit, "A", "DAT"))
    np.testing.assert_allclose(draws, 1.0 / (1.0 + ratio / relative), rtol=1e-9)


def test_a_dose_that_does_not_exist_occupies_the_second_target_whole(fit):
    draws = second_occupancy_draws(fit, 0.9999).sel(drug="A").to_numpy()
    unreachable = fit.emax_draws().sel(drug="A").to_numpy() <= 0.9999
    assert (draws[unreachable, 0, 0] == 1.0).all()
    assert (draws[unreachable, 1, 0] == 0.8).all()
    assert np.isfinite(draws).all()


def test_the_second_target_follows_the_dose(fit):
    table = fit.selectivity(dose=[0, 10, 1e6])
    dat = table["median"].sel(drug="A", target="DAT").to_numpy()
    assert dat[0] == 0
    assert dat[0] < dat[1] < dat[2] <= 1
    assert table["median"].sel(drug="A", target="NET").to_numpy().max() <= 0.8


def test_a_drug_without_affinities_is_nan_and_named(fit):
    table = fit.selectivity()
    assert np.isnan(table["median"].sel(drug="B")).all()
    assert table["from"].sel(drug="A", target="DAT").item() == "Lab"
    assert table["affinity_ratio"].sel(drug="A").to_numpy().tolist() == ["30.0", "> 1000"]


def test_the_dose_for_an_occupancy_of_a_second_target(fit):
    first, second = fit.ec50_draws(), fit.ec50_draws(at={"target": "DAT"})
    assert second["drug"].to_numpy().tolist() == ["A"]
    ratio = np.exp(log_ratio_draws(fit, "A", "DAT"))
    np.testing.assert_allclose(second.sel(drug="A"), first.sel(drug="A") * ratio, rtol=1e-12)
    dose = fit.dose_for_occupancy(0.5, at={"target": "DAT"})
    assert dose["relative_to_tested"].item() == "not tested"
    assert "DAT" in dose.attrs["at"]


def test_a_person_is_the_same_at_both_targets():
    people = MODEL.replace(
        "[emax.centre]", "[ec50.people.sd]\ndist = 'HalfNormal'\nsigma = 0.5\n[emax.centre]"
    )
    fit = fit_from_prior(people, TABLE)
    first, second = (
        fit.ec50_draws("new_subject", at={"target": target}).sel(drug="A") for target in ("SERT", "DAT")
    )
    np.testing.assert_allclose(second / first, np.exp(log_ratio_draws(fit, "A", "DAT")), rtol=1e-12)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda fit: fit.ec50(at={"target": "GABA"}), "no target 'GABA'"),
        (lambda fit: fit.selectivity(at={"target": "SERT"}), "SERT is the first target"),
        (lambda fit: fit.selectivity(1.5), "must lie between 0 and 1"),
        (lambda fit: fit.selectivity(dose=-1), "must be 0 or more"),
    ],
)
def test_what_cannot_be_answered_is_refused(fit, ask, message):
    with pytest.raises(PetfitError, match=message):
        ask(fit)


def test_a_model_without_second_targets_says_what_to_add(prior_fit):
    with pytest.raises(PetfitError, match=r"selectivity\.DAT"):
        prior_fit.selectivity()
    with pytest.raises(PetfitError, match=r"Add \[selectivity.DAT\]"):
        prior_fit.ec50(at={"target": "DAT"})


def test_rows_of_another_target_are_refused():
    fit = fit_from_prior(MODEL, TABLE.assign(target="D2"))
    with pytest.raises(PetfitError, match="the fitted rows name D2"):
        fit.selectivity()


# --- PET at the second target -------------------------------------------------------------------

PET = pd.concat(
    [TABLE, pd.DataFrame({"drug": "A", "target": "DAT", "dose": [40.0, 80.0], "value": [0.02, 0.05]})]
)


def test_pet_at_the_second_target_enters_through_the_ratio():
    design = make_design(MODEL, PET)
    (effect,) = [effect for effect in design.effects if effect.name == "log_ec50_drug_target"]
    assert effect.levels == (("A", "DAT"),)
    assert effect.priors[0].numbers == pytest.approx((np.log(30.0), np.hypot(0.5, 0.5)), rel=2e-3)
    assert not kernel.is_supported(design)
    assert tested_range.tested_range(design, "A", "", "DAT") == (40.0, 80.0)
    assert tested_range.tested_range(design, "A", "", "") == (5.0, 40.0)


def test_pet_at_a_target_without_affinities_is_refused():
    with pytest.raises(SpecError, match="no laboratory of the affinities measured B at both SERT and DAT"):
        make_design(MODEL, PET.assign(drug="B"))


def test_pet_at_a_target_that_the_model_does_not_know_is_refused():
    with pytest.raises(SpecError, match="several kinds of target"):
        make_design(MODEL, PET.assign(target=PET["target"].replace("DAT", "D2")))


@pytest.mark.slow
def test_pet_at_the_second_target_moves_the_ratio_and_not_the_first_target():
    quick = petfit.Settings(draws=500, tune=500, target_accept=0.9, seed=3)
    without = petfit.fit(TABLE, parse_model(MODEL), settings=QUICK)
    joined = petfit.fit(PET, parse_model(MODEL), settings=quick)
    before, after = (fit.selectivity() for fit in (without, joined))
    assert after["ratio"].sel(drug="A", target="DAT") > 2 * before["ratio"].sel(drug="A", target="DAT")
    assert after["from"].sel(drug="A", target="DAT").item() == "Lab, PET"
    widths = [
        np.log(table["ratio_high"] / table["ratio_low"]).sel(drug="A", target="DAT")
        for table in (before, after)
    ]
    assert widths[1] < widths[0]
    medians = [fit.ec50()["median"].sel(drug="A").item() for fit in (without, joined)]
    assert medians[0] == pytest.approx(medians[1], rel=0.25)
