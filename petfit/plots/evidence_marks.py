"""Marks of fitted numbers beside a curve, and the legend that explains them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.markers import CARETDOWN
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from petfit.evidence.ranges import in_complete_set
from petfit.plots.canvas import scaled
from petfit.plots.colours import COLOURS, GREY, INK
from petfit.plots.curve_bands import MEDIAN_WIDTH
from petfit.plots.exposure_axis import width_in_inches

__all__ = ["OTHER_REGIMEN", "RANGED", "EvidenceMarks", "has_extremes"]

RANGED = ("range", "extremes")
"""Levels of evidence that are reported by a low and a high end."""

OTHER_REGIMEN: dict[str, Any] = {"color": INK, "linewidth": 1.0, "linestyle": (0, (5, 2))}
_MARKERS = ["o", "^", "s", "D", "v", "P"]
_RANGE_BAR: dict[str, Any] = {"linewidth": 2.4, "solid_capstyle": "butt"}
_EXTREMES_BAR: dict[str, Any] = {"linewidth": 2.4, "linestyle": (0, (1.2, 0.6)), "dash_capstyle": "butt"}
_SCAN: dict[str, Any] = {"marker": "d", "markerfacecolor": "white", "markersize": 4.5, "markeredgewidth": 0.9}
_SCAN_BAR: dict[str, Any] = {"linewidth": 0.6, "alpha": 0.55}
_LIMIT: dict[str, Any] = {"yerr": 0.06, "fmt": "_", "markersize": 5.0, "elinewidth": 0.9, "capsize": 2.5}
_SCAN_LIMITS = (-0.5, 1.5)
"""The vertical axis does not extend for bars of scans beyond these, which would flatten the curves."""


_LABEL_STEP, _LABEL_HEIGHT = 6.5, 3.5
"""In points: from the number of a study to the next, and from a mark to its number."""
_LABEL: dict[str, Any] = {
    "textcoords": "offset points",
    "ha": "center",
    "zorder": 5,
    "path_effects": [withStroke(linewidth=1.8, foreground="white")],
}


def has_extremes(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows report order statistics: extremes of people, or of a complete set of means."""
    return in_complete_set(rows) | (rows["level"] == "extremes").to_numpy()


