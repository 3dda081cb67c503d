"""What figures are drawn for: a screen, or a file of some width with text of a matching size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Literal

import matplotlib as mpl
from matplotlib.figure import Figure

__all__ = [
    "WIDTH",
    "figure_width",
    "figures_for_files",
    "fitting_columns",
    "is_managed",
    "new_figure",
    "plain_text",
    "scaled",
]

WIDTH = 8.4
"""Width of a figure over both columns of a page, in inches."""
_SMALLEST_SCALE, _FULL_SIZE_WIDTH = 0.7, 4.4
"""The smallest size of text, and the width in inches from which on it has its full size."""


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
