"""The sampler on a density with known moments."""

import math

import numba
import numpy as np
import pytest
from numba import carray, types

from petfit.inference import kernel, sampler
from petfit.inference.log_density import LogDensity
from petfit.settings import Settings
from tests.helpers import monte_carlo_error

DOUBLES = types.CPointer(types.double)
EULER = 0.5772156649015329
SIZE = 2


@pytest.fixture(scope="module")
def points():
    """Logarithms of independent exponentials: skewed, with a heavy left tail."""

    def log_density(size, point_, gradient_, log_, _):
        point, gradient = carray(point_, (size,)), carray(gradient_, (size,))
        log_[0] = 0.0
        for i in range(size):
            log_[0] += point[i] - math.exp(point[i])
            gradient[i] = 1.0 - math.exp(point[i])
        return 0

    signature = types.int64(types.uint64, DOUBLES, DOUBLES, DOUBLES, types.voidptr)
    code = numba.cfunc(signature)(log_density)
    density = LogDensity(SIZE, code, np.zeros(1))
    settings = Settings(draws=20_000, tune=1000, target_accept=0.8, seed=3)
    points, _ = sampler.run(
        density,
        lambda seed: np.random.default_rng(seed).normal(size=SIZE),
        kernel.compiled().expand,
        settings,
    )
    return points


@pytest.mark.parametrize(
    ("function", "expectation"),
    [
        (lambda x: x, -EULER),
        (lambda x: (x + EULER) ** 2, math.pi**2 / 6),
        (np.exp, 1.0),
        (lambda x: np.exp(2 * x), 2.0),
        (lambda x: (x < -2.0).astype(float), 1 - math.exp(-math.exp(-2.0))),
    ],
    ids=["mean", "variance", "mean of the exponential", "mean of its square", "lower tail"],
)
def test_expectations_are_right_within_monte_carlo_error(points, function, expectation):
    """With nutpie's ``extra_doublings`` the mean would be wrong by a tenth."""
    for i in range(SIZE):
        values = function(points[..., i])
        assert abs(values.mean() - expectation) < 4 * monte_carlo_error(values)
