"""Every fitted occupancy with its posterior predictive intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.plots.canvas import figure_width, plain_text, scaled
from petfit.plots.colours import BAND, COLOURS, INK
from petfit.plots.curve_bands import INTERVAL_QUANTILES
from petfit.plots.evidence_marks import RANGED, has_extremes
from petfit.plots.figure import FitFigure
from petfit.plots.legend import add_legend
from petfit.plots.panels import GivenAxes, Margins, make_panels
from petfit.results.quantiles import quantile

__all__ = ["FIGURE", "plot_predictive_intervals"]

_REPORTED = COLOURS[1]
_WIDEST_NAMES = 0.55
"""The largest share of the width that the names of rows take."""
_LIMIT_MARKERS = {"below": "<", "above": ">"}
MOST_ROWS = 300
"""With more rows, those farthest from their predictions are drawn."""
_EXTREMES = (("low", -0.16), ("high", 0.16))
"""Replicated ends of extremes, and how far from their line each is drawn."""


@plain_text
def plot_predictive_intervals(fit: Fit, *, ax: GivenAxes = None) -> list[Axes]:
    """Draw every fitted occupancy with its posterior predictive intervals, one line for each row.

    The reported number, range or limit, and the median, 50 and 95 % equal-tailed intervals of replicated
    numbers at the same dose, as in `petfit.Fit.posterior_predictive`. A triangle at a limit points to where
    the number lies. Extremes of people, or of a complete set of means, are compared with replicated lows and
    highs.
    The figure ``scans`` draws the scans. Of more than 300 rows, the 300 farthest from the medians of their
    replicated numbers are drawn, in units of their 95 % intervals; the title says so.

    ArviZ's ``plot_ppc_interval`` draws the replicated numbers too, but neither ranges nor the names of rows.

    Parameters
    ----------
    fit : Fit
        A fit.
    ax : Axes, optional
        Draw in this instead of a new figure.

    Returns
    -------
    list of Axes
        One.

    Raises
    ------
    PetfitError
        If the fit holds only scans.
    """
    all_rows = fit.design.rows
    positions = np.flatnonzero(all_rows["level"] != "scan")
    if not len(positions):
        raise PetfitError("the fit has scans only, and no occupancy to draw. Draw the figure 'scans'.")
    n_rows = len(positions)
    if n_rows > MOST_ROWS:
        positions = positions[np.argsort(_distances(fit, positions), stable=True)[-MOST_ROWS:]]
    order = np.lexsort((all_rows["x"].iloc[positions], all_rows["drug"].iloc[positions]))[::-1]
    positions = positions[order]
    rows = all_rows.iloc[positions]
    names = [_name(row) for _, row in rows.iterrows()]
    left = 0.15 + 0.062 * max(map(len, names))
    fit_in = min(1.0, _WIDEST_NAMES * figure_width() / scaled(left))
    margins = Margins(left=left * fit_in, above=0.1 if n_rows <= MOST_ROWS else 0.35)
    height = 0.1 + 0.22 * len(rows)
    (panel,) = make_panels(["occupancies"], ax, columns=1, height=height, margins=margins)
    for variable, is_drawn, offset in _predictions(rows):
        draws = fit.posterior_predictive[variable].to_numpy()[..., positions[is_drawn]]
        _draw_intervals(panel, np.flatnonzero(is_drawn) + offset, draws)
    for line, (_, row) in enumerate(rows.iterrows()):
        _draw_reported(panel, line, row)
    panel.set_yticks(np.arange(len(rows)), names, fontsize=scaled(8) * fit_in)
    panel.set_ylim(-0.7, len(rows) - 0.3)
    panel.xaxis.set_major_formatter(PercentFormatter(1.0))
    panel.set_xlabel("occupancy")
    if n_rows > MOST_ROWS:
        title = f"the {MOST_ROWS} of {n_rows:,} rows that are farthest from their predictions"
        panel.set_title(title, loc="left", fontsize=scaled(9))
    panel.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    add_legend([panel], list(_handles(rows)), 3, ax)
    return [panel]


def _distances(fit: Fit, positions: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how far each row is from the median of its replicated numbers, in 95 % intervals."""
    rows = fit.design.rows.iloc[positions]
    distances = np.zeros(len(rows))
    for variable, is_drawn, _ in _predictions(rows):
        draws = fit.posterior_predictive[variable].to_numpy()[..., positions[is_drawn]]
        low, median, high = quantile(draws, [0.025, 0.5, 0.975])
        drawn = rows[is_drawn]
        middle = drawn[["low", "high"]].mean(axis=1)
        reported = {"low": drawn["low"], "high": drawn["high"]}.get(variable, drawn["value"].fillna(middle))
        farther = np.abs(reported.to_numpy(float) - median) / (high - low)
        distances[is_drawn] = np.maximum(distances[is_drawn], farther)
    return distances


def _predictions(rows: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.bool_], float]]:
    """Yield each predicted variable, which rows it is drawn for, and its distance from their lines."""
    extremes = has_extremes(rows)
    yield "value", ~extremes, 0.0
    if extremes.any():
        for variable, offset in _EXTREMES:
            yield variable, extremes, offset


def _draw_intervals(ax: Axes, lines: NDArray[Any], draws: NDArray[np.float64]) -> None:
    low, inner_low, median, inner_high, high = quantile(draws, INTERVAL_QUANTILES)
    ax.hlines(lines, low, high, color=BAND, alpha=0.45, linewidth=2)
    ax.hlines(lines, inner_low, inner_high, color=BAND, linewidth=5, alpha=0.6)
    ax.plot(median, lines, "|", color=INK, markersize=9)


def _draw_reported(ax: Axes, line: int, row: pd.Series) -> None:
    if row["level"] in RANGED:
        ends = [row["low"], row["high"]]
        ax.plot(ends, [line, line], "|-", color=_REPORTED, linewidth=1.4, markersize=9)
    else:
        marker = _LIMIT_MARKERS.get(row["censored"], "o")
        ax.plot(row["value"], line, marker, color=_REPORTED, markersize=5)


def _name(row: pd.Series) -> str:
    exposures = " to ".join(f"{end:g}" for end in sorted({row["exposure_low"], row["exposure_high"]}))
    parts = [row["drug"], exposures, row["regimen"], row["region"], row["study"]]
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)


def _handles(rows: pd.DataFrame) -> Iterator[Line2D]:
    point: dict[str, Any] = {"color": _REPORTED, "linestyle": "", "markersize": 5}
    yield Line2D([], [], marker="o", label="reported", **point)
    if (rows["censored"] != "").any():
        yield Line2D([], [], marker="<", label="reported limit", **point)
    yield Line2D([], [], color=_REPORTED, marker="|", markersize=9, label="reported range")
    yield Line2D([], [], color=BAND, linewidth=4, alpha=0.6, label="replicated by the model, 50 and 95 %")


FIGURE = FitFigure(
    plot_predictive_intervals,
    section="predictive",
    caption="""Every fitted occupancy (orange) and values replicated by the fitted model at the
same dose: median, 50 and 95 % equal-tailed intervals of the posterior predictive distribution. With
a good fit, about one value in twenty of all lies outside its thin bar.""",
    applies_to=lambda fit: bool(applies_to("noise", fit.design.rows).any()),
)
