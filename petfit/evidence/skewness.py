"""Whether a median far from the middle of its quartiles or range shows that people are skewed.

The tests of Shi et al. (Stat Methods Med Res 2023;32:1338-1360), at 5 %: the distance of the median from the
middle of the range, of the quartiles, or the larger of the two with weights, over its critical value.
"""

from __future__ import annotations

import math

__all__ = ["is_skewed"]


def is_skewed(n: float, low: float, q1: float, median: float, q3: float, high: float) -> bool:
    """Return whether the numbers of n people are skewed, from their median and quartiles, range or both.

    Parameters
    ----------
    n : float
        Number of people.
    low, q1, median, q3, high : float
        Range, quartiles and median, NaN where not given.

    Examples
    --------
    >>> nan = math.nan
    >>> is_skewed(25, nan, 0.40, 0.42, 0.70, nan), is_skewed(25, nan, 0.40, 0.54, 0.70, nan)
    (True, False)
    """
    of_range = abs(low + high - 2 * median) / (high - low) if high > low else math.nan
    of_quartiles = abs(q1 + q3 - 2 * median) / (q3 - q1) if q3 > q1 else math.nan
    if math.isnan(of_quartiles):
        return of_range > 1.01 / math.log(n + 9) + 2.43 / (n + 1)
    if math.isnan(of_range):
        return of_quartiles > 2.65 / math.sqrt(n) - 6 / n**2
    weighted = max(2.65 * math.log(0.6 * n) / math.sqrt(n) * of_range, of_quartiles)
    return weighted > 3 / math.sqrt(n) - 40 / n**3
