"""The curves that a model expects before it has seen any evidence."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from petfit.model.prior_predictive import prior_curves
from petfit.model.specification import ModelSpec
from petfit.plots.curve_bands import draw_bands
from petfit.plots.exposure_axis import LogAxis
from petfit.plots.style import INK, empty_figure, format_occupancy_axis, plain_text

__all__ = ["plot_prior_predictive_curves"]


@plain_text
def plot_prior_predictive_curves(
    spec: ModelSpec, draws: int = 4000, seed: int = 1, *, ax: Axes | None = None
) -> list[Axes]:
    """Draw the curves that a model expects before it has seen any evidence.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    draws : int
        From the prior.
    seed : int
        Of the draws.
    ax : Axes, optional
        Draw in this instead of a new figure.

    Returns
    -------
    list of Axes
        One: median, 50 and 95 % equal-tailed bands of the curve of a drug drawn from the prior, in a typical
        person, over the exposure in reference doses (or in units of concentration), and twenty
        single curves.
    """
    ax = empty_figure(5.2, 3.6).subplots() if ax is None else ax
    middle = 1.0 if spec.exposure == "dose" else 10.0
    axis = LogAxis(np.array([0.01, 100.0]) * middle, middle)
    grid = axis.grid()
    drawn = prior_curves(spec, grid, draws, np.random.default_rng(seed))
    ax.plot(axis.position(grid), drawn[:20].T, color=INK, linewidth=0.4, alpha=0.5)
    draw_bands(ax, axis.position(grid), drawn[None])
    axis.format_ticks(ax)
    unit = "reference doses" if spec.exposure == "dose" else "in the table's unit"
    ax.set_xlabel(f"{spec.exposure_words} ({unit})")
    ax.set_title(spec.title or "Before the evidence", loc="left", fontsize=10)
    format_occupancy_axis([ax])
    return [ax]
