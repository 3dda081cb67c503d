import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from petfit.errors import PetfitError
from petfit.results.quantiles import check_prob, quantile

draws_of_doses = arrays(float, (2, 11), elements=st.one_of(st.floats(0.01, 1e6), st.just(np.inf)))


@given(draws_of_doses, st.floats(0, 1))
def test_quantiles_are_draws(draws, q):
    values = quantile(draws, q)
    assert values in draws


@given(draws_of_doses, st.floats(0.001, 0.999))
def test_quantiles_split_the_draws_at_their_probability(draws, q):
    values = quantile(draws, q)
    assert np.mean(draws <= values) >= q - 1e-12
    assert np.mean(draws < values) <= q + 1e-12


@given(draws_of_doses)
def test_quantiles_increase_with_the_probability(draws):
    low, median, high = quantile(draws, [0.025, 0.5, 0.975])
    assert low <= median <= high


def test_quantiles_keep_the_axes_after_chain_and_draw():
    draws = np.random.default_rng(0).normal(size=(4, 50, 3, 2))
    values = quantile(draws, [0.1, 0.9])
    assert values.shape == (2, 3, 2)
    assert values[1, 2, 0] == quantile(draws[..., 2, 0], 0.9)


@pytest.mark.parametrize("prob", [0, 1, -0.1, 1.5, float("nan")])
def test_a_probability_outside_0_to_1_is_refused(prob):
    with pytest.raises(PetfitError, match="between 0 and 1"):
        check_prob(prob)


def test_a_percentage_is_refused_with_the_fraction():
    with pytest.raises(PetfitError, match=r"Did you mean 0\.95"):
        check_prob(95)
