"""Prior and posterior density of every parameter that has a prior."""

from __future__ import annotations

import math
from textwrap import fill

import arviz_plots as azp
import numpy as np
import xarray as xr
from arviz_base import rc_context
from arviz_base.labels import MapLabeller
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from petfit.fit import Fit
from petfit.plots.arviz_axes import arviz_axes
from petfit.plots.canvas import figure_width, fitting_columns, plain_text, scaled
from petfit.plots.colours import BAND, COLOURS
from petfit.plots.figure import FitFigure

__all__ = ["FIGURE", "plot_prior_posterior"]

_COLUMNS = 5
_TITLE_WIDTH = 27
"""In letters; longer names are wrapped."""
_GRID_POINTS = 128
"""Points of each density; ArviZ's 512 make the drawing four times as large and look the same."""
_PRIOR_RANGE = (0.005, 0.995)
"""Prior probabilities between which the prior is drawn; heavy tails would flatten everything else."""


@plain_text
def plot_prior_posterior(fit: Fit) -> list[Axes]:
    """Draw prior and posterior density of every parameter that has a prior.

    Drawn by `arviz_plots.plot_prior_posterior`, in a new figure. Each prior is shown between its 0.5 and
    99.5 % quantiles.

    Arguments and axes are those of `petfit.Fit.plot_prior_posterior`.
    """
    tree = _tree(fit)
    names = [str(name) for name in tree["posterior"].data_vars]
    columns = fitting_columns(_COLUMNS)
    height = scaled(0.5 + 1.35 * math.ceil(len(names) / columns))
    with rc_context({"plot.max_subplots": None}):
        collection = azp.plot_prior_posterior(
            tree,
            kind="kde",
            backend="matplotlib",
            labeller=MapLabeller(var_name_map={name: fill(name, _TITLE_WIDTH) for name in names}),
            visuals={"title": {"size": scaled(7.5), "loc": "left"}},
            stats={"dist": {"grid_len": _GRID_POINTS}},
            color=[COLOURS[1], BAND],
            col_wrap=columns,
            figure_kwargs={"figsize": (figure_width(), height), "layout": "constrained"},
        )
    axes = arviz_axes(collection, names)
    for panel in axes:
        for line in panel.get_lines():
            panel.fill_between(*line.get_data(), color=line.get_color(), alpha=0.3, linewidth=0)
        panel.locator_params(axis="x", nbins=3)
        panel.tick_params(labelsize=scaled(7))
    _move_legend_below(collection.viz["figure"].item())
    return axes


def _move_legend_below(figure: Figure) -> None:
    """Move ArviZ's legend from the right-hand side to below the panels."""
    (legend,) = figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    handles = [handle for handle in legend.legend_handles if handle is not None]
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=scaled(8))
    legend.remove()


def _tree(fit: Fit) -> xr.DataTree:
    """Return posterior draws, and as many evenly spaced quantiles of each prior."""
    prior, posterior = {}, {}
    for name, distribution, draws in fit.parameters_with_priors():
        posterior[name] = ("chain", "draw"), draws
        quantiles = distribution.quantile(np.linspace(*_PRIOR_RANGE, draws.size))
        prior[name] = ("chain", "draw"), np.reshape(quantiles, draws.shape)
    return xr.DataTree.from_dict({"prior": xr.Dataset(prior), "posterior": xr.Dataset(posterior)})


FIGURE = FitFigure(
    plot_prior_posterior,
    section="priors",
    caption="""Prior and posterior density of every parameter that has a prior, each on its own scale. Where
the two agree, the evidence added little.""",
)
