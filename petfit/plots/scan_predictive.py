"""Every fitted scan against its posterior predictive interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.plots.canvas import plain_text, scaled
from petfit.plots.colours import COLOURS, GREY
from petfit.plots.figure import FitFigure
from petfit.plots.legend import add_legend
from petfit.plots.panels import GivenAxes, Margins, make_panels
from petfit.results import formatting
from petfit.results.quantiles import quantile

__all__ = ["FIGURE", "plot_scan_predictive"]

_MOST_PANELS = 9
_MARKS: dict[str, dict[str, Any]] = {
    "baseline": {"label": "baseline scan", "color": COLOURS[0], "marker": "o", "markerfacecolor": "white"},
    "drug": {"label": "scan under the drug", "color": COLOURS[1], "marker": "^"},
}
_IDENTITY: dict[str, Any] = {"color": GREY, "linewidth": 0.8, "linestyle": (0, (4, 3))}


@plain_text
def plot_scan_predictive(fit: Fit, *, ax: GivenAxes = None) -> list[Axes]:
    """Draw every fitted scan against its posterior predictive interval, one panel for each region.

    Observed BP_ND or V_T against the median of replicated scans of the same person, region and dose; thin
    bars are their 95 % equal-tailed intervals. The dashed diagonal is where both agree.

    Parameters
    ----------
    fit : Fit
        A fit.
    ax : Axes or sequence of Axes, optional
        Draw in these, one for each panel, instead of a new figure.

    Returns
    -------
    list of Axes
        One for each region, or a single one for more than nine regions.

    Raises
    ------
    PetfitError
        If the fit holds no scan.
    """
    rows = fit.design.rows
    rows = rows.assign(position=np.arange(len(rows)))[rows["level"] == "scan"]
    if rows.empty:
        raise PetfitError("the fit has no scan to draw. Draw the figure 'predictive'.")
    groups = _rows_by_panel(rows)
    replicated = fit.posterior_predictive["value"].to_numpy()
    axes = make_panels(list(groups), ax, height=2.0, margins=Margins(between=0.62))
    name, unit = formatting.outcome_label(rows["outcome"].iloc[0])
    quantity = f"{name} ({unit})" if unit else name
    for panel, (title, group) in zip(axes, groups.items(), strict=True):
        ends = min(0.0, float(group["value"].min())), float(group["value"].max())
        panel.plot(ends, ends, **_IDENTITY)
        for condition, mark in _MARKS.items():
            scans = group[group["condition"] == condition]
            draws = replicated[..., scans["position"].to_numpy()]
            _draw_scans(panel, scans["value"].to_numpy(float), draws, mark)
        panel.set_title(title, loc="left", fontweight="bold", fontsize=scaled(9))
        panel.set_xlabel(f"replicated {quantity}")
        panel.set_ylabel(f"observed {quantity}")
        panel.spines[["top", "right"]].set_visible(False)
    add_legend(axes, _handles(), 4, ax)
    return axes


def _rows_by_panel(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each panel by its title."""
    regions = sorted(set(rows["region"]))
    if len(regions) > _MOST_PANELS:
        return {f"all {len(regions)} regions": rows}
    return {region or "region not given": rows[rows["region"] == region] for region in regions}


def _draw_scans(
    ax: Axes, observed: NDArray[np.float64], replicated: NDArray[np.float64], mark: dict[str, Any]
) -> None:
    """Draw observed scans against the median and the interval of their replicates."""
    low, median, high = quantile(replicated, [0.025, 0.5, 0.975])
    ax.hlines(observed, low, high, color=mark["color"], linewidth=0.7, alpha=0.4)
    ax.plot(median, observed, linestyle="", markersize=3.6, markeredgewidth=0.8, **mark)


def _handles() -> list[Line2D]:
    return [
        *(Line2D([], [], linestyle="", **mark) for mark in _MARKS.values()),
        Line2D([], [], color=GREY, linewidth=0.8, label="95 % of replicated scans"),
        Line2D([], [], label="observed = replicated", **_IDENTITY),
    ]


FIGURE = FitFigure(
    plot_scan_predictive,
    section="predictive",
    caption="""Every fitted scan against scans replicated by the fitted model for the same person, region and
dose: median and 95 % equal-tailed interval of the posterior predictive distribution (thin bar), one panel
per region unless there are many. On the dashed diagonal both agree. With a good fit, about one bar in twenty
misses the diagonal.""",
    applies_to=lambda fit: bool(applies_to("scan_noise", fit.design.rows).any()),
)
