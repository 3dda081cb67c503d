"""The fit file: netCDF, written and read by xarray, with a checksum after its end.

HDF5, and with it every reader of netCDF, ignores what follows the end of a file. The checksum is the SHA-256
of all bytes before it, so that a file is read only as petfit wrote it. The checksums that HDF5 offers, one
for each array (Fletcher-32), cover neither attributes nor texts, and lengthen loading by a quarter.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import h5py
import xarray as xr

from petfit.errors import FitFileError
from petfit.evidence.files import FIT, FIT_MARK, as_path, check_target, write_files
from petfit.inference.fit_schema import group_problems, storage_problems

__all__ = ["read", "write"]

_REMEDY = "Take another copy of it, or fit the table again."
_WANTED = "Give a file that petfit fit or Fit.save wrote."


def write(tree: xr.DataTree, path: str | Path, *, force: bool = False) -> Path:
    """Write a fit to a netCDF file, completely or not at all; see `petfit.Fit.save`."""
    target = check_target(path, FIT, force=force)
    # In memory first, since HDF5 may abort the process on a full disk.
    with tree.to_netcdf(engine="h5netcdf") as content:
        write_files({target: (content, FIT_MARK, _checksum(content))})
    return target


def read(path: str | Path) -> xr.DataTree:
    """Read a fit file.

    Parameters
    ----------
    path : str or path
        A file written by `write`.

    Returns
    -------
    xarray.DataTree
        The fit, in memory.

    Raises
    ------
    FitFileError
        If the file does not exist, is damaged, is not a fit, or has the format of another version.
    """
    file = as_path(path, "a fit file is named by a path")
    if file.exists() and not file.is_file():
        raise FitFileError(f"{file}: this is not a file. {_WANTED}")
    content = _verified(file)
    try:
        with h5py.File(io.BytesIO(content)) as opened:
            _refuse(file, storage_problems(opened, len(content)))
        with xr.open_datatree(io.BytesIO(content), engine="h5netcdf") as tree:
            _refuse(file, group_problems(tree))
            return tree.load()
    except (FitFileError, MemoryError):
        raise
    except Exception as error:  # HDF5, h5netcdf and xarray raise errors of many kinds
        raise FitFileError(f"{file}: not a fit that petfit can read ({error}). {_REMEDY}") from None


def _verified(file: Path) -> bytes:
    """Return the content of a file, if the checksum at its end matches what stands before."""
    try:
        content = file.read_bytes()
    except (FileNotFoundError, ValueError):  # ValueError: a zero byte in the name
        raise FitFileError(f"{file}: there is no such file. {_WANTED}") from None
    except OSError as error:
        raise FitFileError(f"{file}: cannot be read ({error.strerror}).") from None
    end = content.rfind(FIT_MARK)
    if end < 0:
        raise FitFileError(
            f"{file}: not a fit file, or cut short. Give a file that petfit fit or Fit.save wrote, "
            "unchanged: other programs, such as ArviZ, do not keep its checksum. If this is a "
            "table, fit it first."
        )
    if content[end + len(FIT_MARK) :] != _checksum(memoryview(content)[:end]):
        raise FitFileError(
            f"{file}: damaged or edited after petfit wrote it: its checksum does not match. {_REMEDY}"
        )
    return content


def _checksum(content: memoryview) -> bytes:
    return hashlib.sha256(content).hexdigest().encode() + b"\n"


def _refuse(file: Path, problems: Iterator[str]) -> None:
    """Refuse a file for the first of its problems."""
    for problem in problems:
        raise FitFileError(f"{file}: {problem}. {_REMEDY}")
