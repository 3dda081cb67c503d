"""The panels of a figure, in a new figure or in given axes, and their axis of occupancy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.plots.canvas import figure_width, new_figure, scaled

__all__ = ["GivenAxes", "Margins", "format_occupancy_axis", "make_panels", "scaled_once"]

_NARROWEST = 1.7
"""Width of the narrowest panel, with its labels, in inches."""

type GivenAxes = Axes | Sequence[Axes] | NDArray[Any] | None
"""Axes to draw in, one for each panel; None makes a new figure."""


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


@contextmanager
def scaled_once(axes: Sequence[Axes], given: GivenAxes) -> Iterator[None]:
    """Scale the vertical axis that new panels share once all are drawn.

    Matplotlib scales it for each panel again, in a time that is cubic in their number.

    Parameters
    ----------
    axes : sequence of Axes
        The panels.
    given : Axes or sequence of Axes, optional
        The `ax` that the drawing function was called with; given axes share nothing.
    """
    own = axes if given is None else ()
    for panel in own:
        panel.set_autoscaley_on(False)
    yield
    for panel in own:
        panel.set_autoscaley_on(True)
    if own:
        own[0].autoscale_view(scalex=False)


def _check_given_axes(ax: Axes | Sequence[Axes] | NDArray[Any], names: Sequence[str]) -> list[Axes]:
    axes = [ax] if isinstance(ax, Axes) else list(np.asarray(ax, object).reshape(-1))
    if other := next((each for each in axes if not isinstance(each, Axes)), None):
        raise PetfitError(f"ax: axes of matplotlib are needed, not {other!r}.")
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
