import numpy as np
import pytest

import petfit
from petfit.model import pymc_model
from petfit.model.free_parameters import initial_point
from petfit.model.parametrisation import grand_mean_name
from tests.helpers import (
    INTERPRETED,
    from_real_line,
    log_density_and_gradient,
    log_posterior,
    make_design,
    random_point,
)

SIGMOID = """
curve = "sigmoid_emax"
n_assumed = 5
[ec50.centre]
dist = "Normal"
mu = 0.0
sigma = 1.5
[ec50.drug.pooled]
dist = "Exponential"
lam = 2.0
[emax.centre]
dist = "StudentT"
nu = 4.0
mu = 2.0
sigma = 1.0
[emax]
separate = "drug"
[hill.centre]
dist = "Normal"
mu = 0.0
sigma = 0.3
[hill.drug]
centred = true
[hill.drug.pooled]
dist = "Gamma"
alpha = 2.0
beta = 8.0
[noise.sigma]
dist = "Beta"
alpha = 2.0
beta = 20.0
"""

TWO_SITES = """
curve = "two_site"
n_assumed = 5
[ec50.centre]
dist = "Normal"
mu = 0.0
sigma = 1.5
[ec50.people]
groups = "quadrature"
sd = { dist = "HalfNormal", sigma = 0.5 }
[emax.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
[ec50_ratio.centre]
dist = "Normal"
mu = 3.0
sigma = 1.5
[ec50_ratio.drug.pooled]
dist = "HalfNormal"
sigma = 1.0
"""


def cases(mixed_table):
    return {
        "ssri": (petfit.read_model("ssri"), "sert_occupancy"),
        "emax": (petfit.read_model("emax"), mixed_table),
        "sigmoid, separate, centred": (SIGMOID, mixed_table),
        "two sites": (TWO_SITES, mixed_table),
    }


@pytest.fixture(scope="module", params=["ssri", "emax", "sigmoid, separate, centred", "two sites"])
def design(request, mixed_table):
    return make_design(*cases(mixed_table)[request.param])


def test_the_pymc_log_density_is_likelihood_plus_priors_plus_jacobians(design):
    built = pymc_model.build(design)
    density = built.compile_logp(mode=INTERPRETED)
    rng = np.random.default_rng(8)
    for _ in range(5):
        point = random_point(built, rng)
        assert float(density(point)) == pytest.approx(log_posterior(design, point), rel=1e-10)


@pytest.mark.parametrize("model", [SIGMOID, TWO_SITES], ids=["sigmoid", "two sites"])
def test_the_gradient_is_finite_at_dose_0(mixed_table, model):
    assert (mixed_table["dose"] == 0).any()
    built = pymc_model.build(make_design(model, mixed_table))
    _, gradient = log_density_and_gradient(built)(random_point(built, np.random.default_rng(8)))
    assert np.isfinite(gradient).all()


def test_the_initial_point_is_the_prior_median_in_the_order_of_the_model(design):
    built = pymc_model.build(design)
    (centre, _), at = initial_point(design), 0
    for variable in built.free_RVs:
        value = built.rvs_to_values[variable]
        size = int(np.prod(built.initial_point()[value.name].shape, dtype=int))
        name, part = variable.name.removesuffix("_grand_mean"), centre[at : at + size]
        at += size
        if name in design.scalar_priors:
            prior = design.scalar_priors[name]
            assert from_real_line(prior, part[0])[0] == pytest.approx(prior.quantile(0.5))
        else:
            priors = next(effect.priors for effect in design.effects if effect.free_name == name)
            middles = [prior.quantile(0.5) for prior in priors] or np.zeros(size)
            assert part == pytest.approx(middles)
    assert at == centre.size


def test_free_variables_are_those_of_the_design(design):
    names = {variable.name for variable in pymc_model.build(design).free_RVs}
    scalars = {grand_mean_name(name) if name in design.grand_means else name for name in design.scalar_priors}
    assert names == {*scalars, *(effect.free_name for effect in design.effects)}
