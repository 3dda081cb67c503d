"""Answers of another posterior from the draws of this one, by importance weights.

ArviZ computes the same, and tests hold the two to be equal; importing it takes longer than most fits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from petfit.results.diagnostics import efficiency

__all__ = ["LeftOut", "distance", "leave_out", "smooth"]

_FEWEST = 5
"""A tail of fewer draws is not smoothed."""


class LeftOut(NamedTuple):
    """A part of the evidence predicted from the others."""

    elpd: float
    pareto_k: float
    p_loo: float


def leave_out(density: ArrayLike) -> LeftOut:
    """Return the log predictive density of a part of the evidence given the others.

    Parameters
    ----------
    density : array
        Its log likelihood under each draw: chain, draw.

    Returns
    -------
    LeftOut
        The log predictive density, Pareto's k of the weights, and the effective number of parameters. The
        density is -inf, and k infinite, where a draw rules the part out; k is NaN where the largest weights
        have no shape, as when all but a few are lost to rounding.

    References
    ----------
    Vehtari, Gelman and Gabry, Statistics and Computing 2017;27:1413-1432.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=(4, 500))
    >>> bool(leave_out(-0.1 * (draws - 1.0) ** 2).pareto_k < 0.7)
    True
    """
    log = np.asarray(density, float)
    if log.min() == -np.inf:
        return LeftOut(-np.inf, np.inf, np.inf)
    with np.errstate(all="ignore"):
        efficient = efficiency(np.exp(log - log.max()))
        weights, k = smooth(-log.ravel(), efficient)
        elpd = _log_sum(weights + log.ravel())
        p_loo = _log_sum(log.ravel()) - np.log(log.size) - elpd
    return LeftOut(float(elpd), k, float(p_loo))


def smooth(log_ratios: ArrayLike, efficient: float = 1.0) -> tuple[NDArray[np.float64], float]:
    """Smooth importance ratios: their largest become quantiles of a generalized Pareto distribution.

    Parameters
    ----------
    log_ratios : array
        Log importance ratio of each draw.
    efficient : float
        The effective share of the draws, which says how many of the ratios are the tail.

    Returns
    -------
    tuple of array and float
        Log weights that add up to 1 on the natural scale, and the shape k of the distribution.

    Raises
    ------
    ValueError
        When there are fewer than 25 draws.

    References
    ----------
    Vehtari et al., J Machine Learning Research 2024;25(72):1-58.

    Examples
    --------
    >>> weights, k = smooth(np.random.default_rng(1).normal(size=2000))
    >>> bool(abs(np.exp(weights).sum() - 1) < 1e-12 and 0 < k < 0.7)
    True
    """
    ratios = np.asarray(log_ratios, float)
    logs = ratios - ratios.max()
    tail = _tail(logs.size, efficient)
    if tail < _FEWEST:
        raise ValueError(f"{logs.size} draws are too few to smooth their importance ratios: give 25 or more")
    order = np.argsort(logs)
    cutoff, largest = logs[order[-tail - 1]], order[-tail:]
    shape, scale = _pareto(np.exp(logs[largest]) - np.exp(cutoff))
    if np.isfinite(shape):
        levels = -np.log1p(-(np.arange(tail) + 0.5) / tail)
        beyond = levels if shape == 0 else np.expm1(shape * levels) / shape
        logs[largest] = np.minimum(np.log(np.exp(cutoff) + scale * beyond), logs[largest[-1]])
    return logs - _log_sum(logs), shape


def _log_sum(logs: NDArray[np.float64]) -> float:
    """Return the logarithm of a sum of finite numbers, given as logarithms."""
    largest = logs.max()
    return float(largest + np.log(np.exp(logs - largest).sum()))


def _tail(count: int, efficient: float) -> int:
    """Return how many of the largest ratios are smoothed."""
    return int(3 * np.sqrt(count / efficient)) if count * efficient > 225 else count // 5


def _pareto(excess: NDArray[np.float64]) -> tuple[float, float]:
    """Return shape and scale of a generalized Pareto distribution fitted to sorted excesses.

    The estimate of Zhang and Stephens, Technometrics 2009;51:316-325, its shape drawn a little to 0.5. NaN
    where the first quartile is no larger than the smallest.
    """
    count, quartile = excess.size, excess[int(excess.size / 4 + 0.5) - 1]
    if not quartile > excess[0]:
        return np.nan, np.nan
    points = 30 + int(np.sqrt(count))
    candidates = 1.0 / excess[-1] + (1.0 - np.sqrt(points / (np.arange(points) + 0.5))) / (3.0 * quartile)
    shapes = np.log1p(-candidates[:, None] * excess).mean(axis=1)
    profile = count * (np.log(-candidates / shapes) - shapes - 1.0)
    theta = float(special.softmax(profile) @ candidates)
    shape = float(np.log1p(-theta * excess).mean())
    return (count * shape + 5.0) / (count + 10.0), -shape / theta


def distance(draws: ArrayLike, weights: ArrayLike) -> float:
    """Return the cumulative Jensen-Shannon distance between draws and the same draws weighted.

    Parameters
    ----------
    draws : array
        Of one quantity, finite, not all equal.
    weights : array
        Of the same shape, in any unit.

    Returns
    -------
    float
        From 0 to 1; the larger one of the distances of the draws and of their negatives.

    References
    ----------
    Nguyen and Vreeken, ECML PKDD 2015;173-189.

    Examples
    --------
    >>> distance([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    0.0
    >>> distance([1.0, 2.0, 3.0], [0.0, 0.0, 1.0])
    1.0
    """
    values, shares = np.ravel(np.asarray(draws, float)), np.ravel(np.asarray(weights, float))
    order = np.argsort(values)
    widths = np.diff(values[order])
    plain, weighted = np.arange(1, values.size) / values.size, np.cumsum(shares[order])[:-1] / shares.sum()
    return max(_divergence(widths, plain, weighted), _divergence(widths[::-1], plain, 1.0 - weighted[::-1]))


def _divergence(widths: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the distance of two distribution functions, given as steps of some widths."""
    middle = (one + other) / 2
    parts = [widths @ (special.rel_entr(each, middle) - each + middle) for each in (one, other)]
    return float(np.sqrt(max(sum(parts), 0.0) / np.log(2) / (widths @ (one + other))))
