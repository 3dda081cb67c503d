"""People integrated out of the likelihood: the same posterior as with their deviations sampled."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import petfit
from petfit.errors import PetfitError
from petfit.inference.log_density import from_kernel
from petfit.inference.people import integrate_people, sample_deviations
from petfit.inference.sample import sample
from petfit.model.free_parameters import constrain, initial_point
from petfit.model.likelihood import inputs, log_likelihood
from petfit.model.likelihood.integrated_people import (
    log_likelihood_by_adapted_nodes,
    log_likelihood_by_grid,
)
from petfit.model.ops import NUMPY
from petfit.model.parametrisation import from_free_parameters
from tests.helpers import PEOPLE, PLAIN, make_design, monte_carlo_error

INTEGRATED = petfit.Settings(people="integrated")


def people(count, regions=("striatum",), seed=3):
    """Simulate people with a scan in each region: EC50 10, Emax 0.9, omega 0.4, sigma 0.06."""
    rng = np.random.default_rng(seed)
    dose = rng.choice([3.0, 10.0, 30.0], count)
    bound = dose / (dose + 10.0 * np.exp(0.4 * rng.standard_normal(count)))
    return pd.concat(
        pd.DataFrame(
            {
                "drug": "A",
                "subject": [f"s{i:03d}" for i in range(count)],
                "region": region,
                "dose": dose,
                "value": 0.9 * bound + 0.06 * rng.standard_normal(count),
            }
        )
        for region in regions
    )


TABLES = {
    "one scan each": people(12),
    "two regions": people(8, ("striatum", "midbrain")),
    "limits and standard errors": people(6, ("striatum", "midbrain")).assign(
        censored=["below", "", "above", "", "", ""] * 2, se=[None, 0.01, 0.2, None, 0.05, None] * 2
    ),
    "people, groups and ranges": pd.concat(
        [
            people(6).drop(columns="region"),
            pd.DataFrame(
                [
                    {"drug": "A", "dose": 15, "value": 0.57, "sd": 0.07, "n": 6},
                    {"drug": "A", "dose": 40, "value": 0.71, "n": 4},
                    {"drug": "A", "dose": 60, "low": 0.70, "high": 0.80, "n": 5},
                ]
            ),
        ]
    ),
}


def integrated_design(table, model=PEOPLE):
    return integrate_people(make_design(model, table), INTEGRATED)


def points_near_the_prior(design, count, width):
    median, scale = initial_point(design)
    return median + width * scale * np.random.default_rng(5).standard_normal((count, median.size))


@pytest.mark.parametrize("name", TABLES)
def test_density_and_gradient_are_those_of_a_dense_integral(name):
    design = integrated_design(TABLES[name])
    density, numbers = from_kernel(design), inputs(design)
    points = points_near_the_prior(design, 6, 0.5)
    draws = from_free_parameters(design, constrain(design, points))
    dense = log_likelihood_by_grid(NUMPY, design, draws, numbers).sum(axis=-1)
    prior = from_kernel(design, np.ones(len(design.rows), bool))
    for point, expected in zip(points, dense, strict=True):
        log, gradient = density(point)
        assert log - prior(point)[0] == pytest.approx(expected, rel=1e-10, abs=1e-9)
        steps = 1e-5 * np.eye(point.size)
        slopes = [(density(point + step)[0] - density(point - step)[0]) / 2e-5 for step in steps]
        np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-5 * max(1.0, np.abs(gradient).max()))


@pytest.mark.parametrize("value", [-0.3, 0.04, 0.3, 0.6, 0.95])
def test_a_person_far_from_the_curve_is_integrated_over_as_far(value):
    design = integrated_design(people(1).assign(dose=0.5, value=value))
    point = points_near_the_prior(design, 1, 0.1)
    point[0, -1] -= 1.5  # a small residual SD
    draws = from_free_parameters(design, constrain(design, point))
    density, prior = (from_kernel(design, out)(point[0])[0] for out in (None, np.array([True])))
    z, step = np.linspace(-60.0, 60.0, 200_001, retstep=True)
    ec50 = design.reference_doses["A"].value * np.exp(draws["log_ec50"] + draws["omega"] * z)
    mean = special.expit(draws["logit_emax"]) * 0.5 / (0.5 + ec50)
    log_integrand = stats.norm.logpdf(value, mean, draws["sigma"]) + stats.norm.logpdf(z)
    expected = special.logsumexp(log_integrand) + np.log(step)
    assert density - prior == pytest.approx(expected, rel=1e-10, abs=1e-9)


@pytest.mark.parametrize("name", TABLES)
def test_adapted_nodes_give_the_integral_of_the_fixed_grid(name):
    design = integrated_design(TABLES[name])
    draws = from_free_parameters(design, constrain(design, points_near_the_prior(design, 20, 0.5)))
    draws["sigma"] = np.maximum(draws["sigma"], 0.02)  # narrower ones need a finer grid
    by_grid, adapted = (
        log_likelihood_by_grid(NUMPY, design, draws, inputs(design)),
        log_likelihood_by_adapted_nodes(design, draws, inputs(design)),
    )
    np.testing.assert_allclose(adapted, by_grid, rtol=1e-10, atol=1e-9)


def test_deviations_are_drawn_from_their_conditional_distribution():
    design = integrated_design(people(1))
    point = points_near_the_prior(design, 1, 0.3)
    draws = {
        name: values[0] for name, values in from_free_parameters(design, constrain(design, point)).items()
    }
    drawn = sample_deviations(design, np.repeat(point[None], 4000, axis=1), np.random.default_rng(1))[0, :, 0]
    deviations = np.linspace(-6, 6, 4001) * draws["omega"]
    sampled = replace(design, given_effects=tuple(replace(e, integrated=False) for e in design.effects))
    grid = {name: np.broadcast_to(values, (deviations.size, *values.shape)) for name, values in draws.items()}
    grid["log_ec50_person"] = deviations[:, None]
    density = log_likelihood(NUMPY, sampled, grid, inputs(sampled))["subject"][:, 0]
    density = np.exp(density - density.max() - 0.5 * (deviations / draws["omega"]) ** 2)
    distribution = np.cumsum(density) / density.sum()
    assert stats.kstest(drawn, lambda x: np.interp(x, deviations, distribution)).pvalue > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_integrated_and_sampled_posteriors_agree(name):
    design = make_design(PEOPLE, TABLES[name])
    settings = petfit.Settings(draws=1000, tune=1000, target_accept=0.95, seed=2)
    integrated, sampled = (
        sample(design, replace(settings, people=people)).draws for people in ("integrated", "sampled")
    )
    assert set(integrated) == set(sampled)
    for variable in ("log_ec50", "omega", "sigma", "log_ec50_person"):
        ours, theirs = (draws[variable].reshape(4, 1000, -1) for draws in (integrated, sampled))
        for i in range(ours.shape[-1]):
            error = np.hypot(monte_carlo_error(ours[..., i]), monte_carlo_error(theirs[..., i]))
            assert abs(ours[..., i].mean() - theirs[..., i].mean()) < 4.5 * error, (variable, i)


def test_many_people_are_integrated_out_unless_sampling_is_asked_for():
    few, many = (make_design(PEOPLE, people(count)) for count in (19, 20))
    default = petfit.Settings()
    assert not any(effect.integrated for effect in integrate_people(few, default).effects)
    assert any(effect.integrated for effect in integrate_people(many, default).effects)
    asked = replace(default, people="sampled")
    assert not any(effect.integrated for effect in integrate_people(many, asked).effects)


def test_a_model_without_differences_between_people_cannot_integrate_them_out():
    with pytest.raises(PetfitError, match="no differences between people"):
        integrate_people(make_design(PLAIN, people(5)), INTEGRATED)
