"""Writing a figure to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes

from petfit.errors import PetfitError

__all__ = ["save_figure"]


def save_figure(axes: Sequence[Axes], path: Path) -> None:
    """Write the figure of some axes to an SVG, PDF or PNG file, by the ending of its name.

    Raises
    ------
    PetfitError
        When the ending is another or the file cannot be written.
    """
    if path.suffix not in (".svg", ".pdf", ".png"):
        raise PetfitError(f"{path}: figures are written as .svg, .pdf or .png")
    try:
        figure = axes[0].get_figure(root=True)
        assert figure is not None
        figure.savefig(path, dpi=200)
    except OSError as error:
        raise PetfitError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from None
