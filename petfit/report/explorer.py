"""What the page needs to answer questions by itself: the draws of the curve, and where they are found.

The page adds up the same terms as `petfit.model.design.Design.parameters`: a centre, and for each effect the draws
of the level that a question names. Every draw is there.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import SpecError
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.model.design import NEW
from petfit.model.effects import LINKED, Effect
from petfit.model.specification import SCAN_PARAMETERS
from petfit.results import answers, formatting, scan_occupancy
from petfit.results.summary import tested_range

__all__ = ["explorer"]

_NOT_ASKED = frozenset({"drug", "person", "study", "cohort", "subject", "dose_range"})
"""Factors that stay at their typical level, or are new."""

_MOST_LEVELS = 12
_BETWEEN = "\x1f"
_CURVES = ("emax", "sigmoid_emax")


@dataclass
class _Columns:
    """Draws that the page gets, each once."""

    kept: list[NDArray[np.float32]] = field(default_factory=list)
    places: dict[tuple[str, int, float], int] = field(default_factory=dict)

    def add(self, name: str, draws: NDArray[np.float64], index: int = -1, weight: float = 1.0) -> int:
        key = (name, index, weight)
        if key not in self.places:
            values = draws if index < 0 else draws[..., index]
            self.places[key] = len(self.kept)
            self.kept.append((weight * values).reshape(-1).astype("<f4"))
        return self.places[key]

    @property
    def encoded(self) -> str:
        return base64.b64encode(np.concatenate(self.kept).tobytes() if self.kept else b"").decode()


def explorer(fit: Fit) -> dict[str, Any]:
    """Return what the page's explorer needs, as JSON can hold it; or ``exclusion_reason``, why there is none.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    dict
        The draws in single precision, in base64; for each parameter its link, its centre and, by effect and
        level, the place of its draws; the drugs, whose answers there are, the factors with their levels.
    """
    design = fit.design
    if design.curve.name not in _CURVES:
        return {"exclusion_reason": f"it does not know the curve {design.curve.name}."}
    columns = _Columns()
    usual = answers.curves(fit)
    parameters = {name: _parameter(fit, name, columns, usual.at) for name in fit.spec.parameters}
    competing = columns.add("competing", usual.competing[..., 0]) if usual.competing.any() else -1
    made = scan_occupancy.occupancies(fit)["median"]
    offered = {name: levels for name, levels in _levels(fit, usual.at).items() if len(levels) > 1}
    return {
        "exclusion_reason": "",
        "exposure": fit.spec.exposure_words,
        "parameters": parameters,
        "competing": competing,
        "whose": {
            predict_for: said
            for predict_for, said in formatting.WHOSE.items()
            if answers.has_differences(design, predict_for)
        },
        "factors": {name: levels for name, levels in offered.items() if len(levels) <= _MOST_LEVELS},
        "fixed": _fixed(usual, offered),
        "usual": {name: str(level) for name, level in usual.at.items()},
        "drugs": {drug: _drug(fit, drug, made) for drug in design.drugs},
        "regimen": design.usual_regimen,
        "new": NEW,
        "between": _BETWEEN,
        "draws": int(np.prod(design.leading(fit.posterior))),
        "columns": columns.encoded,
    }


def _parameter(fit: Fit, name: str, columns: _Columns, at: dict[str, str | float]) -> dict[str, Any]:
    """Return how one parameter is added up."""
    parameter = fit.spec.parameters[name]
    if parameter.fixed is not None:
        return {"fixed": parameter.fixed}
    centre = -1 if parameter.separate else columns.add(LINKED[name], fit.posterior[LINKED[name]])
    effects = [one for one in fit.design.effects if one.parameter == name]
    return {
        "link": "logit" if name == "emax" else "log",
        "centre": centre,
        "effects": [_effect(fit, one, columns, at) for one in effects],
    }


def _effect(fit: Fit, effect: Effect, columns: _Columns, at: dict[str, str | float]) -> dict[str, Any]:
    """Return where the page finds the draws of an effect, by the levels of its factors.

    A place of -1 is an effect of 0; a level that is not named cannot be asked for.
    """
    draws = answers.with_new_level(fit, effect)
    alone = replace(fit.design, known=(effect,))
    places = {}
    for levels in itertools.product(*(_asked(fit, factor, at) for factor in effect.factors)):
        question = {**at, "person": "", "n": 1.0, **dict(zip(effect.factors, levels, strict=True))}
        try:
            matrix = alone.matrix(pd.DataFrame([question]))
        except SpecError:
            continue
        index, weight = int(matrix.index[0, 0]), float(matrix.weight[0, 0])
        places[_BETWEEN.join(levels)] = columns.add(effect.name, draws, index, weight) if weight else -1
    return {"factors": list(effect.factors), "places": places}


def _asked(fit: Fit, factor: str, at: dict[str, str | float]) -> list[str]:
    """Return the levels of a factor that a question of the page may name."""
    if factor == "drug":
        return [*fit.design.drugs, NEW]
    if factor in ("person", "study"):
        return ["", NEW]
    usual = str(at.get(factor, ""))
    if factor in _NOT_ASKED:
        return [usual]
    levels = [usual, *sorted(set(fit.design.rows[factor]) - {usual})]
    return levels if len(levels) <= _MOST_LEVELS else [usual]


def _levels(fit: Fit, at: dict[str, str | float]) -> dict[str, list[str]]:
    """Return the levels, the usual one first, of each factor of the curve that may be asked for."""
    of_curve = [effect for effect in fit.design.effects if effect.parameter not in SCAN_PARAMETERS]
    factors = {factor for effect in of_curve for factor in effect.factors} & at.keys()
    return {
        factor: [str(at[factor]), *sorted(set(fit.design.rows[factor]) - {str(at[factor])})]
        for factor in sorted(factors - _NOT_ASKED)
    }


def _fixed(usual: answers.Curves, offered: dict[str, list[str]]) -> str:
    """Say at which levels the explorer stays, and which it does not offer."""
    said = [f"{name} stays at {level:g}" for name, level in usual.at.items() if isinstance(level, float)]
    said += [
        f"{name} stays at {usual.at[name] or 'its typical level'}, as it has {len(levels)} levels"
        for name, levels in offered.items()
        if len(levels) > _MOST_LEVELS
    ]
    return "; ".join(said)


def _drug(fit: Fit, drug: str, made: pd.Series) -> dict[str, Any]:
    """Return the unit, the reference, the exposures tested and the evidence of a drug."""
    reference = fit.design.references[drug]
    regimens = {"", *fit.design.rows["regimen"], fit.design.usual_regimen}
    tested = {one: tested_range(fit.design, drug, one) for one in sorted(regimens)}
    return {
        "unit": reference.unit,
        "reference": reference.value,
        "tested": {one: list(ends) for one, ends in tested.items() if not np.isnan(ends[0])},
        "evidence": list(_evidence(fit, drug, made)),
    }


def _evidence(fit: Fit, drug: str, made: pd.Series) -> Iterator[list[float]]:
    """Yield the exposure and the ends of each fitted number of a drug, a scan by its derived occupancy."""
    rows = fit.design.rows[applies_to("ec50", fit.design.rows)]
    for where, row in rows[rows["drug"] == drug].iterrows():
        middle = float(made[str(where)]) if row["level"] == "scan" else float(row["value"])
        ends = (row["low"], row["high"]) if np.isnan(middle) else (middle, middle)
        exposure = float(np.sqrt(row["exposure_low"] * row["exposure_high"]))
        yield [exposure, *(float(end) for end in ends)]
