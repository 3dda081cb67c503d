"""What all figures share: colours, panels, the axis of occupancy, legends, and names taken as they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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

__all__ = [
    "BAND",
    "COLOURS",
    "INK",
    "GivenAxes",
    "Margins",
    "add_legend",
    "empty_figure",
    "format_occupancy_axis",
    "panels",
    "plain_text",
]

# Okabe and Ito's palette, told apart by colour-blind readers.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"]
BAND = "#5B7083"
INK = "#1F2D3A"
_HANDLE_WIDTH, _LETTER_WIDTH, _LINE_HEIGHT = 0.5, 0.06, 0.18
"""In inches, of a legend's entry at size 8."""

type GivenAxes = Axes | Sequence[Axes] | NDArray[Any] | None
"""The axes a caller wants a figure drawn in, one a panel; a figure of its own if None."""


def plain_text[**P, R](draw: Callable[P, R]) -> Callable[P, R]:
    """Draw with every name taken as it is, never as mathematics."""

    @wraps(draw)
    def plainly(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context({"text.parse_math": False}):
            return draw(*args, **kwargs)

    return plainly


def empty_figure(width: float, height: float) -> Figure:
    """Return an empty figure, of a size in inches, that makes room for its labels."""
    return Figure(figsize=(width, height), layout="constrained")


@dataclass(frozen=True)
class Margins:
    """Room for labels, in inches: around all panels, and above and below each."""

    left: float = 0.72
    right: float = 0.12
    above: float = 0.34
    below: float = 0.52
    between: float = 0.22

    def keep(self, figure: Figure, height: float, across: int) -> None:
        """Give the panels of a figure, so many `across`, their height."""
        width, whole = figure.get_size_inches()
        panel = (width - self.left - self.right - self.between * (across - 1)) / across
        figure.subplots_adjust(
            left=self.left / width,
            right=1 - self.right / width,
            top=1 - self.above / whole,
            bottom=self.below / whole,
            wspace=self.between / panel,
            hspace=(self.above + self.below) / height,
        )


USUAL = Margins()


def panels(
    names: Sequence[str],
    ax: GivenAxes = None,
    *,
    columns: int = 3,
    height: float = 2.0,
    share_y: bool = False,
    margins: Margins = USUAL,
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
        Of a panel of a new figure, in inches, without its labels.
    share_y : bool
        Whether the panels of a new figure have one vertical axis.
    margins : Margins
        Around the panels of a new figure. They are fixed, as to measure all labels takes as long again as to
        draw them.

    Raises
    ------
    PetfitError
        When there are more panels than axes, or fewer.
    """
    if ax is not None:
        return _given(ax, names)
    across = min(columns, len(names))
    down = math.ceil(len(names) / across)
    width = margins.left + margins.right + (8.4 - margins.left - margins.right) * across / columns
    figure = Figure(figsize=(max(4.2, width), down * (height + margins.above + margins.below)))
    grid = figure.subplots(down, across, squeeze=False, sharey=share_y).reshape(-1)
    for spare in grid[len(names) :]:
        spare.remove()
    margins.keep(figure, height, across)
    return list(grid[: len(names)])


def _given(ax: Axes | Sequence[Axes] | NDArray[Any], names: Sequence[str]) -> list[Axes]:
    given = [ax] if isinstance(ax, Axes) else list(np.asarray(ax, object).reshape(-1))
    if len(given) != len(names):
        raise PetfitError(
            f"ax: {len(names)} axes are needed, for {', '.join(names)}, not {len(given)}. "
            "Give as many, or ask for fewer panels."
        )
    return given


def format_occupancy_axis(panels: Iterable[Axes], label: str = "occupancy") -> None:
    """Put percent on the vertical axes, and the label on the leftmost."""
    for ax in panels:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.grid(axis="y", color="#E3E3E3", linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        place = ax.get_subplotspec()
        if place is None or place.is_first_col():
            ax.set_ylabel(label)


def add_legend(
    axes: Sequence[Axes], handles: Sequence[Artist], columns: int, given: GivenAxes = None
) -> None:
    """Put the legend below the panels, in so many columns or in as many as the longest label leaves room.

    The figure grows by the legend, so that the panels keep their height. In axes that were `given` the
    legend stands in the first of them, and their figure stays as it is.
    """
    if given is not None:
        axes[0].legend(handles=handles, frameon=False, fontsize=7)
        return
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    longest = max(len(str(handle.get_label())) for handle in handles)
    fitting = int(figure.get_figwidth() / (_HANDLE_WIDTH + _LETTER_WIDTH * longest))
    across = max(1, min(columns, fitting))
    _grow(figure, _LINE_HEIGHT * math.ceil(len(handles) / across) + 0.08)
    figure.legend(handles=handles, loc="lower center", ncols=across, frameon=False, fontsize=8)


def _grow(figure: Figure, by: float) -> None:
    """Make a figure higher by so many inches, below its panels."""
    before = figure.get_figheight()
    after, room = before + by, figure.subplotpars
    figure.set_figheight(after)
    figure.subplots_adjust(
        top=1 - (1 - room.top) * before / after, bottom=(room.bottom * before + by) / after
    )
