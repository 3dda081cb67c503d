"""Order statistics of draws that may be infinite."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petfit.errors import PetfitError, short_repr
from petfit.fit import PROB

__all__ = ["INTERVAL", "PROB", "check_prob", "equal_tailed", "interval_ratio", "quantile"]

INTERVAL = "equal-tailed"


def check_prob(prob: float, name: str = "prob") -> float:
    """Return a probability that lies strictly between 0 and 1.

    Raises
    ------
    PetfitError
        If it does not, or is no number.

    Examples
    --------
    >>> check_prob(0.95)
    0.95
    """
    if not isinstance(prob, Real):
        raise PetfitError(f"{name} must be a number between 0 and 1, not {short_repr(prob)}.")
    if not 0.0 < prob < 1.0:
        hint = f" Did you mean {prob / 100:g}?" if 1 < prob < 100 else ""
        raise PetfitError(f"{name} must lie between 0 and 1, not {prob:g}.{hint}")
    return float(prob)


def equal_tailed(prob: float) -> list[float]:
    """Return the probabilities of the lower end, the median and the upper end of an equal-tailed interval.

    Raises
    ------
    PetfitError
        If `prob` does not lie between 0 and 1.

    Examples
    --------
    >>> equal_tailed(0.5)
    [0.25, 0.5, 0.75]
    """
    return [(1 - check_prob(prob)) / 2, 0.5, (1 + prob) / 2]


def quantile(draws: ArrayLike, q: ArrayLike) -> NDArray[np.float64]:
    """Return order statistics over the first two axes (chain, draw); draws may be infinite.

    There is no interpolation, because it would give NaN between two infinities.

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
    probs = np.round(np.asarray(q, float), 12)  # (1 - 0.95) / 2 is a little more than 0.025
    if not values.size:  # older versions of NumPy refuse it
        return np.empty((*probs.shape, *values.shape[2:]))
    return np.asarray(np.quantile(values, probs, axis=(0, 1), method="inverted_cdf"))


def interval_ratio(low: ArrayLike, high: ArrayLike) -> NDArray[np.float64]:
    """Return upper over lower end of intervals, infinite where an interval has no upper end.

    Examples
    --------
    >>> interval_ratio([5.0, 5.0, np.inf], [10.0, np.inf, np.inf]).tolist()
    [2.0, inf, inf]
    """
    low, high = np.asarray(low, float), np.asarray(high, float)
    return np.where(np.isfinite(high), high / np.where(np.isfinite(low), low, 1.0), np.inf)
