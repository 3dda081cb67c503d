"""Ticks of logarithmic axes, labelled with plain numbers."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

__all__ = ["label_log_axis", "log_ticks"]

_NARROW = 0.6
"""Decades that may hold fewer than two of 1, 2, 5 and 10: ticks are then evenly spaced numbers."""


def log_ticks(low: float, high: float) -> list[float]:
    """Return the decimal logarithms of round numbers between two decimal logarithms.

    Examples
    --------
    >>> [round(10**tick, 9) for tick in log_ticks(0.0, 1.0)]
    [1.0, 2.0, 5.0, 10.0]
    >>> [round(10**tick, 9) for tick in log_ticks(0.43, 0.75)]
    [3.0, 4.0, 5.0]
    """
    width = high - low
    if width < _NARROW:
        evenly = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(10**low, 10**high)
        return [math.log10(value) for value in evenly if 10**low <= value <= 10**high]
    decades = np.arange(math.floor(low), math.ceil(high) + 1)
    every = max(1, math.ceil(width / 6))
    steps = np.log10([1.0, 2.0, 5.0] if width < 2.4 else [1.0, 3.0] if width < 3 else [1.0])
    return sorted(float(d + s) for d in decades[::every] for s in steps if low <= d + s <= high)


def label_log_axis(ax: Axes) -> None:
    """Label a horizontal axis of decimal logarithms with the numbers themselves."""
    ticks = log_ticks(*ax.get_xlim())
    ax.set_xticks(ticks, [f"{10**tick:g}" for tick in ticks])
