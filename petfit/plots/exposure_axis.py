"""A logarithmic exposure axis that has room for an exposure of 0."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from petfit.plots.log_ticks import log_ticks

__all__ = ["ExposureAxis", "dodge"]

_STEP, _WIDEST = 0.04, 0.25
"""In decades: the step between neighbours, and the most that all rows at one exposure extend over."""
_GRID_POINTS = 49


class ExposureAxis:
    """A logarithmic exposure axis with room for 0 at its left end, behind a break.

    Positions on the axis are decimal logarithms.

    Parameters
    ----------
    exposures : array
        The exposures to show.
    reference : float
        An exposure that the axis always includes, in the same unit.

    Examples
    --------
    >>> axis = ExposureAxis(np.array([0.0, 10.0]), 10.0)
    >>> axis.position(np.array([0.0, 10.0])).round(2).tolist()
    [-0.15, 1.0]
    """

    def __init__(self, exposures: NDArray[np.float64], reference: float) -> None:
        positive = exposures[exposures > 0]
        self.low = math.log10(positive.min(initial=reference)) - 0.9
        self.high = math.log10(positive.max(initial=reference)) + 0.6
        self.zero = self.low - 0.25
        self.has_zero = bool((exposures == 0).any())

    def position(self, exposures: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the positions of exposures on the axis."""
        with np.errstate(divide="ignore"):
            return np.where(exposures > 0, np.log10(exposures), self.zero)

    def grid(self) -> NDArray[np.float64]:
        """Return the exposures at which to draw a curve."""
        return np.logspace(self.low, self.high, _GRID_POINTS)

    def format_ticks(self, ax: Axes) -> None:
        """Set ticks and limits, and the break before 0."""
        ticks = log_ticks(self.low, self.high)
        ax.set_xticks([*([self.zero] if self.has_zero else []), *ticks])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: "0" if x == self.zero else f"{10**x:g}"))
        ax.set_xlim(self.zero - 0.1 if self.has_zero else self.low, self.high)
        if self.has_zero:
            middle = (self.zero + self.low) / 2
            ax.text(middle, 0, "//", ha="center", va="center", transform=ax.get_xaxis_transform())


def dodge(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move rows at one position side by side, within a quarter of a decade.

    Examples
    --------
    >>> dodge(np.array([1.0, 1.0, 2.0])).round(4).tolist()
    [0.98, 1.02, 2.0]
    """
    dodged = positions.copy()
    for position in np.unique(positions):
        rows = np.flatnonzero(positions == position)
        step = min(_STEP, _WIDEST / len(rows))
        dodged[rows] += step * (np.arange(len(rows)) - (len(rows) - 1) / 2)
    return dodged
