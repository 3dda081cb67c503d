import numpy as np
import pytest

from petfit.results.quantiles import quantile
from petfit.results.stacking import mixture_quantiles

Q = [0.025, 0.5, 0.975]


def simulated_doses(seed, infinite=0.1):
    rng = np.random.default_rng(seed)
    draws = np.exp(rng.normal(2, 1, (4, 250, 2)))
    draws[rng.random(draws.shape) < infinite] = np.inf
    return draws


@pytest.mark.parametrize("weights", [[1.0, 0.0], [0.0, 1.0]])
def test_full_weight_on_one_model_gives_its_own_quantiles(weights):
    draws = [simulated_doses(1), simulated_doses(2, 0.6)]
    single = draws[int(np.argmax(weights))]
    assert np.array_equal(mixture_quantiles(draws, weights, Q), quantile(single, Q))


def test_mixture_of_a_model_with_itself_is_the_model():
    one = simulated_doses(1)
    found = mixture_quantiles([one, one], [0.3, 0.7], [0.2503, 0.5003, 0.9503])
    assert np.array_equal(found, quantile(one, [0.2503, 0.5003, 0.9503]))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_infinite_drawscount_by_the_weight_of_their_model(share):
    finite, infinite = np.full((2, 100), 7.0), np.full((2, 100), np.inf)
    found = mixture_quantiles(
        [finite, infinite], [1 - share, share], [0.01, 1 - share - 0.01, 1 - share + 0.01]
    )
    assert found.tolist() == [7.0, 7.0, np.inf]


def test_median_has_half_of_the_weight_on_either_side():
    draws, weights = [simulated_doses(1, 0), simulated_doses(2, 0) * 3], [0.35, 0.65]
    middle = mixture_quantiles(draws, weights, [0.5])[0]
    below = sum(w * (one <= middle).mean(axis=(0, 1)) for one, w in zip(draws, weights, strict=True))
    assert below == pytest.approx(0.5, abs=2e-3)
