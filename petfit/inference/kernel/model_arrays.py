"""A layout as tables of records, and one header with their addresses, which compiled code is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from petfit.inference.kernel import records
from petfit.inference.kernel.records import NOTHING, PREDICTORS, Records
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.effects import Effect
from petfit.model.exposures import ONE_PERSON
from petfit.model.free_parameters import random_effects, parameters_with_priors
from petfit.model.likelihood.base import nu_of
from petfit.model.ops import Array
from petfit.model.parameters import PARAMETERS, RESIDUALS, competitor_name
from petfit.model.prior import Prior

__all__ = ["Tables", "block_of", "known", "tables_of"]


class Tables(NamedTuple):
    """What the log density is computed from; `petfit.inference.kernel.records` has the fields.

    Rows of one design lie side by side; ``place`` and ``weight`` are designs by effects: the coordinate of
    the level, and how much of it a row takes. ``members`` are the rows of each set of ranges.
    """

    coordinates: Records
    effects: Records
    parameters: Records
    designs: Records
    rows: Records
    members: NDArray[np.int64]
    place: NDArray[np.int64]
    weight: NDArray[np.float64]
    competitors: NDArray[np.int64]
    competing: NDArray[np.float64]
    free: int
    omega: int
    straight: bool
    quadrature: bool


def known(design: Design) -> bool:
    """Return whether this room knows everything in a layout; PyMC computes what it does not."""
    families = {prior.dist for _, priors in parameters_with_priors(design) for prior in priors}
    levels = {level.name for level in likelihood.levels_in(design)}
    return (
        design.spec.curve in records.CURVES
        and families <= set(records.FAMILIES)
        and levels <= set(records.LEVELS)
    )


def tables_of(design: Design, left_out: NDArray[np.bool_] | None = None) -> Tables:
    """Return the tables of a layout; rows `left_out` do not count."""
    first, numbers = _first(design), likelihood.inputs(design)
    people, hill = design.spec.ec50.people, design.spec.parameters.get("hill")
    straight = hill is None or hill.fixed == 1.0
    quadrature = people is not None and people.groups != "first_order"
    place, weight = _places(design, first, numbers)
    noise = _noise(design, first, numbers)
    rows = _rows(design, numbers, noise, left_out)
    plain = _plain(rows, quadrature) & (noise["floor"] == NOTHING).to_numpy()
    plain &= straight and not design.spec.competition
    order, designs, at = _designs(place, weight, noise.assign(plain=plain.astype(int)))
    columns = [one.column for one in design.spec.competition.values()]
    return Tables(
        coordinates=_coordinates(design),
        effects=_effects(design, first),
        parameters=_parameters(design, first),
        designs=designs,
        rows=rows[order],
        members=_members(numbers, order),
        place=np.ascontiguousarray(place[at]),
        weight=np.ascontiguousarray(weight[at]),
        competitors=np.array([first[competitor_name(name)] for name in design.spec.competition], np.int64),
        competing=np.ascontiguousarray(design.rows[columns].to_numpy(float)[order]),
        free=sum(len(priors) for _, priors in parameters_with_priors(design)),
        omega=first.get("omega", NOTHING),
        straight=straight,
        quadrature=quadrature,
    )


def block_of(tables: Tables, sources: int) -> NDArray[np.int64]:
    """Return tables as one block of memory: a header, then the arrays, in words of eight bytes.

    Parameters
    ----------
    tables : Tables
        The model.
    sources : int
        The number of the code that is to read it.
    """
    arrays = [np.ascontiguousarray(getattr(tables, name)) for name in records.ARRAYS]
    words = [array.nbytes // records.WORD for array in arrays]
    starts = records.HEADER.itemsize // records.WORD + np.cumsum([0, *words])
    block = np.zeros(int(starts[-1]), np.int64)
    header = block[: records.HEADER.itemsize // records.WORD].view(records.HEADER)[0]
    header["sources"], header["words"], header["largest_set"] = sources, block.size, tables.members.shape[1]
    for name in records.NUMBERS:
        header[name] = getattr(tables, name)
    for name in records.SIZES:
        header[f"{name}_size"] = len(getattr(tables, name))
    for name, array, first, count in zip(records.ARRAYS, arrays, starts, words, strict=False):
        header[name] = first
        block[first : first + count] = array.reshape(-1).view(np.int64)
    return block


def _first(design: Design) -> dict[str, int]:
    """Return the first coordinate of every scalar and effect."""
    found, at = {}, 0
    for name, priors in parameters_with_priors(design):
        found[name] = at
        at += len(priors)
    for effect in random_effects(design):
        found[effect.name] = at
        at += len(effect.levels)
    return found


def _coordinates(design: Design) -> Records:
    priors = [prior for _, priors in parameters_with_priors(design) for prior in priors]
    table = np.zeros(
        len(priors) + sum(len(effect.levels) for effect in random_effects(design)), records.COORDINATE
    )
    for at, prior in zip(table, priors, strict=False):
        at["line"] = records.LINES.index(prior.family.transform)
        at["scale"] = prior.scale
        at["family"] = records.FAMILIES.index(prior.dist)
        for name, number in zip(("first", "second", "third"), prior.numbers, strict=False):
            at[name] = number
        at["constant"] = _constant(prior) + np.log(prior.scale)
    return table


def _constant(prior: Prior) -> float:
    """Return the log of the normalizing constant that `petfit.inference.kernel.log_prior` leaves out."""
    numbers, half_log_2pi = prior.numbers, 0.5 * np.log(2.0 * np.pi)
    match prior.dist:
        case "Normal" | "LogNormal":
            return float(-np.log(numbers[1]) - half_log_2pi)
        case "StudentT":
            return _student_constant(numbers[0]) - float(np.log(numbers[2]))
        case "HalfNormal":
            return float(np.log(2.0 / numbers[0]) - half_log_2pi)
        case "HalfCauchy":
            return float(np.log(2.0 / (np.pi * numbers[0])))
        case "Gamma" | "InverseGamma":
            return float(numbers[0] * np.log(numbers[1]) - special.gammaln(numbers[0]))
        case "Exponential":
            return float(np.log(numbers[0]))
    return float(-special.betaln(numbers[0], numbers[1]))


def _student_constant(nu: float) -> float:
    return float(special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2) - 0.5 * np.log(nu * np.pi))


def _effects(design: Design, first: Mapping[str, int]) -> Records:
    table = np.zeros(len(design.effects), records.EFFECT)
    anchors = {effect.name: first[centre] for centre, found in design.grand_means.items() for effect in found}
    for at, effect in zip(table, design.effects, strict=True):
        at["first"], at["count"] = first[effect.name], len(effect.levels)
        at["scale"] = first[effect.scale] if effect.scale else NOTHING
        at["normals"] = design.n_standard_normal(effect)
        at["anchor"] = anchors.get(effect.name, NOTHING)
        at["predictor"] = PREDICTORS.index(_predictor(effect))
    return table


def _predictor(effect: Effect) -> str:
    if effect.parameter == "exposure":
        return effect.kind
    return "residual" if effect.parameter in RESIDUALS else effect.parameter


def _parameters(design: Design, first: Mapping[str, int]) -> Records:
    table = np.zeros(len(PREDICTORS), records.PARAMETER)
    table["centre"] = NOTHING
    every = design.spec.parameters | design.spec.scan_parameters
    if "nondisplaceable" not in every:
        table["fixed"][PREDICTORS.index("nondisplaceable")] = -np.inf
    for name, parameter in every.items():
        at = table[PREDICTORS.index(name)]
        if parameter.fixed is not None:
            with np.errstate(divide="ignore"):
                at["fixed"] = PARAMETERS[name].to_link_scale(parameter.fixed)
        elif not parameter.separate and name in design.active_parameters:
            at["centre"] = first[PARAMETERS[name].linked_name]
    return table


def _places(
    design: Design, first: Mapping[str, int], numbers: Mapping[str, Array]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return, for each row and effect, the coordinate of its level and how much of it the row takes."""
    starts = np.array([first[effect.name] for effect in design.effects], dtype=np.int64)
    added = np.array([not _is_sigma(effect) for effect in design.effects], dtype=float)
    weight = numbers["weight"] * added[:, None]
    place = np.where(weight != 0.0, numbers["index"] + starts[:, None], 0)
    return place.T, weight.T


