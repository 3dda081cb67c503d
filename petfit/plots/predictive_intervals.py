"""Every fitted occupancy beside what the fitted model predicts for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.plots.curve_bands import INTERVAL_QUANTILES
from petfit.plots.evidence_marks import RANGED, ordered
from petfit.plots.style import BAND, COLOURS, INK, GivenAxes, Margins, add_legend, panels, plain_text
from petfit.results.quantiles import quantile

__all__ = ["plot_predictive_intervals"]

_REPORTED = COLOURS[1]


@plain_text
def plot_predictive_intervals(fit: Fit, *, ax: GivenAxes = None) -> list[Axes]:
    """Draw every fitted occupancy beside what the fitted model predicts for it.

    Scans have a figure of their own, `petfit.plots.scan_predictive`.

    Parameters
    ----------
    fit : Fit
        A fit.
    ax : Axes, optional
        Draw in this instead of a new figure.

    Returns
    -------
    list of Axes
        One, with a line a row: the number (a range as its interval), and the median, 50 and 95 % equal-tailed
        intervals of replicated numbers for the same people at the same dose. Beside the extremes of
        people, or of a complete set of means, stand replicated lows and replicated highs.

    Raises
    ------
    PetfitError
        When the fit holds scans alone.
    """
    every = fit.design.rows
    at = np.flatnonzero(every["level"] != "scan")
    if not len(at):
        raise PetfitError(
            "the fit holds scans alone, and no occupancy to draw. Draw petfit.plots.scan_predictive."
        )
    at = at[np.lexsort((every["x"].iloc[at], every["drug"].iloc[at]))[::-1]]
    rows = every.iloc[at]
    names = [_name(row) for _, row in rows.iterrows()]
    margins = Margins(left=0.15 + 0.062 * max(map(len, names)), above=0.1)
    (panel,) = panels(["evidence"], ax, columns=1, height=0.1 + 0.22 * len(rows), margins=margins)
    _draw_replicated(panel, *_replicated(fit, rows, at))
    for place, (_, row) in enumerate(rows.iterrows()):
        _draw_reported(panel, place, row)
    panel.set_yticks(np.arange(len(rows)), names, fontsize=8)
    panel.set_ylim(-0.7, len(rows) - 0.3)
    panel.xaxis.set_major_formatter(PercentFormatter(1.0))
    panel.set_xlabel("occupancy")
    panel.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    handles = [
        Line2D([], [], color=_REPORTED, marker="o", linestyle="", markersize=5, label="reported"),
        Line2D([], [], color=_REPORTED, marker="|", markersize=9, label="reported range"),
        Line2D([], [], color=BAND, linewidth=4, alpha=0.6, label="replicated by the model, 50 and 95 %"),
    ]
    add_legend([panel], handles, 3, ax)
    return [panel]


def _replicated(
    fit: Fit, rows: pd.DataFrame, at: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what stands beside the rows: the lines it stands on, and its draws."""
    found = fit.predictive
    ends = ordered(rows)
    lines = np.arange(len(rows))
    parts = [("value", lines[~ends], 0.0)]
    parts += [(name, lines[ends], apart) for name, apart in (("low", -0.16), ("high", 0.16)) if ends.any()]
    draws = [found[name].to_numpy()[..., at[on]] for name, on, _ in parts]
    return np.concatenate([on + apart for _, on, apart in parts]), np.concatenate(draws, axis=-1)


def _draw_replicated(ax: Axes, places: NDArray[np.float64], draws: NDArray[np.float64]) -> None:
    low, inner_low, median, inner_high, high = quantile(draws, INTERVAL_QUANTILES)
    ax.hlines(places, low, high, color=BAND, alpha=0.45, linewidth=2)
    ax.hlines(places, inner_low, inner_high, color=BAND, linewidth=5, alpha=0.6)
    ax.plot(median, places, "|", color=INK, markersize=9)


def _draw_reported(ax: Axes, place: int, row: pd.Series) -> None:
    if row["level"] in RANGED:
        ends = [row["low"], row["high"]]
        ax.plot(ends, [float(place)] * 2, "|-", color=_REPORTED, linewidth=1.4, markersize=9)
    else:
        ax.plot(row["value"], place, "o", color=_REPORTED, markersize=5)


def _name(row: pd.Series) -> str:
    exposures = " to ".join(f"{end:g}" for end in sorted({row["exposure_low"], row["exposure_high"]}))
    parts = [row["drug"], exposures, row["regimen"], row["region"], row["study"]]
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)
