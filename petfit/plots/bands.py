"""A curve with its uncertainty: the median, and two bands."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from petfit.plots.look import BAND, INK
from petfit.quantiles import quantile

__all__ = ["MEDIAN_WIDTH", "draw_bands"]

MEDIAN_WIDTH = 1.6
_BANDS = ((0.95, 0.18), (0.5, 0.32))


def draw_bands(ax: Axes, x: NDArray[np.float64], draws: NDArray[np.float64]) -> None:
    """Draw the median and the 50 and 95 % equal-tailed bands of draws (chain, draw, then along `x`)."""
    for prob, alpha in _BANDS:
        low, high = quantile(draws, [(1 - prob) / 2, (1 + prob) / 2])
        ax.fill_between(x, low, high, color=BAND, alpha=alpha, linewidth=0)
    ax.plot(x, quantile(draws, 0.5), color=INK, linewidth=MEDIAN_WIDTH)
