"""The probability of a precise interval against the number of people."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from petfit.plots.canvas import plain_text
from petfit.plots.legend import add_legend
from petfit.plots.panels import format_occupancy_axis, make_panels

__all__ = ["plot_assurance_curve"]


@plain_text
def plot_assurance_curve(tried: pd.DataFrame, assurance: float) -> list[Axes]:
    """Draw the probability of a precise interval for every size tried, with two Monte Carlo errors.

    Parameters
    ----------
    tried : pandas.DataFrame
        As in `petfit.planning.sample_size.SampleSize`.
    assurance : float
        The probability asked for, a horizontal line.

    Returns
    -------
    list of matplotlib.axes.Axes
        One.
    """
    (panel,) = axes = make_panels(["size"], height=2.4)
    handles = []
    for method, colour in (("simulated", "#0072B2"), ("quick look", "#999999")):
        rows = tried[tried["method"] == method].sort_values("n")
        bars = panel.errorbar(
            rows["n"].to_numpy(float),
            rows["estimate"].to_numpy(float),
            2 * rows["mcse"].to_numpy(float),
            fmt="o-",
            color=colour,
            markersize=4,
            label=method,
        )
        handles.append(bars.lines[0])
        bars.lines[0].set_label(method)
    panel.axhline(assurance, color="#555555", linewidth=0.8)
    panel.set_ylim(0, 1)
    panel.set_xlabel("people")
    panel.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    format_occupancy_axis(axes, "P(precise)")
    add_legend(axes, handles, 2)
    return axes
