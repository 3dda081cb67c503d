"""A logarithmic exposure axis that has room for an exposure of 0."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from petfit.model.design import Design
from petfit.plots.canvas import scaled
from petfit.plots.log_ticks import log_ticks

__all__ = ["ExposureAxis", "dodge", "label_panel", "width_in_inches"]

_STEP, _WIDEST = 0.04, 0.25
"""In decades: the step between neighbours, and the most that all rows at one exposure extend over."""
_GRID_POINTS = 49
_MARK_HEIGHT = 0.04
"""Height of a mark, an occupancy."""
_LABEL_WIDTH = 0.34
"""Room for the label of a tick, in inches."""


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
        self.tested = np.unique(np.log10(positive)).tolist()

    def position(self, exposures: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the positions of exposures on the axis."""
        with np.errstate(divide="ignore"):
            return np.where(exposures > 0, np.log10(exposures), self.zero)

    def grid(self) -> NDArray[np.float64]:
        """Return the exposures at which to draw a curve."""
        return np.logspace(self.low, self.high, _GRID_POINTS)

    def format_ticks(self, ax: Axes) -> None:
        """Set ticks and limits, and the break before 0."""
        ticks = self._ticks(ax)
        ax.set_xticks([*([self.zero] if self.has_zero else []), *ticks])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: "0" if x == self.zero else f"{10**x:.3g}"))
        ax.set_xlim(self.zero - 0.1 if self.has_zero else self.low, self.high)
        if self.has_zero:
            middle = (self.zero + self.low) / 2
            ax.text(middle, 0, "//", ha="center", va="center", transform=ax.get_xaxis_transform())

    def _ticks(self, ax: Axes) -> list[float]:
        """Return the positions of ticks: the exposures tested, then round numbers, where a label has room."""
        room = (self.high - self.low) * scaled(_LABEL_WIDTH) / width_in_inches(ax)
        ticks: list[float] = []
        for tick in [*self.tested[::-1], *log_ticks(self.low, self.high)]:
            if all(abs(tick - other) >= room for other in ticks):
                ticks.append(tick)
        return sorted(ticks)


def label_panel(panel: Axes, axis: ExposureAxis, design: Design, drug: str) -> None:
    """Title a panel with its drug, and label its exposure axis."""
    axis.format_ticks(panel)
    panel.set_title(drug, loc="left", fontweight="bold")
    panel.set_xlabel(f"{design.spec.exposure_words} ({design.exposure_unit(drug)})")


def width_in_inches(ax: Axes) -> float:
    """Return the width of axes in their figure."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return float(ax.get_position().width * figure.get_figwidth())


def dodge(
    positions: NDArray[np.float64], lows: NDArray[np.float64], highs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move rows at one position side by side where their marks overlap, within a quarter of a decade.

    Parameters
    ----------
    positions : array
        Positions on the axis.
    lows, highs : array
        The ends of each mark, occupancies.

    Examples
    --------
    >>> ends = np.array([0.5, 0.52, 0.9])
    >>> dodge(np.array([1.0, 1.0, 1.0]), ends, ends).round(4).tolist()
    [0.98, 1.02, 1.0]
    """
    dodged = positions.copy()
    for position in np.unique(positions):
        rows = np.flatnonzero(positions == position)
        for overlapping in _overlapping(rows[np.argsort(lows[rows], kind="stable")], lows, highs):
            step = min(_STEP, _WIDEST / len(overlapping))
            dodged[np.sort(overlapping)] += step * (np.arange(len(overlapping)) - (len(overlapping) - 1) / 2)
    return dodged


def _overlapping(
    rows: NDArray[np.intp], lows: NDArray[np.float64], highs: NDArray[np.float64]
) -> list[list[int]]:
    """Return groups of rows whose marks overlap; the rows are ordered by their lower ends."""
    groups: list[list[int]] = []
    highest = -np.inf
    for row in rows.tolist():
        if groups and lows[row] < highest + _MARK_HEIGHT:
            groups[-1].append(row)
        else:
            groups.append([row])
        highest = max(highest, float(highs[row]))
    return groups
