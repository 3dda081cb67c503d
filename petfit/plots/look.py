"""What all figures share: colours, panels, the axis of occupancy, legends, and names taken as they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import wraps

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

__all__ = ["BAND", "COLOURS", "INK", "dress_occupancy", "explain", "panels", "plain_text"]

# Okabe and Ito's palette, told apart by colour-blind readers.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"]
BAND = "#5B7083"
INK = "#1F2D3A"
_HANDLE_WIDTH, _LETTER_WIDTH, _LINE_HEIGHT = 0.5, 0.06, 0.18
"""In inches, of a legend's entry at size 8."""


def plain_text[**P](draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw with every name taken as it is, never as mathematics."""

    @wraps(draw)
    def plainly(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context({"text.parse_math": False}):
            return draw(*args, **kwargs)

    return plainly


def panels(
    count: int, *, columns: int = 3, height: float = 2.9, share_y: bool = False
) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` panels, `columns` of them side by side."""
    across = min(columns, count)
    down = math.ceil(count / across)
    figure = Figure(figsize=(max(4.2, 8.4 * across / columns), 0.6 + height * down), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False, sharey=share_y).reshape(-1)
    for spare in grid[count:]:
        spare.remove()
    return figure, list(grid[:count])


def dress_occupancy(panels: Iterable[Axes], label: str = "occupancy") -> None:
    """Put percent on the vertical axes, and the label on the leftmost."""
    for ax in panels:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
        ax.grid(axis="y", color="#E3E3E3", linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        if ax.get_subplotspec() is not None and ax.get_subplotspec().is_first_col():  # type: ignore[union-attr]
            ax.set_ylabel(label)


def explain(figure: Figure, handles: Sequence[Artist], columns: int) -> None:
    """Put the legend below the panels, in so many columns or in as many as the longest label leaves room.

    The figure grows by the lines that this adds, so that the panels keep their height.
    """
    longest = max(len(str(handle.get_label())) for handle in handles)
    fitting = int(figure.get_figwidth() / (_HANDLE_WIDTH + _LETTER_WIDTH * longest))
    across = max(1, min(columns, fitting))
    added = math.ceil(len(handles) / across) - math.ceil(len(handles) / columns)
    figure.set_figheight(figure.get_figheight() + _LINE_HEIGHT * added)
    figure.legend(handles=handles, loc="outside lower center", ncols=across, frameon=False, fontsize=8)
