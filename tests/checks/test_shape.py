import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import CHECKS
from tests.helpers import QUICK

DOSES = np.repeat(np.geomspace(1, 64, 8), 3)


def table_of(occupancy, seed=1):
    """Twenty-four people at eight doses around a curve, with an SD of 0.04."""
    noise = np.random.default_rng(seed).normal(0.0, 0.04, DOSES.size)
    return pd.DataFrame({"drug": "A", "dose": DOSES, "value": occupancy + noise})


def emax_curve(hill):
    return 0.95 * DOSES**hill / (8.0**hill + DOSES**hill)


def check(table, model="emax"):
    return CHECKS["shape"](petfit.fit(table, model, settings=QUICK))


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_the_right_curve_passes(seed):
    assert check(table_of(emax_curve(1.0), seed)).verdict == "PASS"


def test_a_steep_curve_fails_and_sigmoid_emax_is_recommended():
    result = check(table_of(emax_curve(2.5)))
    assert result.verdict == "FAIL"
    assert "more steeply" in result.text
    assert "sigmoid_emax" in result.text


def test_a_steep_curve_passes_with_sigmoid_emax():
    assert check(table_of(emax_curve(2.5)), "sigmoid_emax").verdict == "PASS"


def test_two_sites_are_less_steep_than_the_model():
    two_sites = 0.5 * DOSES / (1.0 + DOSES) + 0.5 * DOSES / (200.0 + DOSES)
    result = check(table_of(two_sites))
    assert result.verdict != "PASS"
    assert "less steeply" in result.text


def test_limits_follow_the_smallest_adjusted_p():
    result = check(table_of(emax_curve(1.0)))
    assert result.findings[0].value == pytest.approx(result.table["p_adjusted"].min())
