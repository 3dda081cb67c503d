from itertools import permutations

import numpy as np
import pandas as pd
import pytensor
import pytensor.tensor as pt
import pytest
from scipy import stats

from petfit.evidence.ranges import in_complete_set
from petfit.model import likelihood, pymc_model
from petfit.model.likelihood.base import Predicted
from petfit.model.likelihood.extremes import EXTREMES
from petfit.model.likelihood.range_set import RANGE_SET
from petfit.model.ops import NUMPY
from petfit.model.pymc_model import PYTENSOR
from tests.helpers import (
    MODELS,
    fit_from_prior,
    log_density_and_gradient,
    log_posterior,
    make_design,
    random_point,
)

MEANS = np.array([0.5, 0.62, 0.71, 0.66, 0.58])
SIGMAS = np.array([0.05, 0.12, 0.08, 0.2, 0.1])
PEOPLE = np.array([3.0, 6.0, 9.0, 4.0, 12.0])
SE = SIGMAS / np.sqrt(PEOPLE)


def rows(low, high, k, name="s"):
    return pd.DataFrame({"low": low, "high": high, "n": PEOPLE[:k], "range_set": name})


def said(k, shape=()):
    return Predicted(np.broadcast_to(MEANS[:k], (*shape, k)), np.broadcast_to(SIGMAS[:k], (*shape, k)), 0.0)


def log_density(low, high, k):
    return RANGE_SET.log_density(NUMPY, RANGE_SET.data(rows(low, high, k)), said(k))


def plainly(low, high, k):
    """The formula as it stands in books, without logarithms."""
    one = [stats.norm(mean, se) for mean, se in zip(MEANS[:k], SE[:k], strict=True)]
    total = 0.0
    for i, j in permutations(range(k), 2):
        inside = [one[m].cdf(high) - one[m].cdf(low) for m in range(k) if m not in (i, j)]
        total += one[i].pdf(low) * one[j].pdf(high) * np.prod(inside)
    return total


def integral(k, low, width):
    """Gauss and Legendre's integral over a rectangle of lows and widths, each given by its two ends."""
    nodes, weights = np.polynomial.legendre.leggauss(150)
    (x, of_x), (w, of_w) = (
        ((a + b) / 2 + (b - a) / 2 * nodes, (b - a) / 2 * weights) for a, b in (low, width)
    )
    x, w = np.meshgrid(x, w, indexing="ij")
    given = {**RANGE_SET.data(rows(0, 1, k)), "low": x.reshape(-1, 1), "high": (x + w).reshape(-1, 1)}
    density = np.exp(RANGE_SET.log_density(NUMPY, given, said(k)).sum(axis=-1))
    return of_x @ density.reshape(x.shape) @ of_w


@pytest.mark.parametrize("k", [2, 3, 5])
def test_the_density_of_unlike_means_integrates_to_one(k):
    assert integral(k, (0.0, 1.0), (0.0, 1.0)) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize(("low", "high"), [(0.5, 0.7), (0.3, 0.9), (0.59, 0.61), (0.7, 0.8)])
def test_the_density_is_the_sum_over_all_pairs(low, high, k):
    assert np.exp(log_density(low, high, k).sum()) == pytest.approx(plainly(low, high, k), rel=1e-9)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_simulated_extremes_fall_into_cells_as_often_as_the_density_says(k):
    found = RANGE_SET.simulate(np.random.default_rng(k), RANGE_SET.data(rows(0, 1, k)), said(k, (40_000,)))
    low, high = found["low"][:, 0], found["high"][:, 0]
    assert np.array_equal(low, found["value"].min(axis=1))
    assert np.array_equal(high, found["value"].max(axis=1))
    assert np.ptp(found["low"], axis=1).max() == 0
    for a, b, c, d in ((0.45, 0.5, 0.1, 0.25), (0.5, 0.56, 0.05, 0.3)):
        share = integral(k, (a, b), (c, d))
        inside = (low > a) & (low < b) & (high - low > c) & (high - low < d)
        assert share > 0.002
        assert inside.mean() == pytest.approx(share, abs=4 * np.sqrt(share / 40_000))


@pytest.mark.parametrize("k", [2, 3, 7])
def test_a_set_of_equal_groups_of_one_is_the_extremes_of_people_who_do_not_differ(k):
    table = pd.DataFrame({"low": 0.5, "high": 0.72, "n": np.ones(k), "range_set": "s"})
    equal = Predicted(np.full(k, 0.6), np.full(k, 0.07), 0.0)
    people = EXTREMES.data(pd.DataFrame({"low": [0.5], "high": [0.72], "n": [float(k)]}))
    person = Predicted(np.array([0.6]), np.array([0.07]), 0.0)
    found = RANGE_SET.log_density(NUMPY, RANGE_SET.data(table), equal).sum()
    assert found == pytest.approx(EXTREMES.log_density(NUMPY, people, person)[0], rel=1e-12)


def test_sets_of_different_sizes_have_their_own_densities_shared_equally():
    table = pd.concat([rows(0.5, 0.7, 3, "three"), rows(0.55, 0.8, 5, "five")])
    order = np.random.default_rng(0).permutation(8)
    both = Predicted(*(np.concatenate([x[:3], x])[order] for x in (MEANS, SIGMAS)), 0.0)
    found = np.empty(8)
    found[order] = RANGE_SET.log_density(NUMPY, RANGE_SET.data(table.iloc[order]), both)
    assert found[:3] == pytest.approx(np.full(3, log_density(0.5, 0.7, 3).sum() / 3), rel=1e-12)
    assert found[3:] == pytest.approx(np.full(5, log_density(0.55, 0.8, 5).sum() / 5), rel=1e-12)


