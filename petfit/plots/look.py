"""What all figures share: colours, panels, the axis of occupancy, legends, and names taken as they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from petfit.errors import PetfitError

__all__ = ["BAND", "COLOURS", "INK", "Given", "canvas", "dress_occupancy", "explain", "panels", "plain_text"]

# Okabe and Ito's palette, told apart by colour-blind readers.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"]
BAND = "#5B7083"
INK = "#1F2D3A"
_HANDLE_WIDTH, _LETTER_WIDTH, _LINE_HEIGHT = 0.5, 0.06, 0.18
"""In inches, of a legend's entry at size 8."""

type Given = Axes | Sequence[Axes] | NDArray[Any] | None
"""The axes a caller wants a figure drawn in, one a panel; a figure of its own if None."""


def plain_text[**P, R](draw: Callable[P, R]) -> Callable[P, R]:
    """Draw with every name taken as it is, never as mathematics."""

    @wraps(draw)
    def plainly(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context({"text.parse_math": False}):
            return draw(*args, **kwargs)

    return plainly


def canvas(width: float, height: float) -> Figure:
    """Return an empty figure, of a size in inches, that makes room for its labels."""
    return Figure(figsize=(width, height), layout="constrained")


def panels(
    names: Sequence[str], ax: Given = None, *, columns: int = 3, height: float = 2.9, share_y: bool = False
) -> list[Axes]:
    """Return an axes for each of several panels, `columns` of them side by side.

    Parameters
    ----------
    names : sequence of str
        What each panel is of.
    ax : Axes or sequence of Axes, optional
        Draw in these instead of a new figure.
    columns : int
        Of a new figure.
    height : float
        Of a panel of a new figure, in inches.
    share_y : bool
        Whether the panels of a new figure have one vertical axis.

    Raises
    ------
    PetfitError
        When there are more panels than axes, or fewer.
    """
    if ax is not None:
        return _given(ax, names)
    across = min(columns, len(names))
    down = math.ceil(len(names) / across)
    figure = canvas(max(4.2, 8.4 * across / columns), 0.6 + height * down)
    grid = figure.subplots(down, across, squeeze=False, sharey=share_y).reshape(-1)
    for spare in grid[len(names) :]:
        spare.remove()
    return list(grid[: len(names)])


def _given(ax: Axes | Sequence[Axes] | NDArray[Any], names: Sequence[str]) -> list[Axes]:
    given = [ax] if isinstance(ax, Axes) else [one for one in np.asarray(ax, object).reshape(-1)]
    if len(given) != len(names):
        raise PetfitError(
            f"ax: {len(names)} axes are needed, for {', '.join(names)}, not {len(given)}. "
            "Give as many, or ask for fewer panels."
        )
    return given


def dress_occupancy(panels: Iterable[Axes], label: str = "occupancy") -> None:
    """Put percent on the vertical axes, and the label on the leftmost."""
    for ax in panels:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
        ax.grid(axis="y", color="#E3E3E3", linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        place = ax.get_subplotspec()
        if place is None or place.is_first_col():
            ax.set_ylabel(label)


def explain(axes: Sequence[Axes], handles: Sequence[Artist], columns: int, given: Given = None) -> None:
    """Put the legend below the panels, in so many columns or in as many as the longest label leaves room.

    The figure grows by the lines that this adds, so that the panels keep their height. In axes that were
    `given` the legend stands in the first of them, and their figure stays as it is.
    """
    if given is not None:
        axes[0].legend(handles=handles, frameon=False, fontsize=7)
        return
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    longest = max(len(str(handle.get_label())) for handle in handles)
    fitting = int(figure.get_figwidth() / (_HANDLE_WIDTH + _LETTER_WIDTH * longest))
    across = max(1, min(columns, fitting))
    added = math.ceil(len(handles) / across) - math.ceil(len(handles) / columns)
    figure.set_figheight(figure.get_figheight() + _LINE_HEIGHT * added)
    figure.legend(handles=handles, loc="outside lower center", ncols=across, frameon=False, fontsize=8)
