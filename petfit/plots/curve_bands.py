"""A curve with its uncertainty: the median and two bands."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from petfit.plots.colours import BAND, INK
from petfit.results.quantiles import quantile

__all__ = ["INTERVAL_QUANTILES", "MEDIAN_WIDTH", "draw_bands"]

MEDIAN_WIDTH = 1.6
INTERVAL_QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
"""Ends of the 95 and 50 % equal-tailed intervals, and the median."""


def draw_bands(ax: Axes, x: NDArray[np.float64], draws: NDArray[np.float64]) -> None:
    """Draw the median and the 50 and 95 % equal-tailed bands of draws.

    Parameters
    ----------
    ax : Axes
        Draw in this.
    x : array, shape (n_points,)
        Horizontal positions.
    draws : array, shape (n_chains, n_draws, n_points)
        Draws of the curve.
    """
    low, inner_low, median, inner_high, high = quantile(draws, INTERVAL_QUANTILES)
    ax.fill_between(x, low, high, color=BAND, alpha=0.18, linewidth=0)
    ax.fill_between(x, inner_low, inner_high, color=BAND, alpha=0.32, linewidth=0)
    ax.plot(x, median, color=INK, linewidth=MEDIAN_WIDTH)
