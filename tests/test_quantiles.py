import numpy as np
import pytest
from arviz_stats.base import array_stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from petfit.errors import PetfitError
from petfit.quantiles import check_prob, diagnose, monte_carlo_error, quantile

draws_of_doses = arrays(float, (2, 11), elements=st.one_of(st.floats(0.01, 1e6), st.just(np.inf)))


@given(draws_of_doses, st.floats(0, 1))
def test_a_quantile_is_one_of_the_draws_and_never_nan(draws, q):
    found = quantile(draws, q)
    assert found in draws


@given(draws_of_doses, st.floats(0.001, 0.999))
def test_a_quantile_splits_the_draws_where_it_says(draws, q):
    found = quantile(draws, q)
    assert np.mean(draws <= found) >= q - 1e-12
    assert np.mean(draws < found) <= q + 1e-12


@given(draws_of_doses)
def test_quantiles_never_fall_with_the_probability(draws):
    low, median, high = quantile(draws, [0.025, 0.5, 0.975])
    assert low <= median <= high


def test_quantiles_keep_the_axes_after_chain_and_draw():
    draws = np.random.default_rng(0).normal(size=(4, 50, 3, 2))
    found = quantile(draws, [0.1, 0.9])
    assert found.shape == (2, 3, 2)
    assert found[1, 2, 0] == quantile(draws[..., 2, 0], 0.9)


def test_diagnostics_are_those_of_the_published_definitions():
    draws = np.random.default_rng(1).normal(size=(4, 300, 2)).cumsum(axis=1)
    found = diagnose(draws)
    assert found["r_hat"][1] == array_stats.rhat(draws[..., 1], method="rank")
    assert found["ess_bulk"][1] == array_stats.ess(draws[..., 1], method="bulk")
    assert found["ess_tail"][1] == pytest.approx(
        array_stats.ess(draws[..., 1], method="tail", prob=(0.025, 0.975))
    )


def test_draws_that_never_vary_have_no_diagnostics():
    assert all(np.isnan(value) for value in diagnose(np.ones((4, 100))).values())


@pytest.mark.parametrize("draws", [np.ones((4, 100)), np.full((4, 100), np.inf)])
def test_draws_that_never_vary_have_no_monte_carlo_error(draws):
    assert all(np.isnan(value) for value in monte_carlo_error(draws).values())


def test_monte_carlo_errors_are_those_between_fits_of_independent_draws():
    rng, size = np.random.default_rng(2), (4, 250)
    fits = rng.normal(3.0, 2.0, (400, *size))
    said = monte_carlo_error(np.moveaxis(fits, 0, -1))
    low, high = quantile(np.moveaxis(fits, 0, -1), [0.025, 0.975])
    assert np.median(said["mcse_mean"]) == pytest.approx(fits.mean(axis=(1, 2)).std() / 2.0, rel=0.15)
    between = max(low.std(), high.std()) / np.median(high - low)
    assert np.median(said["mcse_ends"]) == pytest.approx(between, rel=0.3)


def test_monte_carlo_errors_have_no_unit():
    draws = np.random.default_rng(3).normal(size=(4, 250))
    for name, value in monte_carlo_error(draws).items():
        assert monte_carlo_error(1e6 * draws + 5)[name] == pytest.approx(value)


def test_an_interval_without_width_has_no_error_of_its_ends():
    draws = np.zeros((4, 250))
    draws[:, 0] = 1.0
    found = monte_carlo_error(draws)
    assert found["mcse_mean"] > 0
    assert np.isnan(found["mcse_ends"])


def test_chains_that_disagree_have_a_large_r_hat():
    draws = np.random.default_rng(1).normal(size=(4, 300))
    draws[0] += 3
    assert diagnose(draws)["r_hat"] > 1.1


@pytest.mark.parametrize("prob", [0, 1, -0.1, 1.5, float("nan")])
def test_a_probability_outside_0_to_1_is_refused(prob):
    with pytest.raises(PetfitError, match="between 0 and 1"):
        check_prob(prob)


def test_a_percentage_for_a_probability_is_refused_with_the_fraction():
    with pytest.raises(PetfitError, match=r"Did you mean 0\.95"):
        check_prob(95)
