"""A tree of tables as a netCDF-4 file: xarray's way through h5netcdf takes six times as long.

References
----------
NetCDF-4 file format, appendix of the NetCDF Users Guide: dimensions are HDF5 dimension scales, those without
a variable of their own named so, and each has a number.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray

__all__ = ["write"]

_BLOCK = 1 << 22
"""The file grows in memory by so many bytes, and Python writes it: HDF5 has no clear word for a full disk,
and as it closes a file it may keep that to itself."""

_TEXT = h5py.string_dtype()
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable."


def write(tree: xr.DataTree, path: Path) -> None:
    """Write a tree of one level of groups; `xarray.open_datatree` reads it back the same.

    Parameters
    ----------
    tree : xarray.DataTree
        Tables of numbers, booleans and texts, whose coordinates are those of dimensions; attributes are
        numbers and texts.
    path : Path
        Where to.

    Raises
    ------
    OSError
        When it cannot be written.
    TypeError
        When a cell of text holds something else.
    ValueError
        When a table has another coordinate, which would be lost.
    """
    numbers = count()
    in_memory = {"driver": "core", "backing_store": False, "block_size": _BLOCK}
    with h5py.File("in memory", "w", track_order=True, **in_memory) as file:
        file.attrs.update(tree.attrs)
        for name, node in tree.children.items():
            _write_group(file.create_group(name, track_order=True), node.to_dataset(), numbers)
        file.flush()
        path.write_bytes(file.id.get_file_image())


def _write_group(group: h5py.Group, table: xr.Dataset, numbers: count[int]) -> None:
    if others := set(table.coords) - set(table.sizes):
        raise ValueError(
            f"{group.name}: coordinates of no dimension are not written: {sorted(map(str, others))}"
        )
    group.attrs.update(table.attrs)
    scales = {}
    for dim, size in table.sizes.items():
        name = str(dim)
        if name in table.coords:
            scales[name] = _written(group, name, table.coords[name])
            scales[name].make_scale(name)
        else:
            scales[name] = group.create_dataset(name, (size,), ">f4")
            scales[name].make_scale(f"{_NO_VARIABLE}{size:10}")
        scales[name].attrs["_Netcdf4Dimid"] = np.int32(next(numbers))
    for each, variable in table.data_vars.items():
        written = _written(group, str(each), variable)
        for axis, dim in enumerate(variable.dims):
            written.dims[axis].attach_scale(scales[str(dim)])


def _written(group: h5py.Group, name: str, variable: xr.DataArray) -> h5py.Dataset:
    values, attrs = _plain(variable.to_numpy())
    text = {"dtype": _TEXT} if values.dtype == object else {}
    dataset = group.create_dataset(name, data=values, **text)
    dataset.attrs.update(attrs | variable.attrs)
    return dataset


def _plain(values: NDArray[Any]) -> tuple[NDArray[Any], dict[str, Any]]:
    """Return values of a type that netCDF has, and the attributes that tell xarray of theirs."""
    if values.dtype.kind == "b":
        return values.astype(np.int8), {"dtype": "bool"}
    if values.dtype.kind in "OUT":
        return values.astype(object), {}
    return values, {"_FillValue": np.array([np.nan])} if values.dtype.kind == "f" else {}
