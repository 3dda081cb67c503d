"""Derivatives of the expected values of rows."""

import numpy as np
import pytest

from petfit.checks.expected_values import coordinates, jacobian, posterior_points, predict
from petfit.model import likelihood
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE


@pytest.mark.parametrize("log_rate", [0.0, -7.0])
def test_derivatives_by_kinetics_are_right_for_rates_of_any_size(log_rate):
    depot = "depot = true\n" if log_rate < 0 else ""
    slower = MODEL.replace("mu = 0.0, sigma = 0.3", f"mu = {log_rate}, sigma = 0.3")
    fit = fit_from_prior(slower.replace("[pk.A]\n", f"[pk.A]\n{depot}"), TABLE, draws=100)
    point, numbers = posterior_points(fit, 1)[0], likelihood.inputs(fit.design)
    moved = [one for one in coordinates(fit.design) if one.prior_sd < np.inf]
    assert moved
    found = jacobian(fit.design, point, numbers, moved)
    for one, slope in zip(moved, found.T, strict=True):
        at = point[one.name][one.level]
        means = []
        for factor in (1.0 + 1e-5, 1.0 - 1e-5):
            shifted = {**point, one.name: point[one.name].copy()}
            shifted[one.name][one.level] = at * factor
            means.append(predict(fit.design, shifted, numbers)[0])
        assert slope * at == pytest.approx((means[0] - means[1]) / 2e-5, rel=1e-3, abs=1e-6)
