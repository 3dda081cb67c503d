"""Every fitted scan against what the fitted model replicates for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.plots.style import COLOURS, GivenAxes, Margins, add_legend, panels, plain_text
from petfit.results import formatting
from petfit.results.quantiles import quantile

__all__ = ["plot_scan_predictive"]

_MOST_PANELS = 9
_LOOKS: dict[str, dict[str, Any]] = {
    "baseline": {"color": COLOURS[0], "marker": "o", "markerfacecolor": "white"},
    "drug": {"color": COLOURS[1], "marker": "^"},
}
_LABELS = {"baseline": "baseline scan", "drug": "scan under the drug"}


@plain_text
def plot_scan_predictive(fit: Fit, *, ax: GivenAxes = None) -> list[Axes]:
    """Draw every fitted scan against what the fitted model replicates for it.

    Parameters
    ----------
    fit : Fit
        A fit.
    ax : Axes or sequence of Axes, optional
        Draw in these, one a panel, instead of a new figure.

    Returns
    -------
    list of Axes
        One panel a region, or one in all where there are more than nine: the observed BP_ND or V_T against
        the median of those that the model replicates for the same person, region and dose, with their 95 %
        equal-tailed interval as a thin bar. On the diagonal the two agree.

    Raises
    ------
    PetfitError
        When the fit holds no scan.
    """
    rows = fit.design.rows
    rows = rows.assign(at=np.arange(len(rows)))[rows["level"] == "scan"]
    if rows.empty:
        raise PetfitError("the fit holds no scan to draw. Draw petfit.plots.predictive_intervals.")
    groups = _panels(rows)
    replicated = fit.predictive["value"].to_numpy()
    axes = panels(list(groups), ax, height=2.0, margins=Margins(between=0.62))
    name, unit = formatting.outcome(rows["outcome"].iloc[0])
    in_unit = f" ({unit})" if unit else ""
    for panel, (title, group) in zip(axes, groups.items(), strict=True):
        _draw_identity(panel, group["value"].to_numpy(float))
        for condition, look in _LOOKS.items():
            some = group[group["condition"] == condition]
            ends = quantile(replicated[..., some["at"].to_numpy()], [0.025, 0.5, 0.975])
            _draw_scans(panel, some["value"].to_numpy(float), ends, look)
        panel.set_title(title, loc="left", fontweight="bold", fontsize=9)
        panel.set_xlabel(f"replicated {name}{in_unit}")
        panel.set_ylabel(f"observed {name}{in_unit}")
        panel.spines[["top", "right"]].set_visible(False)
    handles = [Line2D([], [], linestyle="", label=_LABELS[one], **look) for one, look in _LOOKS.items()]
    handles += [
        Line2D([], [], color="#444444", linewidth=0.8, label="95 % of replicated scans"),
        Line2D([], [], color="#444444", linewidth=0.8, linestyle=(0, (4, 3)), label="observed = replicated"),
    ]
    add_legend(axes, handles, 4, ax)
    return axes


def _panels(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each panel by its title."""
    regions = sorted(set(rows["region"]))
    if len(regions) > _MOST_PANELS:
        return {f"all {len(regions)} regions": rows}
    return {region or "region not given": rows[rows["region"] == region] for region in regions}


def _draw_identity(ax: Axes, values: NDArray[np.float64]) -> None:
    ends = min(0.0, float(values.min())), float(values.max())
    ax.plot(ends, ends, color="#444444", linewidth=0.8, linestyle=(0, (4, 3)))


def _draw_scans(
    ax: Axes, observed: NDArray[np.float64], replicated: NDArray[np.float64], look: dict[str, Any]
) -> None:
    """Draw observed scans against the median of the replicated ones, with the interval of those."""
    low, median, high = replicated
    ax.hlines(observed, low, high, color=look["color"], linewidth=0.7, alpha=0.4)
    ax.plot(median, observed, linestyle="", markersize=3.6, markeredgewidth=0.8, **look)
