import numpy as np
import pytest
from arviz_stats.base import array_stats
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from petfit.results.importance import distance, leave_out, smooth


def normals(seed, size):
    draws = np.random.default_rng(seed).normal(size=(4, size))
    draws[:, 1:] += 0.5 * draws[:, :-1]
    return draws


some_draws = st.builds(normals, st.integers(0, 10_000), st.integers(20, 400))


@given(some_draws, st.floats(-3, 3))
def test_leaving_out_is_that_of_arviz(draws, middle):
    density = -0.5 * (draws - middle) ** 2
    share = array_stats.ess(np.exp(density - density.max()), method="mean", relative=True)
    wanted = [float(figure) for figure in array_stats.loo(density, r_eff=share)]
    assert leave_out(density) == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@given(some_draws, st.floats(-0.5, 0.5))
def test_distances_are_those_of_arviz(draws, tilt):
    weights = np.exp(tilt * draws)
    both = array_stats.power_scale_sense(draws, weights, weights, 0.5, 2.0)
    assert distance(draws, weights) == pytest.approx(float(both), abs=1e-6)


def test_leaving_one_out_of_a_normal_mean_is_what_algebra_says():
    rng = np.random.default_rng(0)
    values = rng.normal(size=20)
    draws = rng.normal(values.mean(), 1 / np.sqrt(20), size=(4, 20_000))
    for i in (0, values.argmax()):
        rest = np.delete(values, i)
        exact = stats.norm.logpdf(values[i], rest.mean(), np.sqrt(1 + 1 / 19))
        assert leave_out(stats.norm.logpdf(values[i], draws)).elpd == pytest.approx(exact, abs=0.02)


def test_the_shape_of_a_pareto_tail_is_found():
    ratios = np.random.default_rng(1).pareto(1 / 0.6, 100_000)
    _, k = smooth(np.log(ratios))
    assert k == pytest.approx(0.6, abs=0.1)


def test_smoothing_keeps_the_order_and_no_ratio_outgrows_the_largest():
    ratios = np.random.default_rng(2).normal(scale=2.0, size=2000)
    weights, _ = smooth(ratios)
    by_size = weights[np.argsort(ratios)]
    assert (np.diff(by_size) >= 0).all()
    assert np.exp(weights).sum() == pytest.approx(1.0)
    assert np.ptp(by_size) <= np.ptp(ratios) + 1e-9


def test_ratios_that_are_all_equal_stay_so_and_have_no_shape():
    weights, k = smooth(np.zeros(1000))
    assert np.exp(weights) == pytest.approx(1 / 1000)
    assert np.isnan(k)


def test_too_few_draws_are_refused():
    with pytest.raises(ValueError, match="25 or more"):
        smooth(np.zeros(20))


def test_a_distance_has_no_unit_and_no_direction():
    rng = np.random.default_rng(3)
    draws, weights = rng.normal(size=500), rng.uniform(size=500)
    assert distance(7 * draws + 3, 2 * weights) == pytest.approx(distance(draws, weights))
    assert distance(-draws, weights) == pytest.approx(distance(draws, weights))


@pytest.mark.parametrize("ruled_out", [1, 200, 400])
def test_a_part_that_a_draw_rules_out_has_no_density_given_the_others(ruled_out):
    density = np.random.default_rng(4).normal(size=(4, 100))
    density.reshape(-1)[:ruled_out] = -np.inf
    found = leave_out(density)
    assert found.elpd == -np.inf
    assert found.pareto_k == np.inf