def _is_sigma(effect: Effect) -> bool:
    """Return whether the levels are residual SDs themselves, not terms of a sum."""
    return effect.parameter in RESIDUALS and effect.kind == "separate"


def _noise(design: Design, first: Mapping[str, int], numbers: Mapping[str, Array]) -> pd.DataFrame:
    """Return where the noise of each row is found, and whether its exposure is below a limit."""
    table = pd.DataFrame(
        {"sigma": NOTHING, "floor": NOTHING, "fixed_sigma": 0.0, "nu": np.inf}, design.rows.index
    )
    scans = (design.rows["level"] == "scan").to_numpy()
    for name, residual in design.spec.residuals.items():
        rows = scans if name == "scan_noise" else ~scans
        if not rows.any():
            continue
        table.loc[rows, "nu"] = nu_of(residual)
        if residual.fixed is not None:
            table.loc[rows, "fixed_sigma"] = residual.fixed
        elif residual.separate is None:
            table.loc[rows, "sigma"] = first[PARAMETERS[name].sd_name]
        for k, effect in enumerate(design.effects):
            if effect.parameter == name and _is_sigma(effect):
                table.loc[rows, "sigma"] = first[effect.name] + numbers["index"][k][rows]
        if residual.floor is not None:
            table.loc[rows, "floor"] = first[PARAMETERS[name].floor_name]
    below = [k for k, effect in enumerate(design.effects) if effect.kind == "below"]
    return table.assign(censored=(numbers["weight"][below] != 0.0).any(axis=0).astype(int))


