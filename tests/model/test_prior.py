import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest
from pydantic import ValidationError
from scipy import integrate

from petfit.model.prior import FAMILIES, Prior

NUMBERS = {"mu": 0.4, "sigma": 0.7, "nu": 4.0, "beta": 1.3, "alpha": 2.5, "lam": 1.7}
INSIDE = {"real": [-3.0, -0.2, 0.4, 5.0], "positive": [1e-3, 0.3, 1.0, 8.0], "unit": [0.01, 0.4, 0.99]}
LIMITS = {"real": (-np.inf, np.inf), "positive": (0, np.inf), "unit": (0, 1)}
every_family = pytest.mark.parametrize("name", FAMILIES)


def prior_of(name):
    return Prior(dist=name, **{argument: NUMBERS[argument] for argument in FAMILIES[name].arguments})


@every_family
def test_the_log_density_equals_that_of_pymc(name):
    prior, points = prior_of(name), np.array(INSIDE[FAMILIES[name].support])
    arguments = dict(
        zip(prior.family.arguments, map(pt.as_tensor, map(np.float64, prior.numbers)), strict=True)
    )
    theirs = pm.logp(getattr(pm, name).dist(**arguments), points).eval(mode="FAST_COMPILE")
    assert prior.log_density(points) == pytest.approx(theirs, rel=1e-8, abs=1e-8)


@every_family
def test_the_density_integrates_to_one_over_its_support(name):
    prior = prior_of(name)
    low, high = LIMITS[prior.family.support]
    total = integrate.quad(lambda x: np.exp(prior.log_density(x)), low, high)[0]
    assert total == pytest.approx(1, abs=1e-6)


@every_family
def test_draws_lie_in_the_support_and_follow_the_quantiles(name):
    prior = prior_of(name)
    draws = prior.draw(np.random.default_rng(5), 20_000)
    low, high = LIMITS[prior.family.support]
    assert np.all((draws > low) & (draws < high))
    for q in (0.05, 0.5, 0.95):
        assert np.mean(draws <= prior.quantile(q)) == pytest.approx(q, abs=5 * np.sqrt(q * (1 - q) / 20_000))


@every_family
def test_the_text_of_a_prior_has_its_family_and_arguments(name):
    assert str(prior_of(name)).startswith(f"{name}(")
    assert all(f"{argument}=" in str(prior_of(name)) for argument in FAMILIES[name].arguments)


@every_family
def test_missing_and_unknown_arguments_are_rejected(name):
    numbers = {argument: NUMBERS[argument] for argument in FAMILIES[name].arguments}
    for argument in numbers:
        rest = {key: value for key, value in numbers.items() if key != argument}
        with pytest.raises(ValidationError, match=f"needs '{argument}'"):
            Prior(dist=name, **rest)
    with pytest.raises(ValidationError, match="not 'sd'"):
        Prior(dist=name, **numbers, sd=1.0)


@every_family
@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), "wide", None, True])
def test_arguments_must_be_finite_numbers(name, wrong):
    numbers = {argument: NUMBERS[argument] for argument in FAMILIES[name].arguments}
    numbers[FAMILIES[name].arguments[-1]] = wrong
    with pytest.raises(ValidationError):
        Prior(dist=name, **numbers)


@pytest.mark.parametrize("sigma", [0.0, -1.0])
def test_sigma_must_be_above_zero(sigma):
    with pytest.raises(ValidationError, match="above 0"):
        Prior(dist="Normal", mu=0.0, sigma=sigma)


def test_an_unknown_distribution_is_rejected_with_a_suggestion():
    with pytest.raises(ValidationError, match="Did you mean 'HalfNormal'"):
        Prior(dist="HalfNorml", sigma=1.0)
