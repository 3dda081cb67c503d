"""A model as arrays of records, which the compiled code reads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel import records
from petfit.inference.kernel.kinetic_records import kinetic_records
from petfit.inference.kernel.person_records import person_records
from petfit.inference.kernel.predictor_records import centre_records, pattern_records, random_effect_records
from petfit.inference.kernel.prior_records import prior_records
from petfit.inference.kernel.records import ABSENT, Records
from petfit.inference.kernel.row_noise import noise_of_rows
from petfit.inference.kernel.row_records import is_simple, needs_variance, range_set_records, row_records
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.free_parameters import parameters_with_priors, random_effects
from petfit.model.likelihood.log_likelihood import levels_in
from petfit.model.parameters import competitor_name

__all__ = ["ModelArrays", "is_supported", "model_arrays"]


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
        and not any(kinetics.delay for kinetics in design.spec.pk.values())
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
    noise = noise_of_rows(design, first, inputs)
    rows = row_records(design, inputs, noise, left_out)
    simple = is_simple(rows, quadrature) & (noise["floor"] == ABSENT).to_numpy()
    simple &= hill_is_one and not design.spec.competition and not design.spec.pk
    pattern_of_row, patterns, terms = pattern_records(
        design, first, inputs, noise.assign(simple=simple.astype(int))
    )
    rows["pattern"] = pattern_of_row
    order, people = person_records(design, inputs, rows, patterns)
    range_sets, range_set_rows = range_set_records(inputs, order)
    columns = [competitor.column for competitor in design.spec.competition.values()]
    return ModelArrays(
        priors=prior_records(design),
        random_effects=random_effect_records(design, first),
        centres=centre_records(design, first),
        patterns=patterns,
        terms=terms,
        rows=rows[order],
        people=people,
        range_sets=range_sets,
        range_set_rows=range_set_rows,
        competitors=np.array([first[competitor_name(name)] for name in design.spec.competition], np.int64),
        competitor_exposures=design.rows[columns].to_numpy(float)[order].ravel(),
        kinetics=kinetic_records(design, first, inputs, needs_variance(rows, quadrature), order),
        omega=first.get("omega", ABSENT),
        hill_is_one=hill_is_one,
        quadrature=quadrature,
    )


def _first_parameters(design: Design) -> dict[str, int]:
    """Return the first free parameter of every scalar and effect."""
    sizes = {name: len(priors) for name, priors in parameters_with_priors(design)}
    sizes |= {effect.name: len(effect.levels) for effect in random_effects(design)}
    starts = np.cumsum([0, *sizes.values()])
    return {name: int(start) for name, start in zip(sizes, starts, strict=False)}
