"""The linear predictors as the compiled code sees them: centres, random effects, terms by pattern."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.inference.kernel import records
from petfit.inference.kernel.records import ABSENT, PREDICTORS, Records
from petfit.inference.kernel.row_noise import is_sigma
from petfit.model.design import Design
from petfit.model.effect import STUDY_OFFSET, Effect
from petfit.model.free_parameters import random_effects
from petfit.model.ops import Array
from petfit.model.parameters import PARAMETERS, RESIDUALS

__all__ = ["centre_records", "pattern_records", "random_effect_records"]


def random_effect_records(design: Design, first: Mapping[str, int]) -> Records:
    """Return one record for each random effect: its parameters, its SD, its centre."""
    grand_means = {
        effect.name: first[centre] for centre, effects in design.grand_means.items() for effect in effects
    }
    effects = random_effects(design)
    table = np.zeros(len(effects), records.RANDOM_EFFECT)
    for record, effect in zip(table, effects, strict=True):
        record["first"], record["size"] = first[effect.name], len(effect.levels)
        record["n_noncentred"] = design.n_standard_normal(effect)
        record["sd"], record["grand_mean"] = first[effect.scale], grand_means.get(effect.name, ABSENT)
        record["evidence_sd"] = effect.evidence_sd
    return table


def _predictor(effect: Effect) -> str:
    if effect.parameter == "exposure":
        return effect.kind
    return "residual" if effect.parameter in RESIDUALS else effect.parameter


def centre_records(design: Design, first: Mapping[str, int]) -> Records:
    """Return one record for each linear predictor: its free parameter, or its fixed number."""
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


def pattern_records(
    design: Design, first: Mapping[str, int], inputs: Mapping[str, Array], noise: pd.DataFrame
) -> tuple[NDArray[np.intp], Records, Records]:
    """Return the pattern of each row, the patterns, and the terms of each."""
    effects = design.effects
    starts = np.array([first.get(effect.name, 0) for effect in effects], dtype=np.int64)
    in_predictor = np.array(
        [_is_term(effect) and not (is_sigma(effect) or effect.integrated) for effect in effects], dtype=float
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
