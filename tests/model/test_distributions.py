"""The closed forms against SciPy's, which are independent of them."""

import numpy as np
import pytest
from scipy import stats

from petfit.model.distributions import FAMILIES
from petfit.model.prior import Prior

THEIRS = {
    "Normal": lambda mu, sigma: stats.norm(mu, sigma),
    "StudentT": lambda nu, mu, sigma: stats.t(nu, loc=mu, scale=sigma),
    "HalfNormal": lambda sigma: stats.halfnorm(scale=sigma),
    "HalfCauchy": lambda beta: stats.halfcauchy(scale=beta),
    "LogNormal": lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu)),
    "Gamma": lambda alpha, beta: stats.gamma(alpha, scale=1 / beta),
    "InverseGamma": lambda alpha, beta: stats.invgamma(alpha, scale=beta),
    "Exponential": lambda lam: stats.expon(scale=1 / lam),
    "Beta": lambda alpha, beta: stats.beta(alpha, beta),
}
NUMBERS = [
    {"mu": 0.4, "sigma": 0.7, "nu": 4.0, "beta": 1.3, "alpha": 2.5, "lam": 1.7},
    {"mu": -2.0, "sigma": 3.1, "nu": 1.0, "beta": 0.2, "alpha": 1.0, "lam": 0.05},
]
X = [-2.0, -0.1, 0.0, 1e-9, 0.01, 0.3, 0.99, 1.0, 1.5, 80.0]
every = [
    pytest.param(name, {one: numbers[one] for one in family.arguments}, id=f"{name} {i}")
    for name, family in FAMILIES.items()
    for i, numbers in enumerate(NUMBERS)
]


def test_every_family_is_compared():
    assert THEIRS.keys() == FAMILIES.keys()


@pytest.mark.parametrize(("name", "numbers"), every)
def test_densities_are_those_of_scipy_within_the_support_at_its_ends_and_outside(name, numbers):
    found = Prior(dist=name, **numbers).log_density(X)
    assert found == pytest.approx(THEIRS[name](**numbers).logpdf(X), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("name", "numbers"), every)
def test_quantiles_are_those_of_scipy(name, numbers):
    q = [1e-9, 0.01, 0.3, 0.5, 0.975, 1 - 1e-9]
    assert Prior(dist=name, **numbers).quantile(q) == pytest.approx(THEIRS[name](**numbers).ppf(q), rel=1e-7)


@pytest.mark.parametrize(("name", "numbers"), every)
@pytest.mark.parametrize("size", [7, (3, 4)])
def test_draws_are_those_of_scipy_from_the_same_seed(name, numbers, size):
    ours = Prior(dist=name, **numbers).draw(np.random.default_rng(3), size)
    theirs = THEIRS[name](**numbers).rvs(size=size, random_state=np.random.default_rng(3))
    assert ours == pytest.approx(theirs, rel=1e-9)
