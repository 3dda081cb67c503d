"""What draws of several chains are worth: R-hat, effective sample size, Monte Carlo standard errors, E-BFMI.

ArviZ computes the same, and tests hold the two to be equal; importing it takes longer than most fits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from petfit.results.quantiles import PROB, quantile

__all__ = ["diagnose", "e_bfmi", "efficiency", "monte_carlo_error"]

_TAILS = ((1 - PROB) / 2, (1 + PROB) / 2)
_ONE_SD = special.ndtr([-1.0, 1.0])

type _Draws = NDArray[np.float64]
"""Quantity, chain, draw."""

type _Figures = NDArray[np.float64]
"""One for each quantity."""


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
    values, shape, told = _quantities(draws)
    scores = _scores(_split(values))
    return _spread(
        {
            "r_hat": np.fmax(_r_hat(scores), _r_hat(_scores(_folded(_split(values))))),
            "ess_bulk": _ess(scores),
            "ess_tail": np.minimum(*(_ess_of_quantile(values, tail) for tail in _TAILS)),
        },
        shape,
        told,
    )


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
    values, shape, told = _quantities(draws)
    low, high = quantile(np.moveaxis(values, 0, -1), _TAILS)
    errors = np.maximum(*(_error_of_quantile(values, tail) for tail in _TAILS))
    width = np.where(low < high, high - low, np.nan)
    return _spread(
        {"mcse_mean": 1.0 / np.sqrt(_ess(_split(values))), "mcse_ends": errors / width}, shape, told
    )


def efficiency(draws: ArrayLike) -> float:
    """Return the ESS of the mean of one quantity (chain, draw) over the number of draws."""
    halves = _split(np.asarray(draws, float)[None])
    return float(_ess(halves)[0] / halves.size)


def e_bfmi(energy: ArrayLike) -> NDArray[np.float64]:
    """Return the energy Bayesian fraction of missing information of each chain (chain, draw).

    References
    ----------
    Betancourt, arXiv 1604.00695.

    Examples
    --------
    >>> e_bfmi([[1.0, 2.0, 1.0, 2.0]]).tolist()
    [3.0]
    """
    values = np.asarray(energy, float)
    with np.errstate(invalid="ignore"):  # an energy that never varies, exactly 0 here, has none
        values = values - values[..., :1]
        return np.asarray(np.square(np.diff(values)).mean(axis=-1) / values.var(axis=-1, ddof=1))


def _quantities(draws: ArrayLike) -> tuple[_Draws, tuple[int, ...], NDArray[np.bool_]]:
    """Return the quantities that vary and are finite, the shape of all, and which they are."""
    values = np.asarray(draws, float)
    every = np.ascontiguousarray(np.moveaxis(values.reshape(*values.shape[:2], -1), -1, 0))
    low, high = every.min(axis=(1, 2)), every.max(axis=(1, 2))
    told = np.isfinite(every).all(axis=(1, 2)) & (low < high)
    return every[told], values.shape[2:], told


def _spread(
    figures: dict[str, _Figures], shape: tuple[int, ...], told: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """Return figures in the shape of all quantities, NaN for those that had none."""
    found = {name: np.full(told.shape, np.nan) for name in figures}
    for name, values in figures.items():
        found[name][told] = values
    return {name: values.reshape(shape) for name, values in found.items()}


def _split(values: _Draws) -> _Draws:
    """Return each chain as two of half its length."""
    half = values.shape[-1] // 2
    return np.concatenate([values[..., :half], values[..., -half:]], axis=-2)


def _folded(values: _Draws) -> _Draws:
    return np.abs(values - np.median(values, axis=(1, 2), keepdims=True))


def _scores(values: _Draws) -> _Draws:
    """Return the normal scores of ranks; ties share the mean of theirs."""
    count = values.shape[1] * values.shape[2]
    ranks = np.array([_ranks(one) for one in values.reshape(len(values), count)]).reshape(values.shape)
    return np.asarray(special.ndtri((ranks - 0.375) / (count + 0.25)))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((count.cumsum() - (count - 1) / 2)[place])


def _r_hat(values: _Draws) -> _Figures:
    size = values.shape[-1]
    within = values.var(axis=-1, ddof=1).mean(axis=-1)
    between = size * values.mean(axis=-1).var(axis=-1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # chains that stay: infinite, or NaN if all at one
        return np.asarray(np.sqrt((between / within + size - 1) / size))


def _ess(values: _Draws) -> _Figures:
    """Return the ESS of means by Geyer's initial monotone sequence; draws that never vary all count."""
    chains, size = values.shape[1:]
    covariance = _autocovariance(values)
    within = covariance[:, 0] * size / (size - 1)
    total = covariance[:, 0] + values.mean(axis=-1).var(axis=-1, ddof=1)
    varies = total > 0
    scale = np.where(varies, total, 1.0)[:, None]
    correlation = 1.0 - (within[:, None] - covariance) / scale
    correlation[:, 0] = 1.0
    even, odd = (correlation[:, first : size - 2 + first : 2] for first in (0, 1))
    pairs = even + odd
    last = np.where((pairs <= 0).any(axis=1), (pairs <= 0).argmax(axis=1), pairs.shape[1] - 1)
    before = np.arange(pairs.shape[1]) < last[:, None]
    summed = np.where(before, np.minimum.accumulate(pairs, axis=1), 0.0).sum(axis=1)
    time = 2.0 * summed - 1.0 + np.maximum(even[np.arange(len(last)), last], 0.0)
    count = chains * size
    return np.where(varies, count / np.maximum(time, 1.0 / np.log10(count)), float(count))


def _autocovariance(values: _Draws) -> NDArray[np.float64]:
    """Return the autocovariance at each lag, the mean over chains."""
    size = values.shape[-1]
    length = 1 << (2 * size - 1).bit_length()
    spectrum = np.fft.rfft(values - values.mean(axis=-1, keepdims=True), length)
    power = np.square(np.abs(spectrum)).mean(axis=1)
    return np.asarray(np.fft.irfft(power, length)[:, :size] / size)


def _ess_of_quantile(values: _Draws, prob: float) -> _Figures:
    point = np.quantile(values, prob, axis=(1, 2), keepdims=True)
    return _ess(_split((values <= point).astype(float)))


def _error_of_quantile(values: _Draws, prob: float) -> _Figures:
    """Return half the distance between the draws that lie one standard error about a quantile."""
    ess, count = _ess_of_quantile(values, prob), values.shape[1] * values.shape[2]
    low, high = (special.betaincinv(ess * prob + 1, ess * (1 - prob) + 1, p) for p in _ONE_SD)
    ordered = np.sort(values.reshape(len(values), count), axis=-1)
    below = np.floor(np.maximum(low * count - 1, 0)).astype(int)
    above = np.ceil(np.minimum(high * count - 1, count - 1)).astype(int)
    at = np.arange(len(values))
    return np.asarray((ordered[at, above] - ordered[at, below]) / 2)
