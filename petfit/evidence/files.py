"""Write files completely or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from petfit.errors import PetfitError

__all__ = ["check_target", "write_texts"]

_BIDS_APP_FOLDER = ("derivatives", "petfit")


def check_target(path: str | Path) -> Path:
    """Return a path if a file can be written there.

    Raises
    ------
    PetfitError
        When the folder is missing or belongs to another program, or the path is not a file.
    """
    target = Path(path)
    folders = target.resolve().parent.parts
    if _BIDS_APP_FOLDER in list(pairwise(folders)):
        raise PetfitError(
            f"{target}: derivatives/petfit belongs to PETFit, the BIDS app. Choose another folder."
        )
    if not target.parent.is_dir():
        raise PetfitError(
            f"{target}: there is no folder {target.parent}. Create it, or choose another folder."
        )
    if target.exists() and not target.is_file():
        raise PetfitError(f"{target}: this is not a file that can be replaced. Choose another name.")
    return target


def write_texts(texts: Mapping[Path, str]) -> None:
    """Write texts in UTF-8; existing files are replaced once all new ones are complete.

    Parameters
    ----------
    texts : dict of Path to str
        The text of each file.

    Raises
    ------
    PetfitError
        When a folder is missing or a file cannot be written.
    """
    parts = {target: target.with_name(f".{target.name}.part") for target in map(check_target, texts)}
    target = Path()
    try:
        for target, part in parts.items():
            part.write_text(texts[target], encoding="utf-8", newline="\n")
        for target, part in parts.items():
            part.replace(target)
    except OSError as error:
        raise PetfitError(f"{target}: cannot be written ({error.strerror}). Choose another folder.") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
