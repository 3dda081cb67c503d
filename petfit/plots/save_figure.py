"""Draw a figure into a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes

from petfit.errors import PetfitError
from petfit.evidence.files import FIGURE, FIGURE_MARK, check_target, write_files
from petfit.plots.canvas import WIDTH, figures_for_files

__all__ = ["check_figure_file", "save_figure"]

_DPI = 300


def save_figure(
    draw: Callable[[], Sequence[Axes]], path: Path, *, width: float = WIDTH, force: bool = False
) -> None:
    """Draw a figure into an SVG, PDF or PNG file; a PDF has embedded TrueType (Type 42) fonts.

    Parameters
    ----------
    draw : callable
        Draws the figure and returns its axes.
    path : Path
        Its suffix decides the format. A figure that petfit wrote is replaced.
    width : float
        Width of a figure of several panels, in inches.
    force : bool
        Whether to replace any other file.

    Raises
    ------
    PetfitError
        If the suffix is another or the file cannot be written.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> save_figure(lambda: [Figure().subplots()], Path("curves.bmp"))
    Traceback (most recent call last):
    petfit.errors.PetfitError: curves.bmp: figures are written as .svg, .pdf or .png
    """
    check_figure_file(path, force=force)
    metadata = {"Software" if path.suffix == ".png" else "Creator": FIGURE_MARK}
    content = io.BytesIO()
    with mpl.rc_context({"pdf.fonttype": 42}), figures_for_files(width):
        figure = draw()[0].get_figure(root=True)
        assert figure is not None
        figure.savefig(content, format=path.suffix[1:], dpi=_DPI, metadata=metadata)
    write_files({path: [content.getvalue()]})


def check_figure_file(path: Path, *, force: bool = False) -> None:
    """Refuse a file that `save_figure` would not write; see there."""
    if path.suffix not in (".svg", ".pdf", ".png"):
        raise PetfitError(f"{path}: figures are written as .svg, .pdf or .png")
    check_target(path, FIGURE, force=force)
