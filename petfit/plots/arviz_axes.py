"""The axes of a figure that ArviZ drew."""

from __future__ import annotations

from collections.abc import Iterable

from arviz_plots import PlotCollection
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from petfit.plots.canvas import is_managed

__all__ = ["arviz_axes"]


def arviz_axes(collection: PlotCollection, names: Iterable[str]) -> list[Axes]:
    """Return the axes of variables; their figure is closed in pyplot where it is drawn for a file.

    Parameters
    ----------
    collection : arviz_plots.PlotCollection
        What a function of ArviZ returned.
    names : iterable of str
        Names of variables.

    Returns
    -------
    list of Axes
        One for each variable.
    """
    if not is_managed():
        plt.close(collection.viz["figure"].item())
    return [collection.viz["plot"][name].item() for name in names]
