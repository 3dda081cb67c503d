"""Prior and posterior density of every top-level unknown."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from petfit.plots.look import BAND, COLOURS, explain, panels, plain_text
from petfit.store import Stored

__all__ = ["priors"]


@plain_text
def priors(stored: Stored) -> Figure:
    """Draw prior and posterior density of every top-level unknown.

    Parameters
    ----------
    stored : Stored
        A fit.

    Returns
    -------
    matplotlib.figure.Figure
        One panel an unknown: the prior's density as a line, the posterior draws as a histogram.
    """
    unknowns = list(stored.unknowns())
    figure, axes = panels(len(unknowns), columns=4, height=1.9)
    for ax, (name, prior, draws) in zip(axes, unknowns, strict=True):
        ends = np.concatenate([prior.quantile([0.01, 0.99]), np.quantile(draws, [0.001, 0.999])])
        grid = np.linspace(ends.min(), ends.max(), 300)
        ax.hist(draws.reshape(-1), bins=60, range=(grid[0], grid[-1]), density=True, color=BAND, alpha=0.55)
        ax.plot(grid, np.exp(prior.log_density(grid)), color=COLOURS[1], linewidth=1.4)
        ax.set_title(name.replace(" ", "\n"), fontsize=8, loc="left")
        ax.set_yticks([])
        ax.tick_params(labelsize=7)
        ax.spines[["left", "top", "right"]].set_visible(False)
    handles = [
        Line2D([], [], color=COLOURS[1], label="prior"),
        Line2D([], [], color=BAND, linewidth=6, alpha=0.55, label="posterior"),
    ]
    explain(figure, handles, 2)
    return figure
