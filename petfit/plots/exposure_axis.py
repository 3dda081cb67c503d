"""A logarithmic axis of exposure, and room on it for 0 and for rows at one exposure."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from petfit.plots.log_ticks import log_ticks

__all__ = ["LogAxis", "dodge"]

_APART, _WIDEST = 0.013, 0.25


class LogAxis:
    """A logarithmic exposure axis that has room for 0 at its left end, behind a break."""

    def __init__(self, exposure: NDArray[np.float64], reference: float) -> None:
        positive = exposure[exposure > 0]
        ends = np.array([positive.min(initial=reference), positive.max(initial=reference)])
        self.low, self.high = math.log10(ends[0]) - 0.9, math.log10(ends[1]) + 0.6
        self.zero = self.low - 0.25
        self.has_zero = bool((exposure == 0).any())

    def position(self, exposure: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where exposures stand on the axis."""
        with np.errstate(divide="ignore"):
            return np.where(exposure > 0, np.log10(exposure), self.zero)

    def grid(self) -> NDArray[np.float64]:
        """Return exposures to draw a curve at."""
        return np.logspace(self.low, self.high, 49)

    def format_ticks(self, ax: Axes) -> None:
        """Put ticks and limits on an axis."""
        ticks = log_ticks(self.low, self.high)
        ax.set_xticks([*([self.zero] if self.has_zero else []), *ticks])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: "0" if x == self.zero else f"{10**x:g}"))
        ax.set_xlim(self.zero - 0.1 if self.has_zero else self.low, self.high)
        if self.has_zero:
            middle = (self.zero + self.low) / 2
            ax.text(middle, 0, "//", ha="center", va="center", transform=ax.get_xaxis_transform())


def dodge(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set rows at one exposure side by side, by 3 % of the exposure each, so that none hides another.

    Where they are many they stand closer, so that all of them keep to a quarter of a decade.
    """
    moved = places.copy()
    for place in np.unique(places):
        same = np.flatnonzero(places == place)
        moved[same] += min(_APART, _WIDEST / len(same)) * (np.arange(len(same)) - (len(same) - 1) / 2)
    return moved
