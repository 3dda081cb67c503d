"""Prior and posterior density of every top-level unknown."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from petfit.fit import Fit
from petfit.plots.style import BAND, COLOURS, GivenAxes, Margins, add_legend, panels, plain_text

__all__ = ["plot_prior_posterior"]

_BINS = 60
_MARGINS = Margins(left=0.12, above=0.38, below=0.26, between=0.16)


@plain_text
def plot_prior_posterior(fit: Fit, *, ax: GivenAxes = None) -> list[Axes]:
    """Draw prior and posterior density of every top-level unknown.

    Parameters
    ----------
    fit : Fit
        A fit.
    ax : Axes or sequence of Axes, optional
        Draw in these, one an unknown, instead of a new figure.

    Returns
    -------
    list of Axes
        One panel an unknown: the prior's density as a line, the posterior draws as a histogram.
    """
    unknowns = list(fit.parameters_with_priors())
    axes = panels([name for name, *_ in unknowns], ax, columns=5, height=0.85, margins=_MARGINS)
    for panel, (name, prior, draws) in zip(axes, unknowns, strict=True):
        ends = np.concatenate([prior.quantile([0.01, 0.99]), np.quantile(draws, [0.001, 0.999])])
        grid = np.linspace(ends.min(), ends.max(), 120)
        density, edges = np.histogram(draws, _BINS, (grid[0], grid[-1]), density=True)
        panel.stairs(density, edges, fill=True, color=BAND, alpha=0.55)
        panel.plot(grid, np.exp(prior.log_density(grid)), color=COLOURS[1], linewidth=1.4)
        panel.set_title(name.replace(" ", "\n"), fontsize=7.5, loc="left")
        panel.set_yticks([])
        panel.locator_params(axis="x", nbins=3)
        panel.tick_params(labelsize=7)
        panel.spines[["left", "top", "right"]].set_visible(False)
    handles = [
        Line2D([], [], color=COLOURS[1], label="prior"),
        Patch(color=BAND, alpha=0.55, label="posterior"),
    ]
    add_legend(axes, handles, 2, ax)
    return axes
