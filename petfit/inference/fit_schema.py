"""What a fit file has to contain: checked before any array is read, and again before it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import h5py
import numpy as np
import xarray as xr

from petfit.errors import PetfitError
from petfit.evidence.columns import COLUMNS
from petfit.evidence.drug_table import DRUG_COLUMNS
from petfit.inference.datatree import FORMAT, PRIOR_DRAWS
from petfit.model.design import Design
from petfit.model.likelihood.integrated_people import parts_of_likelihood
from petfit.settings import Settings

__all__ = ["GROUPS", "draw_problems", "group_problems", "storage_problems"]

_DRAWS, _ROW, _TABLE = ("chain", "draw"), ("row",), ("texts", "numbers", "columns")
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "posterior": (_DRAWS, ()),
    "sample_stats": (_DRAWS, ("diverging", "energy", "tree_depth")),
    "log_likelihood": (_DRAWS, ("value",)),
    "log_prior": (_DRAWS, ()),
    "posterior_predictive": (_DRAWS + _ROW, ("value",)),
    "prior": (_DRAWS, ()),
    "prior_predictive": (_DRAWS + _ROW, ("value",)),
    "observed_data": (_ROW, ("value",)),
    "constant_data": (_ROW, ("x", "x_high", "n")),
    "petfit/posterior_predictive": (_DRAWS + _ROW, ("sd", "low", "high")),
    "petfit/new_level_effects": (("effect", *_DRAWS), ("in_sds",)),
    "petfit/prior_new_level_effects": (("effect", *_DRAWS), ("in_sds",)),
    "petfit/evidence": ((), _TABLE),
    "petfit/drug_table": ((), _TABLE),
}
"""The first dimensions of every variable of a group, and the variables that the group always has."""

_TEXTS, _NUMBERS, _STATS = "OTU", "d", "d" + "?" + np.typecodes["AllInteger"]
"""The types of a group, as NumPy's characters."""
_TEXT_ATTRIBUTES = ("model", "evidence", "evidence_sha256", "evidence_assumptions", "versions", "created")
_SETTINGS = tuple(field.name for field in fields(Settings))
_TEXT_SETTINGS = tuple(field.name for field in fields(Settings) if isinstance(field.default, str))
_DIMENSION_ONLY = b"This is a netCDF dimension but not a netCDF variable."
_DEEPEST = 2
"""Groups lie at most one in another: ``petfit/evidence``."""


def storage_problems(file: h5py.File, n_bytes: int) -> Iterator[str]:
    """Yield what is wrong with the groups and arrays of a netCDF file, from its headers alone.

    Parameters
    ----------
    file : h5py.File
        The file, as HDF5.
    n_bytes : int
        Its size. petfit writes each array in one piece, so that all of them are no larger than the file.
    """
    for path, item in _items(file):
        if isinstance(item, h5py.Dataset):
            n_bytes -= item.id.get_storage_size()
            if n_bytes < 0 or not _is_in_one_piece(item):
                yield f"{path} claims {item.size} values that the file does not hold"
        elif not isinstance(item, h5py.Group):
            yield f"{path} is neither a group nor an array of this file"
        elif path.count("/") > _DEEPEST:
            yield f"{path} is a group too deep"