@pytest.mark.parametrize("shift", [-1e4, -50.0, -2.0, 0.0, 2.0, 50.0, 1e4])
def test_numpy_equals_pytensor_and_the_gradient_is_finite_far_in_the_tails(shift):
    table = pd.concat([rows(0.5, 0.7, 3, "three"), rows(0.55, 0.8, 5, "five")])
    given = RANGE_SET.data(table)
    occupancy, sigma = inputs = [pt.dvector(name) for name in ("occupancy", "sigma")]
    value = RANGE_SET.log_density(PYTENSOR, given, Predicted(occupancy, sigma, 0.0))
    run = pytensor.function(inputs, [value, *pytensor.grad(value.sum(), inputs)], mode="FAST_COMPILE")
    point = [np.concatenate([x[:3], x]) for x in (MEANS + shift, SIGMAS)]
    found, *slopes = run(*point)
    assert found == pytest.approx(RANGE_SET.log_density(NUMPY, given, Predicted(*point, 0.0)), rel=1e-11)
    assert np.isfinite(found).all()
    assert np.isfinite(slopes).all()
    assert np.abs(slopes).max() > 0


# --- within a model -----------------------------------------------------------------------------

COMPLETE = [
    {"drug": "A", "dose": dose, "low": 0.4, "high": 0.8, "n": n, "range_set": "s", "set_complete": "yes"}
    for dose, n in ((3.0, 4), (10.0, 6), (40.0, 5))
]
ALONE = [{"drug": "A", "dose": 10.0, "low": 0.5, "high": 0.6, "n": 7}]
PEOPLE_TOO = [{"drug": "A", "dose": 20.0, "value": 0.6}]


@pytest.fixture(scope="module")
def mixed():
    return pd.DataFrame([*COMPLETE, *ALONE, *PEOPLE_TOO])


def total(design, draws):
    found = likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))
    return {name: density.sum(axis=-1) for name, density in found.items()}


@pytest.fixture(scope="module")
def draws(mixed):
    found = make_design(MODELS["plain"], mixed).draw_prior(np.random.default_rng(3), 50)
    return {**found, "sigma": np.maximum(found["sigma"], 0.02)}


def test_only_ranges_of_complete_sets_are_order_statistics(mixed, draws):
    design = make_design(MODELS["plain"], mixed)
    assert list(total(design, draws)) == ["subject", "range", "range_set"]


def test_an_incomplete_set_is_an_interval(mixed, draws):
    incomplete = make_design(MODELS["plain"], mixed.assign(set_complete=["no"] * 3 + ["", ""]))
    without = make_design(MODELS["plain"], mixed.drop(columns=["range_set", "set_complete"]))
    found, wanted = total(incomplete, draws), total(without, draws)
    assert found.keys() == wanted.keys() == {"subject", "range"}
    assert np.array_equal(found["range"], wanted["range"])


def written(state):
    """A model as text: differences between people to first order or by quadrature, or heavy tails."""
    if state == "people, quadrature":
        return MODELS["people"].replace(
            "[emax.centre]", '[ec50.people]\ngroups = "quadrature"\n[emax.centre]'
        )
    if state == "Student's t with a floor":
        floor = '[noise]\nfamily = "student"\nnu = 4.0\n[noise.floor]\ndist = "HalfNormal"\nsigma = 0.1\n'
        return MODELS["plain"] + floor
    return MODELS["people"]


@pytest.mark.parametrize(
    "state",
    [
        pytest.param("first order", marks=pytest.mark.slow),
        "people, quadrature",
        pytest.param("Student's t with a floor", marks=pytest.mark.slow),
    ],
)
def test_the_pymc_density_is_that_of_numpy_also_for_sets_of_another_size(mixed, state):
    extremes = {"drug": "A", "dose": 7.0, "level": "extremes", "low": 0.3, "high": 0.6, "n": 6}
    four = [{**COMPLETE[0], "dose": dose, "range_set": "t"} for dose in (1.0, 2.0, 4.0, 8.0)]
    whole = pd.concat([mixed, pd.DataFrame([extremes, *four])], ignore_index=True).fillna({"level": ""})
    text = written(state)
    for design in (make_design(text, mixed), make_design(text, whole)):
        built = pymc_model.build(design)
        density_and_gradient = log_density_and_gradient(built)
        rng = np.random.default_rng(8)
        for _ in range(3):
            point = random_point(built, rng)
            density, gradient = density_and_gradient(point)
            assert float(density) == pytest.approx(log_posterior(design, point), rel=1e-10)
            assert np.isfinite(gradient).all()


def test_a_fit_keeps_the_shares_and_replicates_the_ends_of_every_set(mixed):
    fit = fit_from_prior(MODELS["plain"], mixed, draws=100)
    of_set = in_complete_set(fit.design.rows)
    assert of_set.sum() == 3
    shares = fit.log_likelihood.to_numpy()
    assert np.isfinite(shares).all()
    assert np.ptp(shares[..., of_set], axis=-1).max() == 0
    replicates = {name: values.to_numpy() for name, values in fit.posterior_predictive.items()}
    assert np.isfinite(replicates["low"][..., of_set]).all()
    assert np.isnan(replicates["low"][..., ~of_set]).all()
    assert np.isnan(replicates["high"][..., ~of_set]).all()
    highest = replicates["value"][..., of_set].max(axis=-1, keepdims=True)
    assert (replicates["high"][..., of_set] == highest).all()
