"""The fit file: netCDF, written and read by xarray."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import xarray as xr

from petfit.errors import FitFileError
from petfit.evidence.files import FIT, check_target
from petfit.inference.datatree import FORMAT

__all__ = ["read", "write"]

_GROUPS = (
    "posterior",
    "sample_stats",
    "log_likelihood",
    "log_prior",
    "posterior_predictive",
    "prior",
    "prior_predictive",
    "observed_data",
    "petfit/posterior_predictive",
    "petfit/new_level_effects",
    "petfit/prior_new_level_effects",
    "petfit/evidence",
    "petfit/drug_table",
)
_ATTRS = ("model", "evidence", "evidence_sha256", "evidence_assumptions", "versions", "seed", "created")


def write(tree: xr.DataTree, path: str | Path, *, force: bool = False) -> Path:
    """Write a fit to a netCDF file, whole or not at all.

    Parameters
    ----------
    tree : xarray.DataTree
        The fit.
    path : str or path
        The file to write; an existing fit file is replaced once the new one is complete.
    force : bool
        Whether to replace an existing file that is not a fit file.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    PetfitError
        If the folder does not exist or is not writable, or if the file exists and is not a fit file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write(fit.to_datatree(), Path(folder) / "fit.nc")
    ...     read(path).identical(fit.to_datatree())
    True
    """
    target = check_target(path, FIT, force=force)
    content = tree.to_netcdf(engine="h5netcdf")  # in memory: HDF5 may abort the process on a full disk
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    except OSError as error:
        raise FitFileError(f"{target}: cannot be written ({error.strerror}). Choose another place.") from None
    os.close(handle)
    part = Path(name)
    try:
        part.write_bytes(content)
        part.chmod(0o666 & ~_umask())
        part.replace(target)
    except OSError as error:
        raise FitFileError(f"{target}: cannot be written ({error.strerror}). Choose another place.") from None
    finally:
        part.unlink(missing_ok=True)
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


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
    file = Path(path)
    if not file.is_file():
        raise FitFileError(f"{file}: there is no such file. Give a file that petfit fit wrote.")
    try:
        with xr.open_datatree(file, engine="h5netcdf") as opened:
            tree = opened.load()
    except (OSError, ValueError, KeyError, RuntimeError, AttributeError):
        raise FitFileError(
            f"{file}: not a fit file, or cut short. Give a file that petfit fit wrote; if this is a table, "
            "fit it first and write the fit to another file."
        ) from None
    if tree.attrs.get("petfit_format") != FORMAT:
        seen = tree.attrs.get("petfit_format", "none")
        raise FitFileError(
            f"{file}: not a fit of this version of petfit (format {seen}, expected {FORMAT}). "
            "Fit the table again."
        )
    missing = [name for name in _GROUPS if f"/{name}" not in tree.groups] + [
        name for name in _ATTRS if name not in tree.attrs
    ]
    if missing:
        raise FitFileError(f"{file}: the fit lacks {', '.join(missing)}. Fit the table again.")
    return tree
