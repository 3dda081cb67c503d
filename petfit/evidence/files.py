"""Write files completely or not at all, and never over a file that petfit did not make."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Buffer, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from petfit.errors import PetfitError, short_repr

__all__ = [
    "FIGURE",
    "FIGURE_MARK",
    "FIT",
    "FIT_MARK",
    "PAGE",
    "FileKind",
    "as_path",
    "check_target",
    "printable_name",
    "write_files",
]

_BIDS_APP_FOLDER = ("derivatives", "petfit")
_PART_FOLDER = ".petfit-part-"
_PAGE_MARK = b'<meta name="generator" content="petfit">'
FIGURE_MARK = "made with petfit"
"""The text in the metadata of each figure that petfit writes."""
FIT_MARK = b"\npetfit fit file, SHA-256 "
"""What stands at the end of each fit file, before its checksum."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file that petfit writes.

    Parameters
    ----------
    name : str
        What messages call it.
    is_own : callable
        From the path of a file to whether petfit wrote it and it is of this kind.
    """

    name: str
    is_own: Callable[[Path], bool]


def as_path(value: str | Path, rule: str) -> Path:
    """Return a path, or refuse what is none by a rule that says what is needed.

    Raises
    ------
    PetfitError
        If it is none.

    Examples
    --------
    >>> as_path(3, "a fit file is named by a path")
    Traceback (most recent call last):
    petfit.errors.PetfitError: a fit file is named by a path, not 3.
    """
    try:
        return Path(value)
    except TypeError:
        raise PetfitError(f"{rule}, not {short_repr(value)}.") from None


def printable_name(path: str | Path) -> str:
    r"""Return the name of a file as text, with escapes for bytes that are not UTF-8.

    Examples
    --------
    >>> import os
    >>> printable_name(os.fsdecode(b"gr\xfcn.csv"))
    'gr\\udcfcn.csv'
    """
    return str(path).encode(errors="backslashreplace").decode()


def check_target(
    path: str | Path,
    kind: FileKind | None = None,
    *,
    inputs: Iterable[str | Path] = (),
    force: bool = False,
) -> Path:
    """Return a path if a file can be written there.

    Parameters
    ----------
    path : str or path
        The file to write.
    kind : FileKind, optional
        What will be written; an existing file of another kind is not replaced.
    inputs : iterable of str or path
        Files that are read for it, which are not replaced either.
    force : bool
        Whether to replace any file.

    Raises
    ------
    PetfitError
        When the folder is missing, belongs to another program or cannot be written to, the path is not a
        file, or the file is not to be replaced.
    """
    target = as_path(path, "a file is named by a path")
    if "\0" in target.name:
        raise PetfitError(f"{str(target)!r}: a name cannot contain a zero byte. Choose another name.")
    folder = target.resolve().parent
    if _BIDS_APP_FOLDER in list(pairwise(folder.parts)):
        raise PetfitError(
            f"{target}: derivatives/petfit belongs to PETFit, the BIDS app. Choose another folder."
        )
    if not target.parent.is_dir():
        raise PetfitError(
            f"{target}: there is no folder {target.parent}. Create it, or choose another folder."
        )
    if not os.access(folder, os.W_OK):
        raise PetfitError(f"{target}: the folder {folder} cannot be written to. Choose another folder.")
    if target.exists() and not target.is_file():
        raise PetfitError(f"{target}: this is not a file that can be replaced. Choose another name.")
    if target.exists() and not force:
        _check_replaceable(target, kind, inputs)
    return target


def _check_replaceable(target: Path, kind: FileKind | None, inputs: Iterable[str | Path]) -> None:
    remedy = "Choose another name, or replace it with --force."
    if any(Path(file).exists() and target.samefile(file) for file in inputs):
        raise PetfitError(f"{target}: this file is the input and would be replaced by the output. {remedy}")
    if kind is not None and not kind.is_own(target):
        raise PetfitError(
            f"{target}: this file already exists, and is not {kind.name} that petfit wrote. {remedy}"
        )


def _contains(path: Path, mark: bytes) -> bool:
    try:
        return mark in path.read_bytes()
    except OSError:
        return False


FIT = FileKind("a fit file", lambda path: _contains(path, FIT_MARK))
PAGE = FileKind("a report", lambda path: _contains(path, _PAGE_MARK))
FIGURE = FileKind("a figure", lambda path: _contains(path, FIGURE_MARK.encode()))


def write_files(contents: Mapping[Path, str] | Mapping[Path, Sequence[Buffer]]) -> None:
    """Write files; existing files are replaced once all new ones are complete, behind a link its file.

    Parameters
    ----------
    contents : dict of Path to str, or to a sequence of bytes
        The content of each file: text, which is written in UTF-8, or bytes in several parts.

    Raises
    ------
    PetfitError
        When a folder is missing or a file cannot be written.
    """
    targets = {check_target(path): path.resolve() for path in contents}
    folders = {file.parent: file.parent for file in targets.values()}
    target = next(iter(targets))
    try:
        with ExitStack() as stack:
            for folder in folders:
                _remove_leftovers(folder)
                folders[folder] = stack.enter_context(_part_folder(folder))
            parts = {target: folders[file.parent] / file.name for target, file in targets.items()}
            for target, part in parts.items():
                content = contents[target]
                with part.open("wb") as file:
                    file.writelines([content.encode()] if isinstance(content, str) else content)
            for target, part in parts.items():
                part.replace(targets[target])
    except OSError as error:
        raise PetfitError(f"{target}: cannot be written ({error.strerror}). Choose another place.") from None


@contextmanager
def _part_folder(folder: Path) -> Iterator[Path]:
    """Make a folder for files that will be moved into place; it is removed with what is left in it."""
    with TemporaryDirectory(prefix=_PART_FOLDER, dir=folder) as parts, _locked(Path(parts)):
        yield Path(parts)


def _remove_leftovers(folder: Path) -> None:
    """Remove the part folders of processes that were killed; those of running ones are locked."""
    for parts in folder.glob(f"{_PART_FOLDER}*"):
        with suppress(OSError), _locked(parts) as is_free:
            if is_free:
                shutil.rmtree(parts)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Lock a folder; yield whether that is possible and no other process did. Windows has no such locks."""
    if sys.platform == "win32":
        yield False
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_free = True
    except OSError:
        is_free = False
    try:
        yield is_free
    finally:
        os.close(descriptor)
