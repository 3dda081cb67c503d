"""How wide the intervals of a planned study will be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from petfit.plots.canvas import plain_text
from petfit.plots.legend import add_legend
from petfit.plots.log_ticks import label_log_axis
from petfit.plots.panels import format_occupancy_axis, make_panels
from petfit.results.quantiles import interval_ratio

__all__ = ["plot_interval_ratios"]

_STYLES = {"ec50": ("EC50", "#0072B2"), "dose": ("dose for the target", "#D55E00")}


@plain_text
def plot_interval_ratios(simulated: pd.DataFrame, quick: pd.DataFrame, ratio: float) -> list[Axes]:
    """Draw the share of simulated studies whose interval is narrower than each ratio of upper to lower end.

    A curve that ends below 100 % shows the share of intervals without an upper end.

    Parameters
    ----------
    simulated, quick : pandas.DataFrame
        Simulated studies, as in `petfit.planning.evaluation.Evaluation`: of fits, drawn as lines, and of the
        quick look, dashed.
    ratio : float
        The ratio asked for, a vertical line.

    Returns
    -------
    list of matplotlib.axes.Axes
        One for each drug.
    """
    drugs = sorted(set(simulated.loc[simulated["problem"] == "", "drug"]))
    axes = make_panels(drugs, height=2.4)
    handles: list[Line2D] = []
    for panel, drug in zip(axes, drugs, strict=True):
        handles = []
        for name, (label, colour) in _STYLES.items():
            for table, style, words in ((simulated, "-", "simulated"), (quick, "--", "quick look")):
                ratios = _ratios(table[(table["drug"] == drug) & (table["problem"] == "")], name)
                finite = np.sort(ratios[np.isfinite(ratios)])
                share = np.arange(1, len(finite) + 1) / len(ratios)
                (line,) = panel.step(np.log10(finite), share, style, where="post", color=colour)
                line.set_label(f"{label}, {words}")
                handles.append(line)
        panel.axvline(np.log10(ratio), color="#555555", linewidth=0.8)
        panel.set_ylim(0, 1)
        panel.set_xlim(0, min(panel.get_xlim()[1], 2.0))
        label_log_axis(panel)
        panel.set_title(drug)
        panel.set_xlabel("upper over lower end of the interval")
    format_occupancy_axis(axes, "simulated studies")
    add_legend(axes, handles, 2)
    return axes


def _ratios(table: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return interval_ratio(table[f"{name}_low"], table[f"{name}_high"])
