"""Summaries of draws that may be infinite: order statistics, and diagnostics of the inverse."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petfit.errors import PetfitError

__all__ = ["INTERVAL", "PROB", "check_prob", "diagnose", "monte_carlo_error", "quantile"]

INTERVAL = "equal-tailed"
PROB = 0.95
_TAILS = ((1 - PROB) / 2, (1 + PROB) / 2)


def check_prob(prob: float, name: str = "prob") -> float:
    """Return a probability strictly between 0 and 1, or refuse it.

    Examples
    --------
    >>> check_prob(0.95)
    0.95
    """
    if not 0.0 < prob < 1.0:
        hint = f" Did you mean {prob / 100:g}?" if 1 < prob < 100 else ""
        raise PetfitError(f"{name} must lie between 0 and 1, not {prob:g}.{hint}")
    return float(prob)


def quantile(draws: ArrayLike, q: ArrayLike) -> NDArray[np.float64]:
    """Return order statistics over the first two axes (chain, draw); infinite draws count as they are.

    Interpolation between two infinities would give NaN, so there is none.

    Parameters
    ----------
    draws : array
        Chain, draw, then any axes.
    q : array
        Probabilities.

    Returns
    -------
    array
        The axes of `q`, then those of `draws` after the second.

    Examples
    --------
    >>> quantile([[1.0, 2.0, np.inf, np.inf]], [0.25, 0.5, 0.75]).tolist()
    [1.0, 2.0, inf]
    """
    values = np.asarray(draws, float)
    at = np.round(np.asarray(q, float), 12)  # (1 - 0.95) / 2 is a little more than 0.025
    return np.asarray(np.quantile(values, at, axis=(0, 1), method="inverted_cdf"))


def diagnose(draws: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Return rank R-hat, bulk and tail ESS of draws (chain, draw, then any axes).

    The tails are those of the interval that is printed, 2.5 and 97.5 %. Draws that never vary, or are
    not finite, have none of the three: NaN.

    References
    ----------
    Vehtari et al., Bayesian Analysis 2021;16:667-718.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=(4, 500))
    >>> bool(diagnose(draws)["r_hat"] < 1.01)
    True
    """
    from arviz_stats.base import array_stats

    values = np.asarray(draws, float)
    shape = values.shape[2:]
    flat = values.reshape(*values.shape[:2], -1)
    found = {name: np.full(flat.shape[2], np.nan) for name in ("r_hat", "ess_bulk", "ess_tail")}
    for i in range(flat.shape[2]):
        one = flat[..., i]
        if _varies(one):
            found["r_hat"][i] = array_stats.rhat(one)
            found["ess_bulk"][i] = array_stats.ess(one, method="bulk")
            found["ess_tail"][i] = array_stats.ess(one, method="tail", prob=_TAILS)
    return {name: value.reshape(shape) for name, value in found.items()}


def monte_carlo_error(draws: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Return how exactly so many draws (chain, draw, then any axes) give a mean and the ends of an interval.

    Parameters
    ----------
    draws : array
        Finite; of a dose, its inverse.

    Returns
    -------
    dict of str to array
        ``mcse_mean``, the Monte Carlo standard error of the mean over the SD of the draws; ``mcse_ends``, the
        larger one of the 2.5 and 97.5 % points over the distance between them. NaN where draws never vary or
        are not finite, and the latter where the points are equal.

    References
    ----------
    Vehtari et al., Bayesian Analysis 2021;16:667-718, for quantiles.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=(4, 500))
    >>> bool(monte_carlo_error(draws)["mcse_mean"] < 0.05)
    True
    """
    from arviz_stats.base import array_stats

    values = np.asarray(draws, float)
    shape = values.shape[2:]
    flat = values.reshape(*values.shape[:2], -1)
    found = {name: np.full(flat.shape[2], np.nan) for name in ("mcse_mean", "mcse_ends")}
    for i in range(flat.shape[2]):
        one = flat[..., i]
        if _varies(one):
            found["mcse_mean"][i] = array_stats.mcse(one, method="mean") / one.std(ddof=1)
            low, high = quantile(one, _TAILS)
            if low < high:
                errors = [array_stats.mcse(one, method="quantile", prob=tail) for tail in _TAILS]
                found["mcse_ends"][i] = max(errors) / (high - low)
    return {name: value.reshape(shape) for name, value in found.items()}


def _varies(draws: NDArray[np.float64]) -> bool:
    return bool(np.isfinite(draws).all() and draws.min() < draws.max())
