"""What each candidate for the next dose is expected to tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from petfit.plots.canvas import plain_text
from petfit.plots.log_ticks import label_log_axis
from petfit.plots.panels import make_panels

__all__ = ["plot_expected_gain"]


@plain_text
def plot_expected_gain(ranking: pd.DataFrame, unit: str) -> list[Axes]:
    """Draw the expected information of each dose with two Monte Carlo errors, one panel for each person.

    Parameters
    ----------
    ranking : pandas.DataFrame
        As in `petfit.planning.next_dose.NextDoses`: the first dose of each person is the one chosen.
    unit : str
        The unit of the doses.

    Returns
    -------
    list of matplotlib.axes.Axes
        One for each person.
    """
    people = sorted(set(ranking["person"]))
    axes = make_panels([f"person {person}" for person in people], height=2.4)
    for panel in axes[1:]:
        panel.sharey(axes[0])
        panel.tick_params(labelleft=False)
    for panel, person in zip(axes, people, strict=True):
        ranked = ranking[ranking["person"] == person]
        rows = ranked.sort_values("dose")
        x, y = np.log10(rows["dose"].to_numpy(float)), rows["information"].to_numpy(float)
        panel.errorbar(x, y, 2 * rows["mcse"].to_numpy(float), fmt="o-", color="#0072B2", markersize=4)
        chosen = ranked.iloc[0]
        panel.plot(
            np.log10(chosen["dose"]), chosen["information"], "o", color="#D55E00", markersize=7, zorder=3
        )
        panel.set_xlim(x.min() - 0.1, x.max() + 0.1)
        label_log_axis(panel)
        panel.set_title(f"person {person}")
        panel.set_xlabel(f"dose, {unit}")
        panel.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("expected information, nats")
    return axes
