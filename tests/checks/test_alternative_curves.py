import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks.alternative_curves import deviance_difference, sum_of_squares
from petfit.model.curves import CURVES

EXPOSURES = np.repeat(np.geomspace(0.05, 2000, 15), 2)
SETTINGS = petfit.Settings(draws=300, tune=400, chains=2, seed=3)
TRUE = {
    "emax": {},
    "sigmoid_emax": {"hill": 0.45},
    "two_site": {"ec50_ratio": 120.0, "high_affinity_fraction": 0.4},
}


def fit_of(curve):
    """A fit of one site to people around another curve."""
    noise = np.random.default_rng(5).normal(0.0, 0.015, EXPOSURES.size)
    expected = CURVES[curve].occupancy(EXPOSURES, ec50=10.0, emax=0.95, **TRUE[curve])
    table = pd.DataFrame({"drug": "A", "concentration": EXPOSURES, "value": expected + noise})
    return petfit.fit(table.assign(concentration_unit="nM"), "emax_concentration", settings=SETTINGS)


@pytest.fixture(scope="module", params=TRUE)
def curve_and_fit(request):
    return request.param, fit_of(request.param)


def test_the_true_curve_is_not_worse_than_any_other(curve_and_fit):
    curve, fit = curve_and_fit
    assert all(deviance_difference(fit, curve, other) < 4 for other in TRUE)


def test_a_wrong_curve_is_worse_than_the_true_one(curve_and_fit):
    curve, fit = curve_and_fit
    contained = {"emax": set(TRUE), "sigmoid_emax": {"sigmoid_emax"}, "two_site": {"two_site"}}[curve]
    assert all(deviance_difference(fit, other, curve) > 4 for other in TRUE.keys() - contained)


def test_a_curve_that_contains_another_has_no_larger_sum_of_squares(curve_and_fit):
    _, fit = curve_and_fit
    one_site, n_rows = sum_of_squares(fit, "emax")
    assert n_rows == EXPOSURES.size
    for curve in ("sigmoid_emax", "two_site"):
        assert sum_of_squares(fit, curve)[0] <= one_site * 1.02
