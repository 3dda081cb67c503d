"""A model as arrays of records, and the block of memory in which the compiled code receives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from petfit.inference.kernel import records
from petfit.inference.kernel.kinetic_records import kinetic_records
from petfit.inference.kernel.records import ABSENT, ARRAYS, HEADER, PREDICTORS, SCALARS, Records
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.effects import STUDY_OFFSET, Effect
from petfit.model.exposures import ONE_PERSON
from petfit.model.free_parameters import parameters_with_priors, random_effects
from petfit.model.likelihood.base import nu_of
from petfit.model.likelihood.log_likelihood import levels_in
from petfit.model.ops import Array
from petfit.model.parameters import PARAMETERS, RESIDUALS, competitor_name
from petfit.model.prior import Prior

__all__ = ["ModelArrays", "is_supported", "model_arrays", "pack"]


class ModelArrays(NamedTuple):
    """The model as the compiled code sees it; `petfit.inference.kernel.records` describes the fields.

    Rows are sorted so that those of one covariate pattern are adjacent, or those of one person where their
    deviation is integrated out. ``competitors`` are the free
    parameters that are log EC50s of competitors; ``competitor_exposures`` has rows by competitors, flattened.
    ``omega`` is the free parameter that is the SD of log EC50 between people.
    """

    priors: Records
    random_effects: Records
    centres: Records
    patterns: Records
    terms: Records
    rows: Records
    people: Records
    range_sets: Records
    range_set_rows: NDArray[np.int64]
    competitors: NDArray[np.int64]
    competitor_exposures: NDArray[np.float64]
    kinetics: Records
    omega: int
    hill_is_one: bool
    quadrature: bool


def is_supported(design: Design) -> bool:
    """Return whether the kernel covers everything in a design; PyMC computes what it does not cover."""
    families = {prior.dist for _, priors in parameters_with_priors(design) for prior in priors}
    levels = {level.name for level in levels_in(design)}
    student_cdf = "censored_subject" in levels and design.spec.noise.family == "student"
    return (
        design.spec.curve in records.CURVES
        and families <= set(records.FAMILIES)
        and levels <= set(records.LEVELS)
        and not student_cdf
        and not design.has_second_target
        and not (design.spec.pk and any(effect.kind == "share" for effect in design.effects))
    )


def model_arrays(design: Design, left_out: NDArray[np.bool_] | None = None) -> ModelArrays:
    """Return the arrays of a design.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    left_out : array of bool, optional
        Rows that do not contribute to the likelihood.
    """
    first, inputs = _first_parameters(design), likelihood.inputs(design)
    people, hill = design.spec.ec50.people, design.spec.parameters.get("hill")
    hill_is_one = hill is None or hill.fixed == 1.0
    quadrature = people is not None and people.groups != "first_order"
    noise = _noise(design, first, inputs)
    rows = _rows(design, inputs, noise, left_out)
    simple = _is_simple(rows, quadrature) & (noise["floor"] == ABSENT).to_numpy()
    simple &= hill_is_one and not design.spec.competition and not design.spec.pk
    pattern_of_row, patterns, terms = _patterns(
        design, first, inputs, noise.assign(simple=simple.astype(int))
    )
    rows["pattern"] = pattern_of_row
    order, people = _people(design, inputs, rows, patterns)
    range_sets, range_set_rows = _range_sets(inputs, order)
    columns = [competitor.column for competitor in design.spec.competition.values()]
    return ModelArrays(
        priors=_priors(design),
        random_effects=_random_effects(design, first),
        centres=_centres(design, first),
        patterns=patterns,
        terms=terms,
        rows=rows[order],
        people=people,
        range_sets=range_sets,
        range_set_rows=range_set_rows,
        competitors=np.array([first[competitor_name(name)] for name in design.spec.competition], np.int64),
        competitor_exposures=design.rows[columns].to_numpy(float)[order].ravel(),
        kinetics=kinetic_records(design, first, inputs, _needs_variance(rows, quadrature), order),
        omega=first.get("omega", ABSENT),
        hill_is_one=hill_is_one,
        quadrature=quadrature,
    )


def pack(model: ModelArrays, digest: int) -> NDArray[np.int64]:
    """Return a model as one block of memory: a header, then the arrays, in words of eight bytes.

    Parameters
    ----------
    model : ModelArrays
        The model.
    digest : int
        The digest of the code that is to read it.
    """
    arrays = {name: np.ascontiguousarray(getattr(model, name)).view(np.int64) for name in ARRAYS}
    block = np.concatenate([np.zeros(HEADER.itemsize // 8, np.int64), *arrays.values()])
    header = block[: HEADER.itemsize // 8].view(HEADER)[0]
    header["digest"], header["n_words"] = digest, block.size
    for name in SCALARS:
        header[name] = getattr(model, name)
    start = HEADER.itemsize // 8
    for name, array in arrays.items():
        header[f"{name}_start"], header[f"{name}_stop"] = start, start + array.size
        start += array.size
    return block


def _first_parameters(design: Design) -> dict[str, int]:
    """Return the first free parameter of every scalar and effect."""
    sizes = {name: len(priors) for name, priors in parameters_with_priors(design)}
    sizes |= {effect.name: len(effect.levels) for effect in random_effects(design)}
    starts = np.cumsum([0, *sizes.values()])
    return {name: int(start) for name, start in zip(sizes, starts, strict=False)}


def _priors(design: Design) -> Records:
    priors = [prior for _, priors in parameters_with_priors(design) for prior in priors]
    table = np.zeros(len(priors), records.PRIOR)
    for record, prior in zip(table, priors, strict=True):
        record["transform"] = records.TRANSFORMS.index(prior.family.transform)
        record["family"] = records.FAMILIES.index(prior.dist)
        record["scale"] = prior.scale
        for name, number in zip(prior.family.arguments, prior.numbers, strict=True):
            record[name] = number
        record["log_constant"] = log_constant(prior) + np.log(prior.scale)
    return table


def log_constant(prior: Prior) -> float:
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


def _random_effects(design: Design, first: Mapping[str, int]) -> Records:
    grand_means = {
        effect.name: first[centre] for centre, effects in design.grand_means.items() for effect in effects
    }
    effects = random_effects(design)
    table = np.zeros(len(effects), records.RANDOM_EFFECT)
    for record, effect in zip(table, effects, strict=True):
        record["first"], record["size"] = first[effect.name], len(effect.levels)
        record["n_noncentred"] = design.n_standard_normal(effect)
        record["sd"], record["grand_mean"] = first[effect.scale], grand_means.get(effect.name, ABSENT)
    return table


def _predictor(effect: Effect) -> str:
    if effect.parameter == "exposure":
        return effect.kind
    return "residual" if effect.parameter in RESIDUALS else effect.parameter


def _centres(design: Design, first: Mapping[str, int]) -> Records:
    table = np.zeros(len(PREDICTORS), records.CENTRE)
    table["parameter"] = ABSENT
    parameters = design.spec.parameters | design.spec.scan_parameters
    if "nondisplaceable" not in parameters:
        table["fixed"][PREDICTORS.index("nondisplaceable")] = -np.inf
    for name, parameter in parameters.items():
        record = table[PREDICTORS.index(name)]
        if parameter.fixed is not None:
            with np.errstate(divide="ignore"):
                record["fixed"] = PARAMETERS[name].to_link_scale(parameter.fixed)
        elif not parameter.separate and name in design.active_parameters:
            record["parameter"] = first[PARAMETERS[name].linked_name]
    return table


def _is_term(effect: Effect) -> bool:
    """Return whether the levels are terms of a linear predictor, not kinetics."""
    return effect.kind not in ("kinetic", "kinetic_people") and effect.name != STUDY_OFFSET


def _is_sigma(effect: Effect) -> bool:
    """Return whether the levels are residual SDs, not terms of a linear predictor."""
    return effect.parameter in RESIDUALS and effect.kind == "separate"


def _noise(design: Design, first: Mapping[str, int], inputs: Mapping[str, Array]) -> pd.DataFrame:
    """Return the noise parameters of each row, and whether its exposure is below a limit."""
    table = pd.DataFrame(
        {"sigma": ABSENT, "floor": ABSENT, "fixed_sigma": 0.0, "nu": np.inf}, design.rows.index
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
                table.loc[rows, "sigma"] = first[effect.name] + inputs["index"][k][rows]
        if residual.floor is not None:
            table.loc[rows, "floor"] = first[PARAMETERS[name].floor_name]
    below = [k for k, effect in enumerate(design.effects) if effect.kind == "below"]
    return table.assign(below_loq=(inputs["weight"][below] != 0.0).any(axis=0).astype(int))


def _patterns(
    design: Design, first: Mapping[str, int], inputs: Mapping[str, Array], noise: pd.DataFrame
) -> tuple[NDArray[np.intp], Records, Records]:
    """Return the pattern of each row, the patterns, and the terms of each."""
    effects = design.effects
    starts = np.array([first.get(effect.name, 0) for effect in effects], dtype=np.int64)
    in_predictor = np.array(
        [_is_term(effect) and not (_is_sigma(effect) or effect.integrated) for effect in effects], dtype=float
    )
    weight = (inputs["weight"] * in_predictor[:, None]).T
    parameter = np.where(weight != 0.0, inputs["index"].T + starts, 0)
    fields = ["sigma", "floor", "below_loq", "simple", "fixed_sigma"]
    own_pattern = [np.arange(len(noise))[:, None]] if design.spec.pk else []  # rows differ in kinetics
    _, example_row, pattern_of_row, n_rows = np.unique(
        np.hstack([parameter, weight, noise[fields], *own_pattern]),
        axis=0,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    weight, parameter = weight[example_row], parameter[example_row]
    pattern, effect = np.nonzero(weight)
    terms = np.zeros(pattern.size, records.TERM)
    terms["parameter"], terms["weight"] = parameter[pattern, effect], weight[pattern, effect]
    codes = [PREDICTORS.index(_predictor(effect)) if _is_term(effect) else ABSENT for effect in effects]
    terms["predictor"] = np.array(codes, int)[effect]
    table = np.zeros(len(example_row), records.PATTERN)
    table["n_rows"], table["first_row"] = n_rows, np.cumsum(n_rows) - n_rows
    table["n_terms"] = (weight != 0.0).sum(axis=1)
    table["first_term"] = np.cumsum(table["n_terms"]) - table["n_terms"]
    for name in fields:
        table[name] = noise[name].to_numpy()[example_row]
    return pattern_of_row.ravel(), table, terms


def _people(
    design: Design, inputs: Mapping[str, Array], rows: Records, patterns: Records
) -> tuple[NDArray[np.intp], Records]:
    """Return the order of the rows, and the people whose deviations are integrated out.

    Fill in the weight of each row's deviation.
    """
    for k, effect in enumerate(design.effects):
        if effect.integrated:
            rows["deviation_weight"] = inputs["weight"][k]
            return _order_by_person(inputs["index"][k], rows, patterns)
    return np.argsort(rows["pattern"], kind="stable"), np.zeros(0, records.PERSON)


def _order_by_person(
    person: NDArray[np.int64], rows: Records, patterns: Records
) -> tuple[NDArray[np.intp], Records]:
    """Return the order of the rows, and the people; those with a single scan stand first, by pattern."""
    levels, first_row, n_rows = np.unique(person, return_index=True, return_counts=True)
    pattern = rows["pattern"][first_row]
    is_single = (
        (n_rows == 1) & (patterns["simple"][pattern] == 1) & (rows["deviation_weight"][first_row] == 1.0)
    )
    by_pattern = np.lexsort((pattern, ~is_single))
    people = np.zeros(len(n_rows), records.PERSON)
    people["level"], people["n_rows"] = levels[by_pattern], n_rows[by_pattern]
    people["first_row"] = np.cumsum(people["n_rows"]) - people["n_rows"]
    singles = pattern[by_pattern][: is_single.sum()]
    people["stop_of_single_scans"][: singles.size] = np.searchsorted(singles, singles, side="right")
    return np.argsort(np.argsort(by_pattern)[np.searchsorted(levels, person)], kind="stable"), people


def _range_sets(inputs: Mapping[str, Array], order: NDArray[np.intp]) -> tuple[Records, NDArray[np.int64]]:
    """Return the complete sets of ranges and the sorted rows of each, one set after the other."""
    if "range_set.set" not in inputs:
        return np.zeros(0, records.RANGE_SET), np.zeros(0, np.int64)
    set_of_row = np.asarray(inputs["range_set.set"])
    _, sizes = np.unique(set_of_row, return_counts=True)
    table = np.zeros(len(sizes), records.RANGE_SET)
    table["size"], table["first"] = sizes, np.cumsum(sizes) - sizes
    by_set = np.argsort(set_of_row, kind="stable")
    return table, np.argsort(order)[inputs["range_set.rows"][by_set]].astype(np.int64)


_ROW_FIELDS = {
    "value": "value",
    "se": "se",
    "side": "side",
    "n": "n",
    "low": "low",
    "high": "high",
    "shape": "gamma_shape",
    "variance": "sample_variance",
}
"""Numbers of `petfit.model.likelihood.inputs` and the fields of a row that hold them."""


def _rows(
    design: Design,
    inputs: Mapping[str, Array],
    noise: pd.DataFrame,
    left_out: NDArray[np.bool_] | None,
) -> Records:
    table = np.zeros(len(design.rows), records.ROW)
    for level in levels_in(design):
        rows = inputs[f"{level.name}.rows"]
        table["level"][rows] = records.LEVELS.index(level.name)
        for name, field in _ROW_FIELDS.items():
            if (key := f"{level.name}.{name}") in inputs:
                table[field][rows] = inputs[key]
    table["included"] = 1.0 if left_out is None else np.where(left_out, 0.0, 1.0)
    table["x"], table["x_high"] = inputs["x"], inputs["x_high"]
    table["deviation_share"] = 1.0 - 1.0 / inputs["n"]
    table["exposure_sd"] = inputs.get("spread", 0.0)
    table["nu"] = noise["nu"]
    table["unit_variance"] = np.where(np.isinf(noise["nu"]), 1.0, noise["nu"] / (noise["nu"] - 2.0))
    table["inverse_se"] = np.where(
        _has_level(table, *ONE_PERSON), 1.0, np.sqrt(table["n"] / table["unit_variance"])
    )
    table["constant"] = _row_constants(table)
    return table


def _has_level(rows: Records, *levels: str) -> NDArray[np.bool_]:
    return np.isin(rows["level"], [records.LEVELS.index(level) for level in levels])


def _is_simple(rows: Records, quadrature: bool) -> NDArray[np.bool_]:
    """Return which rows are one person's number or a group mean at one known exposure, with normal noise.

    They are not censored, and have no standard error of their own.
    """
    averaged = quadrature & (rows["deviation_share"] > 0.0)
    mean_only = _has_level(rows, "subject", "group") & (rows["gamma_shape"] == 0.0) & ~averaged
    same_noise = np.isinf(rows["nu"]) & (rows["se"] == 0.0)
    return np.asarray(mean_only & same_noise & (rows["x"] == rows["x_high"]))


def _needs_variance(rows: Records, quadrature: bool) -> NDArray[np.bool_]:
    """Return which rows have a density that depends on the variance between people."""
    averaged = quadrature & (rows["deviation_share"] > 0.0)
    return np.asarray((rows["gamma_shape"] > 0.0) | _has_level(rows, "extremes") | averaged)


def _row_constants(rows: Records) -> NDArray[np.float64]:
    """Return the part of each row's log density that does not depend on parameters."""
    group, extremes = _has_level(rows, "group"), _has_level(rows, "extremes")
    student = _has_level(rows, *ONE_PERSON) & np.isfinite(rows["nu"])
    constant = np.where(extremes, 0.0, -0.5 * np.log(2.0 * np.pi))
    constant[group] += np.log(rows["inverse_se"][group])
    constant[student] = [_student_constant(nu) for nu in rows["nu"][student]]
    n = rows["n"][extremes]
    constant[extremes] = np.log(n * (n - 1.0))
    has_sd = rows["gamma_shape"] > 0
    shape, variance = rows["gamma_shape"][has_sd], rows["sample_variance"][has_sd]
    with np.errstate(divide="ignore"):
        constant[has_sd] += shape * np.log(shape) + (shape - 1.0) * np.log(variance) - special.gammaln(shape)
    return constant
