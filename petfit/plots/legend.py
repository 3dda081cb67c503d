"""The legend of a figure, below its panels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from petfit.plots.canvas import scaled
from petfit.plots.panels import GivenAxes

__all__ = ["add_legend", "labelled"]

_HANDLE_WIDTH, _LETTER_WIDTH, _LINE_HEIGHT = 0.5, 0.06, 0.18
"""Size of a legend entry at font size 8, in inches."""
_LABEL_HEIGHT = 0.45
"""Height of the ticks and the label of the horizontal axis, in inches."""


def labelled(axes: Iterable[Axes]) -> list[Artist]:
    """Return the artists of the panels that have a label, one for each label."""
    artists = [artist for panel in axes for artist in panel.get_legend_handles_labels()[0]]
    return list({str(artist.get_label()): artist for artist in artists}.values())


def add_legend(
    axes: Sequence[Axes], handles: Sequence[Artist], columns: int, given: GivenAxes = None
) -> None:
    """Add a legend below the panels, and make the figure higher by its height.

    If the axes were `given`, the legend stands below the last of them and the figure keeps its size: a
    constrained layout, or ``bbox_inches="tight"`` when it is saved, makes room for it.

    Parameters
    ----------
    axes : sequence of Axes
        The panels.
    handles : sequence of Artist
        The entries, with their labels.
    columns : int
        Largest number of columns; long labels make it fewer.
    given : Axes or sequence of Axes, optional
        The `ax` that the drawing function was called with.
    """
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    width = figure.get_figwidth() if given is None else axes[-1].get_window_extent().width / figure.dpi
    longest = max(len(str(handle.get_label())) for handle in handles)
    n_columns = max(1, min(columns, int(width / scaled(_HANDLE_WIDTH + _LETTER_WIDTH * longest))))
    look = {"handles": handles, "ncols": n_columns, "frameon": False}
    if given is None:
        _extend_below(figure, scaled(_LINE_HEIGHT * math.ceil(len(handles) / n_columns) + 0.08))
        figure.legend(loc="lower center", fontsize=scaled(8), **look)
        return
    below = axes[-1].transAxes + ScaledTranslation(0.0, -_LABEL_HEIGHT, figure.dpi_scale_trans)
    axes[-1].legend(loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=below, fontsize=7, **look)


def _extend_below(figure: Figure, inches: float) -> None:
    """Make a figure higher below its panels, which keep their size."""
    old, margins = figure.get_figheight(), figure.subplotpars
    new = old + inches
    figure.set_figheight(new)
    figure.subplots_adjust(
        top=1 - (1 - margins.top) * old / new, bottom=(margins.bottom * old + inches) / new
    )
