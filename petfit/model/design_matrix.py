"""The design matrix in sparse form: the index of the level and the weight of each effect for each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import SpecError, nearest
from petfit.model.applies_to import applies_to
from petfit.model.effect import Effect, Level
from petfit.model.kinetics.plasma import KineticRows
from petfit.model.parameters import RESIDUALS

__all__ = ["NEW", "DesignMatrix", "design_matrix", "n_averaged"]

NEW = "\x00new"
"""Label of a new level, one without evidence: its effect is drawn from the random-effects distribution."""


@dataclass(frozen=True)
class DesignMatrix:
    """The design matrix in sparse form: each row has one level of each effect.

    Parameters
    ----------
    index, weight : array
        Shape (effects, rows): the index of the row's level, and its weight.
    given_emax : array, optional
        Emax of each row at a second target, NaN at the first one, where it is a parameter.
    kinetics : KineticRows, optional
        The dosing of the rows, and the kinetics that the model gives as numbers.
    """

    index: NDArray[np.int64]
    weight: NDArray[np.float64]
    given_emax: NDArray[np.float64] | None = None
    kinetics: KineticRows | None = None


def design_matrix(effects: Sequence[Effect], rows: pd.DataFrame) -> DesignMatrix:
    """Return the design matrix of `rows`; see `petfit.model.design.Design.matrix`."""
    pairs = [_index_and_weight(effect, rows) for effect in effects]
    empty = np.zeros((0, len(rows)))
    index = np.stack([index for index, _ in pairs]) if pairs else empty.astype(np.int64)
    return DesignMatrix(index, np.stack([weight for _, weight in pairs]) if pairs else empty)


def n_averaged(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return over how many people each row averages the deviations in log EC50.

    It is ``n``, and infinite for extremes: their density integrates over each person separately, so that
    the rows have no deviation in common.
    """
    n = rows["n"].to_numpy(float)
    return np.where(rows["level"] == "extremes", np.inf, n) if "level" in rows else n


def _index_and_weight(effect: Effect, rows: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the index and weight of one effect for each row."""
    is_relevant = applies_to(effect.parameter, rows).to_numpy(bool)
    if not effect.factors:
        return np.zeros(len(rows), dtype=np.int64), is_relevant * _covariate(effect, rows)
    columns = [rows.get(factor, pd.Series("", rows.index)) for factor in effect.factors]
    places: dict[Level, int | None] = {}
    codes: list[int | None] = []
    for relevant, level in zip(is_relevant, zip(*columns, strict=True), strict=True):
        if relevant and level not in places:
            places[level] = _level_index(effect, level)
        codes.append(places[level] if relevant else None)
    present = np.array([code is not None for code in codes], dtype=bool)
    index = np.array([code or 0 for code in codes], dtype=np.int64)
    if effect.kind == "error":
        return index, present * rows.get("exposure_error", pd.Series(0.0, rows.index)).to_numpy(float)
    if effect.kind in ("people", "kinetic_people"):
        return index, present / np.sqrt(n_averaged(rows))
    return index, present * (_covariate(effect, rows) if effect.kind == "slope" else np.ones(len(rows)))


def _covariate(effect: Effect, rows: pd.DataFrame) -> NDArray[np.float64]:
    column, centre = effect.covariate
    values = rows.get(column, pd.Series(np.nan, rows.index)).to_numpy(float)
    return np.where(np.isnan(values), 0.0, values - centre)


def _level_index(effect: Effect, level: Level) -> int | None:
    """Return the index of a level; None if its effect is 0."""
    factor, reference = effect.reference
    if factor and level[effect.factors.index(factor)] == reference:
        return None
    named, label = ":".join(effect.factors), ":".join(level)
    if "" in level:
        if effect.kind == "separate" and effect.parameter not in RESIDUALS:
            raise SpecError(
                f"{effect.parameter} is separate by {named}: say which, one of {', '.join(effect.labels)}"
            )
        return None
    if effect.kind == "kinetic" or (effect.kind == "kinetic_people" and NEW not in level):
        return effect.level_index.get(level)
    if NEW in level:
        if not effect.has_new_level:
            raise SpecError(
                f"{effect.name} is not partially pooled, so that a new {named} cannot be predicted"
            )
        return len(effect.levels)
    if level not in effect.level_index:
        if effect.scale and len(level) > 1:
            return len(effect.levels)
        raise SpecError(f"the fit holds no {named} {label!r}. {nearest(label, effect.labels)}")
    return effect.level_index[level]
