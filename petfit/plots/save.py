"""Writing a figure to a file."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from petfit.errors import PetfitError

__all__ = ["save"]


def save(figure: Figure, path: Path) -> None:
    """Write a figure to an SVG, PDF or PNG file, by the ending of its name.

    Raises
    ------
    PetfitError
        When the ending is another or the file cannot be written.
    """
    if path.suffix not in (".svg", ".pdf", ".png"):
        raise PetfitError(f"{path}: figures are written as .svg, .pdf or .png")
    try:
        figure.savefig(path, dpi=200)
    except OSError as error:
        raise PetfitError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from None
