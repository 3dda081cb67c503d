import numpy as np
import pytest
from arviz_stats.base import array_stats
from hypothesis import given
from hypothesis import strategies as st

from petfit.results.diagnostics import diagnose, e_bfmi, efficiency, monte_carlo_error
from petfit.results.quantiles import quantile


@st.composite
def chains(draw):
    """Return autoregressive chains that may disagree; of few decimals, so that draws are tied."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    count, size = draw(st.integers(2, 5)), draw(st.integers(100, 400))
    values = rng.normal(size=(count, size)) + rng.normal(scale=0.3, size=(count, 1))
    slowness = draw(st.floats(-0.95, 0.99))
    for t in range(1, size):
        values[:, t] += slowness * values[:, t - 1]
    return values.round(draw(st.sampled_from([1, 12])))


@given(chains())
def test_figures_are_those_of_arviz(draws):
    found = diagnose(draws) | monte_carlo_error(draws)
    assert found["r_hat"] == pytest.approx(array_stats.rhat(draws, method="rank"))
    assert found["ess_bulk"] == pytest.approx(array_stats.ess(draws, method="bulk"))
    assert found["ess_tail"] == pytest.approx(array_stats.ess(draws, method="tail", prob=(0.025, 0.975)))
    assert found["mcse_mean"] * draws.std(ddof=1) == pytest.approx(array_stats.mcse(draws, method="mean"))
    low, high = quantile(draws, [0.025, 0.975])
    if low < high:
        errors = [array_stats.mcse(draws, method="quantile", prob=prob) for prob in (0.025, 0.975)]
        assert found["mcse_ends"] * (high - low) == pytest.approx(max(errors))
    assert efficiency(draws) == pytest.approx(array_stats.ess(draws, method="mean", relative=True))
    assert e_bfmi(draws) == pytest.approx(array_stats.bfmi(draws))


def test_each_quantity_has_the_figures_it_has_alone():
    draws = np.random.default_rng(0).normal(size=(4, 100, 3, 2)).cumsum(axis=1)
    draws[..., 1, 1] = 2.0
    draws[0, 0, 2, 0] = np.inf
    for measure in (diagnose, monte_carlo_error):
        for name, values in measure(draws).items():
            assert values.shape == (3, 2)
            for at in np.ndindex(3, 2):
                assert values[at] == pytest.approx(measure(draws[:, :, *at])[name], nan_ok=True)
            assert np.isnan(values[[1, 2], [1, 0]]).all()


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


@pytest.mark.parametrize("shape", [(2, 64), (4, 100), (3, 101)])
def test_chains_that_each_stay_where_they_are_have_an_r_hat_beyond_bounds(shape):
    draws = np.broadcast_to(np.arange(float(shape[0]))[:, None], shape)
    assert diagnose(draws)["r_hat"] > 1e6


def test_an_energy_that_never_varies_or_is_not_finite_has_no_e_bfmi():
    energy = np.random.default_rng(4).normal(size=(3, 100))
    energy[0] = 1.0
    energy[1, 5] = np.nan
    assert np.isnan(e_bfmi(energy)).tolist() == [True, True, False]
