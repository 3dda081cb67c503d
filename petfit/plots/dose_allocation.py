"""How many people receive each dose."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from petfit.plots.canvas import plain_text
from petfit.plots.legend import add_legend
from petfit.plots.panels import make_panels

__all__ = ["plot_dose_allocation"]


@plain_text
def plot_dose_allocation(counts: pd.DataFrame, unit: str) -> list[Axes]:
    """Draw the people at each dose under the best and the balanced allocation.

    Parameters
    ----------
    counts : pandas.DataFrame
        As in `petfit.planning.allocation.Allocation`.
    unit : str
        The unit of the doses.

    Returns
    -------
    list of matplotlib.axes.Axes
        One.
    """
    (panel,) = axes = make_panels(["allocation"], height=2.4)
    places = np.arange(len(counts))
    bars = [
        panel.bar(places + shift, counts[name].to_numpy(float), 0.38, color=colour, label=name)
        for name, shift, colour in (("best", -0.2, "#0072B2"), ("balanced", 0.2, "#BBBBBB"))
    ]
    for bar in bars:
        bar.patches[0].set_label(str(bar.get_label()))  # the legend shows the first bar of each allocation
    panel.set_xticks(places, counts["doses"])
    panel.yaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel(f"dose, {unit}")
    panel.set_ylabel("people")
    panel.spines[["top", "right"]].set_visible(False)
    add_legend(axes, [bar.patches[0] for bar in bars], 2)
    return axes