class EvidenceMarks:
    """Marks of fitted numbers: colour and digit by study, or by region; shape by regimen; fill by tracer.

    Scans are open diamonds, whatever their regimen and tracer.

    Parameters
    ----------
    rows : pandas.DataFrame
        The rows to draw.
    scan_occupancies : pandas.DataFrame
        Occupancies of those rows that are scans, from `petfit.results.scan_occupancy`.
    """

    def __init__(self, rows: pd.DataFrame, scan_occupancies: pd.DataFrame) -> None:
        reported = rows[rows["level"] != "scan"]
        self.studies = list(dict.fromkeys(rows["study"]))
        self.regimens = sorted(set(reported["regimen"]))
        self.tracers = sorted(set(reported["tracer"]))
        self.regions = sorted(set(rows["region"]))
        self.levels = set(rows["level"])
        self.extremes = set(rows.index[has_extremes(rows)])
        self.has_limits = bool((rows["censored"] != "").any())
        self.has_errors = bool((rows.loc[rows["level"] == "subject", "se"] > 0).any())
        self.has_ranges = bool(((rows["level"] == "range") & ~in_complete_set(rows)).any())
        self.scan_occupancies = scan_occupancies

    def draw(self, ax: Axes, positions: NDArray[np.float64], rows: pd.DataFrame) -> None:
        """Draw rows at positions on the exposure axis, whose limits are set."""
        tops: dict[tuple[str, float, float], tuple[float, float]] = {}
        for x, (_, row) in zip(positions.tolist(), rows.iterrows(), strict=True):
            if row["level"] == "scan":
                self._draw_scan(ax, x, row)
                continue
            top = self._draw_reported(ax, x, row)
            place = (row["study"], row["exposure_low"], row["exposure_high"])
            if len(self.studies) > 1 and row["level"] != "subject":
                first, highest = tops.get(place, (x, top))
                tops[place] = (first, max(highest, top))
        self._number_studies(ax, sorted((x, top, study) for (study, *_), (x, top) in tops.items()))

    def ends(self, rows: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the lower and the upper end of the mark of each row."""
        sd = rows["sd"].where(rows["sd"] > 0, rows["se"] * np.sqrt(rows["n"])).fillna(0.0)
        lows, highs = rows["low"].fillna(rows["value"] - sd), rows["high"].fillna(rows["value"] + sd)
        for place in rows.index[rows["level"] == "scan"]:
            lows[place] = highs[place] = self.scan_occupancies.loc[str(place), "median"]
        return lows.to_numpy(float), highs.to_numpy(float)

    @property
    def _coloured(self) -> tuple[str, list[str]]:
        """The factor that colours show, and its levels."""
        return ("study", self.studies) if len(self.studies) > 1 else ("region", self.regions)

    @property
    def _shaped(self) -> tuple[str, list[str]]:
        """The factor that shapes show, and its levels."""
        has_free_shapes = len(self.regimens) < 2 and len(self.studies) > 1
        return ("region", self.regions) if has_free_shapes else ("regimen", self.regimens)

    def _colour(self, row: pd.Series) -> str:
        factor, levels = self._coloured
        return COLOURS[levels.index(row[factor]) % len(COLOURS)]

    def _marker(self, row: pd.Series) -> str:
        factor, levels = self._shaped
        return _MARKERS[levels.index(row[factor]) % len(_MARKERS)]

    def _number_studies(self, ax: Axes, tops: list[tuple[float, float, str]]) -> None:
        """Write numbers of studies above marks; of close ones above the highest, where they fit."""
        step, panel = scaled(_LABEL_STEP) * len(str(len(self.studies))), 72 * width_in_inches(ax)
        room = 1.5 * step * float(np.ptp(ax.get_xlim())) / panel
        starts = [i for i in range(len(tops)) if i == 0 or tops[i][0] - tops[i - 1][0] > room]
        for start, end in pairwise([*starts, len(tops)]):
            x, y = np.mean([x for x, *_ in tops[start:end]]), max(y for _, y, _ in tops[start:end])
            numbers = list(dict.fromkeys(self.studies.index(study) for *_, study in tops[start:end]))
            if len(numbers) * step > panel / 2:
                continue
            for place, number in enumerate(numbers):
                shift = step * (place - (len(numbers) - 1) / 2)
                look = {"color": COLOURS[number % len(COLOURS)], "fontsize": scaled(6.5), **_LABEL}
                ax.annotate(f"{number + 1}", (float(x), y), (shift, _LABEL_HEIGHT), **look)

    def _draw_scan(self, ax: Axes, x: float, row: pd.Series) -> None:
        colour, occupancy = self._colour(row), self.scan_occupancies.loc[str(row.name)]
        ends = [occupancy["low"], occupancy["high"]]
        ax.add_artist(Line2D([x, x], ends, color=colour, **_SCAN_BAR))
        ax.update_datalim([(x, end) for end in np.clip(ends, *_SCAN_LIMITS)])
        ax.plot([x], [occupancy["median"]], linestyle="", color=colour, **_SCAN)

    def _draw_reported(self, ax: Axes, x: float, row: pd.Series) -> float:
        """Draw a reported number, range or limit; return where its mark ends."""
        if row["censored"]:
            return self._draw_limit(ax, x, row)
        draw = self._draw_range if row["level"] in RANGED else self._draw_point
        return draw(ax, x, row)

    def _draw_limit(self, ax: Axes, x: float, row: pd.Series) -> float:
        below = row["censored"] == "below"
        ax.errorbar([x], [row["value"]], color=self._colour(row), uplims=below, lolims=not below, **_LIMIT)
        return float(row["value"])

    def _draw_range(self, ax: Axes, x: float, row: pd.Series) -> float:
        bar = _EXTREMES_BAR if row.name in self.extremes else _RANGE_BAR
        ax.plot([x, x], [row["low"], row["high"]], color=self._colour(row), **bar)
        return float(row["high"])

    def _draw_point(self, ax: Axes, x: float, row: pd.Series) -> float:
        colour, value = self._colour(row), float(row["value"])
        sd = row["sd"] if row["sd"] > 0 else row["se"] * math.sqrt(row["n"])
        if sd > 0:
            ax.plot([x, x], [value - sd, value + sd], color=colour, linewidth=0.9)
        look: dict[str, Any] = {
            "marker": self._marker(row),
            "markerfacecolor": "white" if self._is_open(row["tracer"]) else colour,
            "markersize": 4.0 if row["level"] == "subject" else 5.5,
        }
        ax.plot([x], [value], linestyle="", color=colour, **look)
        return value + sd if sd > 0 else value

    def _is_open(self, tracer: str) -> bool:
        return len(self.tracers) > 1 and self.tracers.index(tracer) % 2 == 0

    def legend(self, shown: pd.DataFrame, *, several_regimens: bool) -> list[Line2D]:
        """Return the legend entries of the lines and of the marks of the rows that are shown."""
        handles = [Line2D([], [], color=INK, linewidth=MEDIAN_WIDTH, label="typical person, 50 and 95 %")]
        if several_regimens:
            handles.append(Line2D([], [], label="median, the other regimen", **OTHER_REGIMEN))
        return [*handles, *self._level_handles(), *self._factor_handles(shown)]

    def _level_handles(self) -> Iterator[Line2D]:
        if "group" in self.levels:
            yield _grey("group mean, SD of people", marker="o", linewidth=0.9)
        if self.has_ranges:
            yield _grey("range of the mean", **_RANGE_BAR)
        if self.extremes:
            yield _grey("lowest and highest", **_EXTREMES_BAR)
        if "subject" in self.levels:
            line = {"linewidth": 0.9} if self.has_errors else {"linestyle": ""}
            label = "one person, their standard error" if self.has_errors else "one person"
            yield _grey(label, marker="o", markersize=4, **line)
        if self.has_limits:
            yield _grey("limit: the number lies below, or above", marker=CARETDOWN, linewidth=0.9)
        if "scan" in self.levels:
            yield _grey("scan, occupancy derived from the fitted baseline", **_SCAN, linewidth=0.6)

    def _factor_handles(self, shown: pd.DataFrame) -> Iterator[Line2D]:
        factor, levels = self._shaped
        for i, level in enumerate(levels if len(levels) > 1 else []):
            label = f"{level or 'not given'} dosing" if factor == "regimen" else level or "region not given"
            yield _grey(label, marker=_MARKERS[i % len(_MARKERS)], linestyle="")
        for tracer in self.tracers if len(self.tracers) > 1 else []:
            fill = "white" if self._is_open(tracer) else GREY
            yield _grey(tracer or "tracer not given", marker="o", markerfacecolor=fill, linestyle="")
        factor, levels = self._coloured
        for i, level in enumerate(levels):
            if len(levels) == 1 or not (shown[factor] == level).any():
                continue
            label = f"{i + 1} {level}" if factor == "study" else level or "region not given"
            yield Line2D([], [], color=COLOURS[i % len(COLOURS)], linewidth=3, label=label)


def _grey(label: str, **look: Any) -> Line2D:
    return Line2D([], [], color=GREY, label=label, **look)