def _designs(
    place: NDArray[np.int64], weight: NDArray[np.float64], noise: pd.DataFrame
) -> tuple[NDArray[np.intp], Records, NDArray[np.intp]]:
    """Return the order that puts rows of one design side by side, the designs, and a row of each."""
    fields = ["sigma", "floor", "censored", "plain", "fixed_sigma"]
    _, at, of_row, counts = np.unique(
        np.hstack([place, weight, noise[fields]]),
        axis=0,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    table = np.zeros(len(at), records.DESIGN)
    table["count"], table["first"] = counts, np.cumsum(counts) - counts
    for name in fields:
        table[name] = noise[name].to_numpy()[at]
    return np.argsort(of_row, kind="stable"), table, at


def _members(numbers: Mapping[str, Array], order: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the rows of each complete set of ranges, filled up with NOTHING."""
    of_row = numbers.get("range_set.set", np.zeros(0, np.int64))
    new_place = np.argsort(order)
    found = [
        new_place[numbers["range_set.rows"][of_row == one]] for one in range(of_row.max(initial=NOTHING) + 1)
    ]
    table = np.full((len(found), max(map(len, found), default=0)), NOTHING, dtype=np.int64)
    for members, rows in zip(table, found, strict=True):
        members[: len(rows)] = rows
    return table


_NUMBERS = ("value", "n", "low", "high", "shape", "variance")


def _rows(
    design: Design,
    numbers: Mapping[str, Array],
    noise: pd.DataFrame,
    left_out: NDArray[np.bool_] | None,
) -> Records:
    table = np.zeros(len(design.rows), records.ROW)
    for level in likelihood.levels_in(design):
        rows = numbers[f"{level.name}.rows"]
        table["level"][rows] = records.LEVELS.index(level.name)
        for name in _NUMBERS:
            if (key := f"{level.name}.{name}") in numbers:
                table[name][rows] = numbers[key]
    table["kept"] = 1.0 if left_out is None else np.where(left_out, 0.0, 1.0)
    table["x"], table["x_high"] = numbers["x"], numbers["x_high"]
    table["around"], table["spread"] = 1.0 - 1.0 / numbers["n"], numbers.get("spread", 0.0)
    table["nu"] = noise["nu"]
    table["inflated"] = np.where(np.isinf(noise["nu"]), 1.0, noise["nu"] / (noise["nu"] - 2.0))
    one_person = np.isin(table["level"], [records.LEVELS.index(name) for name in ONE_PERSON])
    table["grow"] = np.where(one_person, 1.0, np.sqrt(table["n"] / table["inflated"]))
    table["constant"] = _row_constants(table)
    return table


def _plain(rows: Records, quadrature: bool) -> NDArray[np.bool_]:
    """Return which rows are a person's number or a mean, with normal noise, at one exposure that is known."""
    levels = [records.LEVELS.index(name) for name in ("subject", "group")]
    averaged = quadrature & (rows["around"] > 0.0)
    of_people = np.isin(rows["level"], levels) & (rows["shape"] == 0.0) & ~averaged
    return np.asarray(of_people & np.isinf(rows["nu"]) & (rows["x"] == rows["x_high"]))


def _row_constants(table: Records) -> NDArray[np.float64]:
    """Return the part of each row's log density that no unknown has a say in."""
    code = {name: records.LEVELS.index(name) for name in records.LEVELS}
    level, n, shape = (table[name] for name in ("level", "n", "shape"))
    group, extremes = level == code["group"], level == code["extremes"]
    student = np.isin(level, [code[name] for name in ONE_PERSON]) & np.isfinite(table["nu"])
    constant = np.where(extremes, 0.0, -0.5 * np.log(2.0 * np.pi))
    constant[group] += np.log(table["grow"][group])
    constant[student] = [_student_constant(nu) for nu in table["nu"][student]]
    constant[extremes] = np.log(n[extremes] * (n[extremes] - 1.0))
    told = shape > 0
    k, variance = shape[told], table["variance"][told]
    with np.errstate(divide="ignore"):
        constant[told] += k * np.log(k) + (k - 1.0) * np.log(variance) - special.gammaln(k)
    return constant
