"""The doses of the rows and the kinetics of their drugs, as the compiled code sees them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.records import ABSENT, KINETICS, QUANTITIES, Records
from petfit.model.design import Design
from petfit.model.effect import STUDY_OFFSET
from petfit.model.kinetics.drug_kinetics import PEOPLE_PARAMETERS
from petfit.model.kinetics.one_compartment import finite_duration
from petfit.model.ops import NUMPY, Array

__all__ = ["kinetic_records"]

_OF_FIRST_DOSE = ("first_half_life", "first_bioavailability")


def kinetic_records(
    design: Design,
    first: Mapping[str, int],
    inputs: Mapping[str, Array],
    has_variance: NDArray[np.bool_],
    order: NDArray[np.intp],
) -> Records:
    """Return one record for each row, or none if the model has no kinetics.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    first : mapping of str to int
        The first free parameter of every scalar and effect.
    inputs : mapping of str to array
        See `petfit.model.likelihood.inputs`.
    has_variance : array of bool
        Rows whose density depends on the variance between people.
    order : array of int
        The order of the rows.
    """
    rows = design.fitted_matrix.kinetics
    if rows is None:
        return np.zeros(0, KINETICS)
    table = np.zeros(len(design.rows), KINETICS)
    is_single, x = rows.n_doses == 1.0, np.asarray(inputs["x"], float)
    table["is_dose"], table["has_variance"] = rows.is_dose, has_variance & rows.is_dose
    table["time"], table["interval"] = rows.time, rows.interval
    table["duration"] = finite_duration(NUMPY, rows.interval, rows.n_doses)
    with np.errstate(divide="ignore"):
        table["log_dose"] = np.log(x * np.where(is_single, 1.0, rows.interval / 24.0))
    table["log_dose_over_reference"] = np.log(np.where(x > 0, x, rows.reference) / rows.reference)
    for name in ("clearance", "volume"):
        table[f"gives_{name}"] = rows.is_given[name]
    table["gives_power"] = rows.is_given["power"] & ~is_single
    for name in _OF_FIRST_DOSE:
        table[f"gives_{name}"] = rows.is_given[name] & is_single
    table["parameter"], table["person"], table["study"] = ABSENT, ABSENT, ABSENT
    for q, name in enumerate(QUANTITIES):
        table["number"][:, q] = rows.numbers[name]
    for p, name in enumerate(PEOPLE_PARAMETERS):
        table["people_sd"][:, p] = rows.people_sd[name]
    for k, effect in enumerate(design.effects):
        weight = np.asarray(inputs["weight"][k])
        parameter = np.where(weight != 0.0, first.get(effect.name, 0) + inputs["index"][k], ABSENT)
        if effect.kind == "kinetic":
            table["parameter"][:, QUANTITIES.index(effect.name)] = parameter
        if effect.kind == "kinetic_people":
            table["person"][:, PEOPLE_PARAMETERS.index(effect.name.removesuffix("_person"))] = parameter
            table["person_weight"] = np.where(weight != 0.0, weight, table["person_weight"])
        if effect.name == STUDY_OFFSET:
            table["study"] = parameter
    if "sample.share" in inputs and design.spec.plasma is not None:
        table["share"], table["is_below_loq"] = inputs["sample.share"], inputs["sample.below"]
        table["log_measured"] = inputs["sample.log_measured"]
        table["assay_sd"] = np.sqrt(np.log1p(design.spec.plasma.assay_cv**2))
    return table[order]