def _items(group: h5py.Group, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what a group contains, with paths: None for a link to another place, which is not followed."""
    for name in group:
        here = f"{path}/{name}"
        is_own = isinstance(group.get(name, getlink=True), h5py.HardLink)
        item = group[name] if is_own else None
        yield here, item
        if isinstance(item, h5py.Group) and here.count("/") <= _DEEPEST:
            yield from _items(item, here)


def _is_in_one_piece(array: h5py.Dataset) -> bool:
    """Whether an array has all of its values, if any, in this file, neither in chunks nor compressed."""
    if array.size == 0:
        return True
    if array.chunks is None and array.external is None and array.nbytes <= array.id.get_storage_size():
        return True
    return bool(array.attrs.get("NAME", b"").startswith(_DIMENSION_ONLY))  # it has a size, and no values


def group_problems(tree: xr.DataTree) -> Iterator[str]:
    """Yield what is wrong with the attributes, groups, dimensions, types and sizes of a fit; read no draws.

    Parameters
    ----------
    tree : xarray.DataTree
        The fit, opened but not loaded.
    """
    if tree.attrs.get("petfit_format") != FORMAT:
        seen = tree.attrs.get("petfit_format", "none")
        yield f"not a fit of this version of petfit (format {seen}, expected {FORMAT})"
    yield from _attribute_problems({str(name): value for name, value in tree.attrs.items()})
    for name in GROUPS:
        if f"/{name}" not in tree.groups:
            yield f"the group {name} is missing"
    for name, (dims, required) in GROUPS.items():
        dataset = tree[name].to_dataset()
        for missing in set(required) - set(dataset.data_vars):
            yield f"{name}/{missing} is missing"
        for variable, values in dataset.data_vars.items():
            types = _TEXTS if variable in ("texts", "columns") else _STATS if "stats" in name else _NUMBERS
            if values.dims[: len(dims)] != dims or values.dtype.char not in types:
                yield f"{name}/{variable} has the dimensions {values.dims} and the type {values.dtype}"
        yield from _column_problems(name, dataset) if required is _TABLE else _size_problems(name, tree)


def _attribute_problems(attrs: Mapping[str, Any]) -> Iterator[str]:
    for name in (*_TEXT_ATTRIBUTES, *_SETTINGS):
        if name not in attrs:
            yield f"the attribute {name} is missing"
        elif isinstance(attrs[name], str) != (name in (*_TEXT_ATTRIBUTES, *_TEXT_SETTINGS)):
            yield f"the attribute {name} is {attrs[name]!r}"
    try:
        Settings(**{name: attrs[name] for name in _SETTINGS if attrs[name] != -1})  # -1: not given
    except (PetfitError, TypeError, ValueError) as error:
        yield f"its settings are not valid: {error}"


def _size_problems(group: str, tree: xr.DataTree) -> Iterator[str]:
    is_prior = group.removeprefix("petfit/").startswith("prior")
    chains, draws = (1, PRIOR_DRAWS) if is_prior else (tree.attrs["chains"], tree.attrs["draws"])
    expected = {"chain": chains, "draw": draws}
    if group != "petfit/posterior_predictive":  # only rows that have an SD or limits
        expected["row"] = tree["observed_data"].sizes["row"]
    for dim, size in tree[group].sizes.items():
        if size != expected.get(str(dim), size):
            yield f"{group} has {size} of {dim}, not {expected[str(dim)]}"


def _column_problems(group: str, table: xr.Dataset) -> Iterator[str]:
    needed = COLUMNS if group == "petfit/evidence" else DRUG_COLUMNS[1:]
    columns = table["columns"].to_numpy().tolist()
    if sorted(columns) != sorted([*table["text"].to_numpy(), *table["number"].to_numpy()]):
        yield f"{group} has other columns than it names"
    for missing in set(needed) - set(columns):
        yield f"{group} lacks the column {missing}"


def draw_problems(tree: xr.DataTree, design: Design) -> Iterator[str]:
    """Yield which parameters, levels and rows of its model a fit lacks.

    Parameters
    ----------
    tree : xarray.DataTree
        The fit.
    design : Design
        The design of its model for its evidence.
    """
    rows = [str(where) for where in design.rows.index]
    if tree["observed_data"]["row"].to_numpy().tolist() != rows:
        yield "observed_data has other rows than its evidence"
    dim, parts = parts_of_likelihood(design.rows)
    density = tree["log_likelihood"]["value"]
    if density.dims != (*_DRAWS, dim) or density[dim].to_numpy().tolist() != parts:
        yield "log_likelihood has other people or rows than its evidence"
    for group in ("posterior", "prior"):
        dataset = tree[group].to_dataset()
        for name in design.scalar_priors:
            if name not in dataset or dataset[name].dims != _DRAWS:
                yield f"{group}/{name} is missing or has other dimensions than {', '.join(_DRAWS)}"
        for effect in design.effects:
            labels = dataset[effect.dim].to_numpy().tolist() if effect.dim in dataset.coords else None
            if effect.name not in dataset or dataset[effect.name].dims != (*_DRAWS, effect.dim):
                yield f"{group}/{effect.name} is missing or has other dimensions than its model"
            elif labels != list(effect.labels):
                yield f"{group}/{effect.name} has other levels than its evidence"
    pooled = [effect.name for effect in design.effects if effect.has_new_level]
    for group in ("petfit/new_level_effects", "petfit/prior_new_level_effects"):
        if tree[group]["effect"].to_numpy().tolist() != pooled:
            yield f"{group} has other effects than its model"
