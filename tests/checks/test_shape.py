from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import CHECKS
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from tests.helpers import QUICK

pytestmark = pytest.mark.slow

CASES = Path(__file__).parents[1] / "cases"
DOSES = np.repeat(np.geomspace(1, 64, 8), 3)


def table_of(occupancy, seed=1):
    """Twenty-four people at eight doses around a curve, with an SD of 0.04."""
    noise = np.random.default_rng(seed).normal(0.0, 0.04, DOSES.size)
    return pd.DataFrame({"drug": "A", "dose": DOSES, "value": occupancy + noise})


def emax_curve(hill):
    return 0.95 * DOSES**hill / (8.0**hill + DOSES**hill)


def check(fit):
    return CHECKS["shape"](fit)


def check_table(table, model="emax"):
    return check(petfit.fit(table, model, settings=QUICK))


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_the_right_curve_passes(seed):
    assert check_table(table_of(emax_curve(1.0), seed)).verdict == "PASS"


def test_a_steep_curve_passes_with_sigmoid_emax():
    assert check_table(table_of(emax_curve(2.5)), "sigmoid_emax").verdict == "PASS"


def test_where_two_sites_cannot_be_told_from_a_low_hill_exponent_both_are_suggested():
    result = check_table(table_of(emax_curve(0.5)))
    assert result.verdict != "PASS"
    assert "less steeply" in result.sentence
    assert 'Try curve = "sigmoid_emax" (model sigmoid_emax) and curve = "two_site"' in result.sentence


def test_limits_follow_the_smallest_adjusted_p():
    result = check_table(table_of(emax_curve(1.0)))
    assert result.findings[0].value == pytest.approx(result.table["p_adjusted"].min())


def dose_for_80_percent(fit):
    return fit.dose_for_occupancy(0.8).isel(drug=0, occupancy=0)


STEEP_DOSE = 17.1
"""True dose for 80 % of twenty-four people with a Hill exponent of 2.2."""

TWO_SITE_DOSE, TWO_SITE_EC50 = 92.0, {"ec50": 30**0.5, "ec50_high_affinity": 0.5, "ec50_low_affinity": 60.0}
"""Truth of thirty people, in nM: half of the sites have an EC50 of 0.5, half of 60."""


@pytest.fixture(scope="module")
def steep_fits():
    table = CASES / "steep-curve" / "hill.csv"
    return {model: petfit.fit(table, model, settings=QUICK) for model in ("emax", "sigmoid_emax")}


@pytest.fixture(scope="module")
def two_site_fits():
    table = CASES / "two-sites" / "two.csv"
    models = ("emax_concentration", "sigmoid_emax_concentration", "two_site_concentration")
    return {model: petfit.fit(table, model, settings=QUICK) for model in models}


def test_the_emax_curve_misses_a_steep_curve_and_fails(steep_fits):
    assert dose_for_80_percent(steep_fits["emax"])["low"] > STEEP_DOSE
    result = check(steep_fits["emax"])
    assert result.verdict == "FAIL"
    assert "more steeply" in result.sentence
    assert 'Try curve = "sigmoid_emax" (model sigmoid_emax)' in result.sentence
    assert "two_site" not in result.sentence


def test_the_sigmoid_emax_curve_finds_a_steep_curve_and_passes(steep_fits):
    dose = dose_for_80_percent(steep_fits["sigmoid_emax"])
    assert dose["low"] < STEEP_DOSE < dose["high"] < 25
    assert dose["median"] == pytest.approx(17.6, abs=0.5)
    assert check(steep_fits["sigmoid_emax"]).verdict == "PASS"


@pytest.mark.parametrize("model", ["emax_concentration", "sigmoid_emax_concentration"])
def test_curves_of_one_site_fail_where_there_are_two(two_site_fits, model):
    result = check(two_site_fits[model])
    assert result.verdict == "FAIL"
    assert 'Try curve = "two_site" (model two_site_concentration)' in result.sentence


def test_the_two_site_curve_finds_two_sites_and_passes(two_site_fits):
    fit = two_site_fits["two_site_concentration"]
    dose = dose_for_80_percent(fit)
    assert dose["low"] < TWO_SITE_DOSE < dose["high"] < 130
    assert dose["median"] == pytest.approx(TWO_SITE_DOSE, rel=0.1)
    answers = curve_parameters(curve_draws(fit))
    for name, true in TWO_SITE_EC50.items():
        assert answers[name]["low"].item() < true < answers[name]["high"].item()
    assert check(fit).verdict == "PASS"


def test_two_sites_predict_better_than_one(two_site_fits):
    models = petfit.compare(two_site_fits).models
    assert models["elpd"].idxmax() == "two_site_concentration"
    one_site = models.drop(index="two_site_concentration")
    assert (one_site["difference"] < -2 * one_site["difference_se"]).all()
