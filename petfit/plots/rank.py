"""Rank plots of the chains."""

from __future__ import annotations

import math

import arviz_plots as azp
from matplotlib.axes import Axes

from petfit.fit import Fit
from petfit.plots.arviz_axes import arviz_axes
from petfit.plots.canvas import figure_width, fitting_columns, plain_text, scaled
from petfit.plots.colours import COLOURS
from petfit.plots.figure import FitFigure

__all__ = ["FIGURE", "plot_rank"]

_COLUMNS = 4


@plain_text
def plot_rank(fit: Fit) -> list[Axes]:
    """Draw rank plots of the top-level parameters, which show whether the chains agree.

    Drawn by `arviz_plots.plot_rank`, in a new figure: the ECDF of the ranks of each chain, less that of a
    uniform distribution (Säilynoja, Bürkner and Vehtari 2022).

    Arguments and axes are those of `petfit.Fit.plot_rank`.
    """
    names = list(fit.design.scalar_priors)
    columns = fitting_columns(_COLUMNS)
    height = scaled(0.3 + 2.0 * math.ceil(len(names) / columns))
    collection = azp.plot_rank(
        fit.to_datatree(),
        var_names=names,
        backend="matplotlib",
        color=COLOURS,
        visuals={"title": {"size": scaled(9)}, "xlabel": {"size": scaled(8)}},
        col_wrap=columns,
        figure_kwargs={"figsize": (figure_width(), height), "layout": "constrained"},
    )
    return arviz_axes(collection, names)


FIGURE = FitFigure(plot_rank)
