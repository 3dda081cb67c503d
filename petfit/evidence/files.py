"""Writing files whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from petfit.errors import PetfitError

__all__ = ["check_target", "write_texts"]

_PETFIT_THE_BIDS_APP = ("derivatives", "petfit")


def check_target(path: str | Path) -> Path:
    """Return a path that a file can be written to, or refuse it.

    Raises
    ------
    PetfitError
        When its folder is missing or another program's, or it is something other than a file.
    """
    target = Path(path)
    folders = target.resolve().parent.parts
    if _PETFIT_THE_BIDS_APP in list(pairwise(folders)):
        raise PetfitError(
            f"{target}: derivatives/petfit belongs to PETFit, the BIDS app. Choose another place."
        )
    if not target.parent.is_dir():
        raise PetfitError(f"{target}: there is no folder {target.parent}. Make it, or choose another place.")
    if target.exists() and not target.is_file():
        raise PetfitError(f"{target}: this is not a file that can be replaced. Choose another place.")
    return target


def write_texts(texts: Mapping[Path, str]) -> None:
    """Write texts in UTF-8; files that are there already are replaced once all new ones are complete.

    Raises
    ------
    PetfitError
        When a folder is missing or cannot be written to.
    """
    parts = {target: target.with_name(f".{target.name}.part") for target in map(check_target, texts)}
    target = Path()
    try:
        for target, part in parts.items():
            part.write_text(texts[target], encoding="utf-8", newline="\n")
        for target, part in parts.items():
            part.replace(target)
    except OSError as error:
        raise PetfitError(f"{target}: cannot be written ({error.strerror}). Choose another place.") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
