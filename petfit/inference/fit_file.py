"""The fit file: posterior, spec, evidence and how it was made; written once, answered from without PyMC."""

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
    "petfit/new_levels",
    "petfit/prior_new_levels",
    "petfit/evidence",
    "petfit/drugs",
)
_ATTRS = ("model", "evidence", "evidence_sha256", "evidence_assumptions", "versions", "seed", "created")


def write(tree: xr.DataTree, path: str | Path, *, force: bool = False) -> Path:
    """Write a fit to a netCDF file, whole or not at all.

    Parameters
    ----------
    tree : xarray.DataTree
        The fit.
    path : str or path
        Where to; a fit file that is there already is replaced once the new one is complete.
    force : bool
        Whether to replace a file that is not a fit file.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    PetfitError
        When the folder is missing or cannot be written to, or another file is there.
    """
    target = check_target(path, FIT, force=force)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    except OSError as error:
        raise FitFileError(f"{target}: cannot be written ({error.strerror}). Choose another place.") from None
    os.close(handle)
    part = Path(name)
    try:
        tree.to_netcdf(part, engine="h5netcdf")
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
        A file that `write` wrote.

    Returns
    -------
    xarray.DataTree
        The fit, in memory.

    Raises
    ------
    FitFileError
        When it is missing, cut short, or not a fit.
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
            f"{file}: a netCDF file, but not a fit of this petfit (format seen: {seen}, wanted: {FORMAT}). "
            "Fit its table again."
        )
    missing = [name for name in _GROUPS if f"/{name}" not in tree.groups] + [
        name for name in _ATTRS if name not in tree.attrs
    ]
    if missing:
        raise FitFileError(f"{file}: this fit lacks {', '.join(missing)}. Fit its table again.")
    return tree
