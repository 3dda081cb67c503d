"""Compiled code kept on disk between processes, in the platform's folder of caches.

Each version of the code has a folder of its own, named after everything the code depends on. A folder comes
into being whole, by renaming, and holds a digest of its files. Whatever is amiss with one - cut, altered,
another's, not writable - the code is compiled instead.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import llvmlite.binding as llvm
from platformdirs import user_cache_path

__all__ = ["clear", "entries", "folder", "keep"]

_DIGEST = "sha256"
_AT_MOST = 4
"""So many versions of the code are kept, the latest."""


def folder() -> Path:
    """Return where compiled code is kept; ``PETFIT_CACHE_DIR`` may say so."""
    told = os.environ.get("PETFIT_CACHE_DIR")
    return Path(told) if told else user_cache_path("petfit")


def entries() -> list[Path]:
    """Return the folders of compiled code, the latest first."""
    with suppress(OSError):
        found = [path for path in folder().glob("kernel-*") if path.is_dir()]
        return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
    return []


def clear() -> None:
    """Remove all compiled code that was kept.

    Raises
    ------
    OSError
        When a folder cannot be removed.
    """
    for entry in entries():
        shutil.rmtree(entry)


def keep[Code](load: Callable[[Path], Code], build: Callable[[Path | None], Code], sources: Path) -> Code:
    """Load code that was kept, or build it and keep it.

    Parameters
    ----------
    load : callable
        Loads the code from a folder.
    build : callable
        Builds the code, given the folder to save it to, or None to save it nowhere.
    sources : Path
        The folder of the code's sources.

    Returns
    -------
    Code
        What `load` or `build` returned.
    """
    place = folder() / f"kernel-{_key(sources)}"
    if _sound(place):
        with suppress(Exception):
            return load(place)
    try:
        with _draft(place) as draft:
            return build(draft)
    except OSError:
        return build(None)


def _key(sources: Path) -> str:
    """Return a digest of all that compiled code depends on: versions, CPU, sources."""
    cpu = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    packages = (version(package) for package in ("numba", "llvmlite", "numpy"))
    known = hashlib.sha256("\n".join([sys.version, *cpu, *packages]).encode())
    for file in sorted(sources.glob("*.py")):
        known.update(file.name.encode() + file.read_bytes())
    return known.hexdigest()[:16]


def _sound(place: Path) -> bool:
    """Return whether a folder is ours alone to write to and holds what was put into it."""
    with suppress(OSError):
        return _private(place) and (place / _DIGEST).read_bytes() == _digest(place).encode()
    return False


def _private(place: Path) -> bool:
    """Return whether no one else can have put code there."""
    if not hasattr(os, "getuid"):
        return True
    about = place.lstat()
    writable = about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and not writable


def _digest(place: Path) -> str:
    known = hashlib.sha256()
    for file in sorted(path for path in place.rglob("*") if path.is_file() and path.name != _DIGEST):
        known.update(str(file.relative_to(place)).encode())
        known.update(file.name.encode() + file.read_bytes())
    return known.hexdigest()


@contextmanager
def _draft(place: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of an earlier one once it is full."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=place.parent))
    try:
        yield draft
        with suppress(OSError):
            (draft / _DIGEST).write_text(_digest(draft))
            shutil.rmtree(place, ignore_errors=True)
            draft.rename(place)
            _forget_old()
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _forget_old() -> None:
    for entry in entries()[_AT_MOST:]:
        shutil.rmtree(entry, ignore_errors=True)
