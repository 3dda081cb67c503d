"""The data of the explorer: the posterior draws from which the page computes its answers.

The script adds the same terms as `petfit.model.design.Design.parameters`: a centre and, for each effect, the
draws of the requested level. No draw is left out.
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
from petfit.model.design import NEW
from petfit.model.effect import Effect
from petfit.model.parameters import PARAMETERS, SCAN_PARAMETERS
from petfit.results.curve_draws import curve_draws, with_new_level
from petfit.results.drug_curves import CurveDraws
from petfit.results.populations import PREDICT_FOR, can_predict_for, population
from petfit.results.scan_occupancy import scan_occupancy
from petfit.results.tested_range import tested_range

__all__ = ["explorer"]

_NOT_OFFERED = frozenset({"drug", "person", "study", "cohort", "subject", "dose_range"})
"""Factors that cannot be chosen: they stay at their typical level, or the level is new."""

_MAX_LEVELS = 12
_SEPARATOR = "\x1f"
_CURVES = ("emax", "sigmoid_emax")


@dataclass
class _DrawColumns:
    """The columns of draws on the page, without duplicates."""

    columns: list[NDArray[np.float32]] = field(default_factory=list)
    numbers: dict[tuple[str, int, float], int] = field(default_factory=dict)

    def add(self, name: str, draws: NDArray[np.float64], index: int = -1, weight: float = 1.0) -> int:
        """Add a column, if it is not there yet, and return its number."""
        key = (name, index, weight)
        if key not in self.numbers:
            values = draws if index < 0 else draws[..., index]
            self.numbers[key] = len(self.columns)
            self.columns.append((weight * values).reshape(-1).astype("<f4"))
        return self.numbers[key]

    @property
    def encoded(self) -> str:
        """All columns in base64."""
        return base64.b64encode(np.concatenate(self.columns).tobytes() if self.columns else b"").decode()


def explorer(fit: Fit) -> dict[str, Any]:
    """Return the data of the explorer, for JSON; ``unavailable`` is the reason where there is none.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    dict
        The draws in single precision, in base64; for each parameter its link, its centre and, by effect and
        level, the number of the column of its draws; the drugs; what predictions can be for; the factors with
        their levels.
    """
    design = fit.design
    if design.curve.name not in _CURVES:
        return {"unavailable": f"the explorer does not support the curve {design.curve.name}."}
    columns = _DrawColumns()
    typical = curve_draws(fit)
    parameters = {name: _parameter(fit, name, columns, typical.at) for name in fit.spec.parameters}
    competing = columns.add("competing", typical.competing[..., 0]) if typical.competing.any() else -1
    derived = scan_occupancy(fit)["median"]
    factors = {name: levels for name, levels in _levels(fit, typical.at).items() if len(levels) > 1}
    return {
        "unavailable": "",
        "kind": "explorer",
        "exposure": fit.spec.exposure_words,
        "parameters": parameters,
        "competing": competing,
        "predict_for": {
            predict_for: population(design, predict_for)
            for predict_for in PREDICT_FOR
            if can_predict_for(design, predict_for)
        },
        "factors": {name: levels for name, levels in factors.items() if len(levels) <= _MAX_LEVELS},
        "fixed": _fixed_levels(typical, factors),
        "typical": {name: str(level) for name, level in typical.at.items()},
        "drugs": {drug: _drug(fit, drug, derived) for drug in design.drugs},
        "regimen": design.usual_regimen,
        "new": NEW,
        "separator": _SEPARATOR,
        "draws": int(np.prod(design.draw_shape(fit.posterior))),
        "columns": columns.encoded,
    }


def _parameter(fit: Fit, name: str, columns: _DrawColumns, at: dict[str, str | float]) -> dict[str, Any]:
    """Return the terms of one parameter."""
    parameter = fit.spec.parameters[name]
    if parameter.fixed is not None:
        return {"fixed": parameter.fixed}
    info = PARAMETERS[name]
    centre = -1 if parameter.separate else columns.add(info.linked_name, fit.posterior[info.linked_name])
    effects = [effect for effect in fit.design.effects if effect.parameter == name]
    return {
        "link": info.link,
        "centre": centre,
        "effects": [_effect(fit, effect, columns, at) for effect in effects],
    }


def _effect(fit: Fit, effect: Effect, columns: _DrawColumns, at: dict[str, str | float]) -> dict[str, Any]:
    """Return the number of the column of an effect, by the levels of its factors.

    The number -1 stands for an effect of 0. Levels that are missing cannot be requested.
    """
    draws = with_new_level(fit, effect)
    single_effect_design = replace(fit.design, given_effects=(effect,))
    numbers = {}
    for levels in itertools.product(*(_offered_levels(fit, factor, at) for factor in effect.factors)):
        question = {**at, "person": "", "n": 1.0, **dict(zip(effect.factors, levels, strict=True))}
        try:
            matrix = single_effect_design.matrix(pd.DataFrame([question]))
        except SpecError:
            continue
        index, weight = int(matrix.index[0, 0]), float(matrix.weight[0, 0])
        numbers[_SEPARATOR.join(levels)] = columns.add(effect.name, draws, index, weight) if weight else -1
    return {"factors": list(effect.factors), "columns": numbers}


def _offered_levels(fit: Fit, factor: str, at: dict[str, str | float]) -> list[str]:
    """Return the levels of a factor that a question may contain."""
    if factor == "drug":
        return [*fit.design.drugs, NEW]
    if factor in ("person", "study"):
        return ["", NEW]
    if factor in _not_offered(fit):
        return [str(at.get(factor, ""))]
    levels = _typical_first(fit, factor, at)
    return levels if len(levels) <= _MAX_LEVELS else levels[:1]


def _typical_first(fit: Fit, factor: str, at: dict[str, str | float]) -> list[str]:
    typical = str(at.get(factor, ""))
    return [typical, *sorted(set(fit.design.rows[factor]) - {typical})]


def _not_offered(fit: Fit) -> frozenset[str]:
    """Return the factors that cannot be chosen; the page answers for the first target."""
    return _NOT_OFFERED | ({"target"} if fit.spec.selectivity else set())


def _levels(fit: Fit, at: dict[str, str | float]) -> dict[str, list[str]]:
    """Return the levels of each factor of the curve that can be chosen, the typical one first."""
    curve_effects = [effect for effect in fit.design.effects if effect.parameter not in SCAN_PARAMETERS]
    factors = {factor for effect in curve_effects for factor in effect.factors} & at.keys()
    return {factor: _typical_first(fit, factor, at) for factor in sorted(factors - _not_offered(fit))}


def _fixed_levels(typical: CurveDraws, factors: dict[str, list[str]]) -> str:
    """Describe the covariates and factors that cannot be changed."""
    fixed = [
        f"{name} is fixed at {level:g}" for name, level in typical.at.items() if isinstance(level, float)
    ]
    fixed += [
        f"{name} is fixed at {typical.at[name] or 'its typical level'} because it has {len(levels)} levels"
        for name, levels in factors.items()
        if len(levels) > _MAX_LEVELS
    ]
    return "; ".join(fixed)


def _drug(fit: Fit, drug: str, derived: pd.Series) -> dict[str, Any]:
    """Return the unit, reference, tested exposures and evidence of a drug."""
    reference = fit.design.reference_doses[drug]
    regimens = {"", *fit.design.rows["regimen"], fit.design.usual_regimen}
    tested = {regimen: tested_range(fit.design, drug, regimen, "") for regimen in sorted(regimens)}
    return {
        "unit": reference.unit,
        "reference": reference.value,
        "tested": {regimen: list(ends) for regimen, ends in tested.items() if not np.isnan(ends[0])},
        "evidence": list(_evidence(fit, drug, derived)),
    }


def _evidence(fit: Fit, drug: str, derived: pd.Series) -> Iterator[list[float]]:
    """Yield exposure, low and high of each fitted value of a drug, a scan with its derived occupancy.

    A censored value reaches from its limit to 0 or to 1.
    """
    rows = fit.design.rows_at()
    for place, row in rows[rows["drug"] == drug].iterrows():
        middle = float(derived[str(place)]) if row["level"] == "scan" else float(row["value"])
        ends = (row["low"], row["high"]) if np.isnan(middle) else (middle, middle)
        if row["censored"]:
            ends = (min(middle, 0.0), middle) if row["censored"] == "below" else (middle, max(middle, 1.0))
        exposure = float(np.sqrt(row["exposure_low"] * row["exposure_high"]))
        yield [exposure, *(float(end) for end in ends)]
