"""How a fitted number is drawn beside a curve, and the legend that explains it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from petfit.evidence.ranges import in_complete_set
from petfit.plots.curve_bands import MEDIAN_WIDTH
from petfit.plots.style import COLOURS, INK

__all__ = ["OTHER_REGIMEN", "RANGED", "EvidenceMarks", "ordered"]

RANGED = ("range", "extremes")
OTHER_REGIMEN: dict[str, Any] = {"color": INK, "linewidth": 1.0, "linestyle": (0, (5, 2))}
_GREY = "#444444"
_MARKERS = ["o", "^", "s", "D", "v", "P"]
_BOUNDS: dict[str, Any] = {"linewidth": 2.4, "solid_capstyle": "butt"}
_EXTREMES: dict[str, Any] = {"linewidth": 2.4, "linestyle": (0, (1.2, 0.6)), "dash_capstyle": "butt"}
_SCAN: dict[str, Any] = {"marker": "d", "markerfacecolor": "white", "markersize": 4.5, "markeredgewidth": 0.9}
_IN_VIEW = (-0.5, 1.5)
"""Bars of scans that reach further run out of the panel, lest one flatten all curves."""
_SCAN_BAR: dict[str, Any] = {"linewidth": 0.6, "alpha": 0.55}


def ordered(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows give an order statistic: extremes of people, or of a complete set of means."""
    return in_complete_set(rows) | (rows["level"] == "extremes").to_numpy()


class EvidenceMarks:
    """How a number is drawn: colour and number by study, shape by regimen, fill by tracer.

    Scans have an open diamond, whatever their regimen and tracer.

    Parameters
    ----------
    rows : pandas.DataFrame
        The rows to draw.
    derived : pandas.DataFrame
        The occupancies of those that are scans, from `petfit.results.scan_occupancy.occupancies`.
    """

    def __init__(self, rows: pd.DataFrame, derived: pd.DataFrame) -> None:
        reported = rows[rows["level"] != "scan"]
        self.studies = list(dict.fromkeys(rows["study"]))
        self.regimens = sorted(set(reported["regimen"]))
        self.tracers = sorted(set(reported["tracer"]))
        self.levels = set(rows["level"])
        self.ordered = set(rows.index[ordered(rows)])
        self.bounds = bool(((rows["level"] == "range") & ~in_complete_set(rows)).any())
        self.derived = derived

    def draw(self, ax: Axes, x: float, row: pd.Series) -> None:
        """Draw one row's number at the place `x`."""
        colour = COLOURS[self.studies.index(row["study"]) % len(COLOURS)]
        if row["level"] == "scan":
            self._draw_scan(ax, x, row, colour)
            return
        draw = self._draw_range if row["level"] in RANGED else self._draw_point
        top = draw(ax, x, row, colour)
        if len(self.studies) > 1 and row["level"] != "subject":
            number = str(self.studies.index(row["study"]) + 1)
            ax.annotate(number, (x, top), (4, 3), textcoords="offset points", fontsize=6.5, color=colour)

    def _draw_scan(self, ax: Axes, x: float, row: pd.Series, colour: str) -> None:
        found = self.derived.loc[str(row.name)]
        ends = [found["low"], found["high"]]
        ax.add_artist(Line2D([x, x], ends, color=colour, **_SCAN_BAR))
        ax.update_datalim([(x, end) for end in np.clip(ends, *_IN_VIEW)])
        ax.plot([x], [found["median"]], linestyle="", color=colour, **_SCAN)

    def _draw_range(self, ax: Axes, x: float, row: pd.Series, colour: str) -> float:
        look = _EXTREMES if row.name in self.ordered else _BOUNDS
        ax.plot([x, x], [row["low"], row["high"]], color=colour, **look)
        return float(row["high"])

    def _draw_point(self, ax: Axes, x: float, row: pd.Series, colour: str) -> float:
        middle = float(row["value"])
        spread = row["sd"] if row["sd"] > 0 else row["se"] * math.sqrt(row["n"])
        if spread > 0:
            ax.plot([x, x], [middle - spread, middle + spread], color=colour, linewidth=0.9)
        hollow = self.tracers.index(row["tracer"]) % 2 == 0 and len(self.tracers) > 1
        marker = _MARKERS[self.regimens.index(row["regimen"]) % len(_MARKERS)]
        size = 4.0 if row["level"] == "subject" else 5.5
        fill = "white" if hollow else colour
        ax.plot(
            [x], [middle], linestyle="", color=colour, marker=marker, markerfacecolor=fill, markersize=size
        )
        return middle

    def legend(self, *, several_regimens: bool) -> list[Line2D]:
        """Return the handles that add_legend the lines and marks that were used."""
        handles = [Line2D([], [], color=INK, linewidth=MEDIAN_WIDTH, label="median; bands 50 and 95 %")]
        if several_regimens:
            handles.append(Line2D([], [], label="median, the other regimen", **OTHER_REGIMEN))
        return [*handles, *self._levels(), *self._factors()]

    def _levels(self) -> Iterator[Line2D]:
        if "group" in self.levels:
            yield _grey("group mean, SD between people", marker="o", linewidth=0.9)
        if self.bounds:
            yield _grey("published range of the mean", **_BOUNDS)
        if self.ordered:
            yield _grey("published lowest and highest", **_EXTREMES)
        if "subject" in self.levels:
            yield _grey("one person", marker="o", markersize=4, linestyle="")
        if "scan" in self.levels:
            yield _grey("scan, occupancy derived from the fitted baseline", **_SCAN, linewidth=0.6)

    def _factors(self) -> Iterator[Line2D]:
        for i, regimen in enumerate(self.regimens if len(self.regimens) > 1 else []):
            marker = _MARKERS[i % len(_MARKERS)]
            yield _grey(f"{regimen or 'not given'} dosing", marker=marker, linestyle="")
        for i, tracer in enumerate(self.tracers if len(self.tracers) > 1 else []):
            fill = "white" if i % 2 == 0 else _GREY
            yield _grey(tracer or "tracer not given", marker="o", markerfacecolor=fill, linestyle="")
        for i, study in enumerate(self.studies if len(self.studies) > 1 else []):
            yield Line2D([], [], color=COLOURS[i % len(COLOURS)], linewidth=3, label=f"{i + 1} {study}")


def _grey(label: str, **look: Any) -> Line2D:
    return Line2D([], [], color=_GREY, label=label, **look)
