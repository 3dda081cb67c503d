"""What all figures share: colours, panels, the occupancy axis, legends and literal text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass
from functools import wraps
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from petfit.errors import PetfitError

__all__ = [
    "BAND",
    "COLOURS",
    "GREY",
    "INK",
    "WIDTH",
    "GivenAxes",
    "Margins",
    "add_legend",
    "figure_width",
    "figures_for_files",
    "fitting_columns",
    "format_occupancy_axis",
    "is_managed",
    "labelled",
    "make_panels",
    "new_figure",
    "plain_text",
    "scaled",
]

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"]
"""The palette of Okabe and Ito (2008), which colour-blind readers can tell apart."""
BAND = "#5B7083"
INK = "#1F2D3A"
GREY = "#444444"
WIDTH = 8.4
"""Width of a figure over both columns of a page, in inches."""
_SMALLEST_SCALE, _FULL_SIZE_WIDTH = 0.7, 4.4
"""The smallest size of text, and the width in inches from which on it has its full size."""
_NARROWEST = 1.7
"""Width of the narrowest panel, with its labels, in inches."""
_HANDLE_WIDTH, _LETTER_WIDTH, _LINE_HEIGHT = 0.5, 0.06, 0.18
"""Size of a legend entry at font size 8, in inches."""
_LABEL_HEIGHT = 0.45
"""Height of the ticks and the label of the horizontal axis, in inches."""

type GivenAxes = Axes | Sequence[Axes] | NDArray[Any] | None
"""Axes to draw in, one for each panel; None makes a new figure."""


def plain_text[**P, R](draw: Callable[P, R]) -> Callable[P, R]:
    """Decorate a drawing function so that ``$`` in names is not read as mathematics.

    Examples
    --------
    >>> draw = plain_text(lambda: mpl.rcParams["text.parse_math"])
    >>> draw()
    False
    """

    @wraps(draw)
    def draw_plain_text(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context({"text.parse_math": False}):
            drawn = draw(*args, **kwargs)
            is_interactive = mpl.is_interactive()
        mpl.interactive(is_interactive)  # a notebook turns it on while the first figure is made
        return drawn

    return draw_plain_text


@dataclass(frozen=True)
class Canvas:
    """What new figures are drawn for.

    Parameters
    ----------
    width : float
        Width of a figure of several panels, in inches.
    scale : float
        Size of text and of the room for it, relative to that of a figure over both columns of a page.
    is_managed : bool
        Whether pyplot manages the figures, so that they are shown.
    """

    width: float = WIDTH
    scale: float = 1.0
    is_managed: bool = True


_CANVAS: ContextVar[Canvas] = ContextVar("canvas")
_PAGE = Canvas()


@contextmanager
def figures_for_files(width: float = WIDTH) -> Iterator[None]:
    """Draw figures for files within this context: in a given width, and not shown by pyplot.

    Parameters
    ----------
    width : float
        Width in inches; text is smaller in a narrow figure.

    Examples
    --------
    >>> with figures_for_files(3.15):
    ...     round(figure_width(), 2), round(scaled(10.0), 1)
    (3.15, 7.2)
    """
    scale = min(1.0, max(_SMALLEST_SCALE, width / _FULL_SIZE_WIDTH))
    token = _CANVAS.set(Canvas(width, scale, is_managed=False))
    try:
        with mpl.rc_context({"font.size": 10.0 * scale, "axes.titlesize": 12.0 * scale}):
            yield
    finally:
        _CANVAS.reset(token)


def is_managed() -> bool:
    """Return whether pyplot manages new figures."""
    return _CANVAS.get(_PAGE).is_managed


def figure_width() -> float:
    """Return the width of a new figure of several panels, in inches."""
    return _CANVAS.get(_PAGE).width


def fitting_columns(columns: int) -> int:
    """Return how many of so many columns fit a new figure of several panels."""
    return max(1, min(columns, round(columns * figure_width() / scaled(WIDTH))))


def scaled(size: float) -> float:
    """Return a size of text, or of the room for it, as the current width of figures demands."""
    return size * _CANVAS.get(_PAGE).scale


def new_figure(width: float, height: float, layout: Literal["constrained"] | None = None) -> Figure:
    """Return an empty figure; its size is in inches."""
    if not is_managed():
        return Figure(figsize=(width, height), layout=layout)
    from matplotlib import pyplot as plt

    return plt.figure(figsize=(width, height), layout=layout)


@dataclass(frozen=True)
class Margins:
    """Room for labels, in inches.

    Parameters
    ----------
    left, right : float
        Beside all panels.
    above, below : float
        Above and below each row of panels.
    between : float
        Between neighbouring panels.
    """

    left: float = 0.8
    right: float = 0.12
    above: float = 0.34
    below: float = 0.52
    between: float = 0.22

    def scaled(self) -> Margins:
        """Return the room that text of the current size needs."""
        return Margins(*(scaled(size) for size in astuple(self)))

    def apply(self, figure: Figure, panel_height: float, n_columns: int) -> None:
        """Lay out the panels of a figure."""
        width, height = figure.get_size_inches()
        panel_width = (width - self.left - self.right - self.between * (n_columns - 1)) / n_columns
        figure.subplots_adjust(
            left=self.left / width,
            right=1 - self.right / width,
            top=1 - self.above / height,
            bottom=self.below / height,
            wspace=self.between / panel_width,
            hspace=(self.above + self.below) / panel_height,
        )


_DEFAULT_MARGINS = Margins()


def make_panels(
    names: Sequence[str],
    ax: GivenAxes = None,
    *,
    columns: int = 3,
    height: float = 2.0,
    width: float | None = None,
    share_y: bool = False,
    margins: Margins = _DEFAULT_MARGINS,
) -> list[Axes]:
    """Return one axes for each panel, in a new figure or as given.

    Parameters
    ----------
    names : sequence of str
        Names of the panels.
    ax : Axes or sequence of Axes, optional
        Use these instead of a new figure; the other parameters are then ignored.
    columns : int
        Largest number of panels in a row; a narrow figure has fewer.
    height : float
        Height of a panel without its labels, in inches.
    width : float, optional
        Width of a figure with so many panels in a row, in inches; that of the canvas if not given.
    share_y : bool
        Whether the panels share their vertical axis.
    margins : Margins
        Room for labels. It is fixed because a constrained layout takes as long as the drawing itself.

    Raises
    ------
    PetfitError
        If the number of given axes differs from the number of panels.

    Examples
    --------
    >>> [axes.get_subplotspec().is_first_col() for axes in make_panels(["A", "B"])]
    [True, False]
    """
    if ax is not None:
        return _check_given_axes(ax, names)
    width, height, margins = width or figure_width(), scaled(height), margins.scaled()
    sides = margins.left + margins.right
    columns = max(1, min(columns, int((width - sides) / scaled(_NARROWEST))))
    n_columns = min(columns, len(names))
    n_rows = math.ceil(len(names) / n_columns)
    total = max(min(4.2, width), sides + (width - sides) * n_columns / columns)
    figure = new_figure(total, n_rows * (height + margins.above + margins.below))
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharey=share_y).reshape(-1)
    for unused in grid[len(names) :]:
        unused.remove()
    margins.apply(figure, height, n_columns)
    return list(grid[: len(names)])


def _check_given_axes(ax: Axes | Sequence[Axes] | NDArray[Any], names: Sequence[str]) -> list[Axes]:
    axes = [ax] if isinstance(ax, Axes) else list(np.asarray(ax, object).reshape(-1))
    if len(axes) != len(names):
        raise PetfitError(
            f"ax: {len(names)} axes are needed, for {', '.join(names)}, not {len(axes)}. "
            "Give as many, or ask for fewer panels."
        )
    return axes


def format_occupancy_axis(axes: Iterable[Axes], label: str = "occupancy") -> None:
    """Show percentages on the vertical axes, and the label on those of the first column."""
    for ax in axes:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.grid(axis="y", color="#E3E3E3", linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        subplot = ax.get_subplotspec()
        if subplot is None or subplot.is_first_col():
            ax.set_ylabel(label)


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
