"""Dose-occupancy curves drawn from the prior."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from petfit.model.prior_predictive import prior_curves, without_kinetics
from petfit.model.specification import ModelSpec
from petfit.plots.canvas import figure_width, new_figure, plain_text, scaled
from petfit.plots.colours import INK
from petfit.plots.curve_bands import draw_bands
from petfit.plots.exposure_axis import ExposureAxis
from petfit.plots.panels import format_occupancy_axis

__all__ = ["plot_prior_predictive_curves"]

_SINGLE_CURVES = 20


@plain_text
def plot_prior_predictive_curves(spec: ModelSpec, draws: int = 4000, seed: int = 1) -> list[Axes]:
    """Draw dose-occupancy curves of a typical person and an unknown drug from the prior.

    Median, 50 and 95 % equal-tailed bands, and twenty single curves.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    draws : int
        Number of draws from the prior.
    seed : int
        Seed of the draws.

    Returns
    -------
    list of Axes
        One, over the exposure in reference doses, or in units of concentration.

    Examples
    --------
    >>> import petfit
    >>> (ax,) = plot_prior_predictive_curves(petfit.read_model("emax"), draws=100)
    >>> ax.get_xlabel()
    'dose (reference doses)'
    """
    ax = new_figure(min(5.2, figure_width()), scaled(3.6), "constrained").subplots()
    spec = without_kinetics(spec)
    middle = 1.0 if spec.exposure == "dose" else 10.0
    axis = ExposureAxis(np.array([0.01, 100.0]) * middle, middle)
    grid = axis.grid()
    curves = prior_curves(spec, grid, draws, np.random.default_rng(seed))
    ax.plot(axis.position(grid), curves[:_SINGLE_CURVES].T, color=INK, linewidth=0.4, alpha=0.5)
    draw_bands(ax, axis.position(grid), curves[None])
    axis.format_ticks(ax)
    unit = "reference doses" if spec.exposure == "dose" else "in the table's unit"
    ax.set_xlabel(f"{spec.exposure_words} ({unit})")
    ax.set_title(spec.title or "Prior predictive curves", loc="left", fontsize=scaled(10))
    format_occupancy_axis([ax])
    return [ax]
