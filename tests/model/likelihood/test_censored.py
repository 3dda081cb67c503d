import math

import numpy as np
import pandas as pd
import pytensor
import pytensor.tensor as pt
import pytest
from scipy import integrate, stats

from petfit.model.likelihood import LEVELS, Predicted
from petfit.model.likelihood.censored import log_normal_cdf, log_student_cdf
from petfit.model.ops import NUMPY
from petfit.model.pymc_model import PYTENSOR

LEVEL_OF = {"subject": "censored_subject", "group": "censored_group"}
Z = [-300.0, -40.0, -5.0, -1.0, -1e-8, 0.0, 1e-8, 0.5, 3.0, 9.0]


def rows(**columns):
    blank = {"value": 0.1, "sd": np.nan, "se": np.nan, "n": 6.0, "censored": "below"}
    return pd.DataFrame([{**blank, **columns}])


def predicted(nu=math.inf, se=0.0):
    return Predicted(np.array([0.2]), np.hypot(np.array([0.08]), se), 0.0, nu)


def probability(level, prediction, **columns):
    density = LEVELS[level]
    return float(np.exp(density.log_density(NUMPY, density.data(rows(**columns)), prediction))[0])


@pytest.mark.parametrize("level", LEVEL_OF)
@pytest.mark.parametrize("nu", [math.inf, 4.0])
def test_below_and_above_a_limit_add_up_to_one(level, nu):
    below, above = (probability(LEVEL_OF[level], predicted(nu), censored=side) for side in ("below", "above"))
    assert below + above == pytest.approx(1, abs=1e-14)
    assert 0 < below < 0.2


@pytest.mark.parametrize("level", LEVEL_OF)
@pytest.mark.parametrize("nu", [math.inf, 4.0])
def test_the_probability_is_the_integral_of_the_density_of_the_number(level, nu):
    density = LEVELS[level]

    def uncensored(value):
        return float(np.exp(density.log_density(NUMPY, density.data(rows(value=value)), predicted(nu)))[0])

    mass = integrate.quad(uncensored, -np.inf, 0.1, points=None)[0]
    assert probability(LEVEL_OF[level], predicted(nu)) == pytest.approx(mass, rel=1e-7)


@pytest.mark.parametrize("level", LEVEL_OF)
@pytest.mark.parametrize("nu", [math.inf, 5.0])
def test_simulated_numbers_lie_below_the_limit_as_often_as_the_density_says(level, nu):
    censored, many = LEVELS[LEVEL_OF[level]], 40_000
    prediction = Predicted(*(np.full((many, 1), number) for number in (0.2, 0.1, 0.0)), nu)
    values = censored.simulate(np.random.default_rng(1), censored.data(rows()), prediction)["value"]
    expected = probability(LEVEL_OF[level], Predicted(np.array([0.2]), np.array([0.1]), 0.0, nu))
    assert (values < 0.1).mean() == pytest.approx(expected, abs=0.01)


def test_a_mean_of_more_people_is_less_likely_beyond_a_limit_on_the_far_side():
    few, many = (probability("censored_group", predicted(), n=n) for n in (2.0, 12.0))
    assert few > 10 * many


def test_the_normal_distribution_function_is_that_of_scipy_far_into_the_tail():
    assert log_normal_cdf(NUMPY, np.array(Z)) == pytest.approx(stats.norm.logcdf(Z), rel=1e-12)


@pytest.mark.parametrize("nu", [2.5, 4.0, 30.0])
def test_the_distribution_function_of_students_t_is_that_of_scipy(nu):
    assert log_student_cdf(NUMPY, np.array(Z), nu) == pytest.approx(stats.t(nu).logcdf(Z), rel=1e-9)


@pytest.mark.parametrize(
    ("log_cdf", "distribution"),
    [(log_normal_cdf, stats.norm), (lambda ops, z: log_student_cdf(ops, z, 4.0), stats.t(4.0))],
    ids=["normal", "Student's t"],
)
def test_the_gradient_is_the_density_over_the_distribution_function(log_cdf, distribution):
    z = pt.dvector("z")
    gradient = pytensor.function([z], pytensor.grad(log_cdf(PYTENSOR, z).sum(), z), mode="FAST_COMPILE")
    expected = np.exp(distribution.logpdf(Z) - distribution.logcdf(Z))
    assert gradient(Z) == pytest.approx(expected, rel=1e-6, abs=1e-15)
