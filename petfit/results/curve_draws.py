"""Posterior draws of each drug's curve, from which every other answer is computed.

Each answer records whom it is for, and at which region, tracer and regimen. Every draw counts, including
those with an infinite dose because Emax lies below the occupancy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import PetfitError, nearest
from petfit.fit import At, Fit
from petfit.model.design import NEW, Design
from petfit.model.effects import Effect
from petfit.model.linear_predictor import curve_parameters_by_row, row_kinetics
from petfit.model.ops import NUMPY
from petfit.model.parameters import SCAN_PARAMETERS, competitor_name
from petfit.results.answer_dosing import DOSING, read_dosing
from petfit.results.drug_curves import CurveDraws
from petfit.results.ec50_ratio import affinity_ratio, is_second_target, log_ratio_draws
from petfit.results.plasma_curves import PlasmaCurves
from petfit.results.populations import NEW_FACTOR, PREDICT_FOR, can_predict_for
from petfit.results.scan_times import scan_times

__all__ = [
    "as_list",
    "check_doses",
    "curve_draws",
    "drug_names",
    "with_new_level",
]

_PLURAL = {"person": "people", "study": "studies", "drug": "drugs"}
_TABLE = {"person": "[ec50.people]", "study": "[ec50.study]", "drug": "[ec50.drug]"}


def curve_draws(
    fit: Fit, predict_for: str = "typical", drugs: Iterable[str] | None = None, *, at: At | None = None
) -> CurveDraws:
    """Return draws of the curve of each drug.

    Parameters
    ----------
    fit : Fit
        A fit.
    predict_for : {"typical", "new_subject", "new_study", "new_drug"}
        ``typical``: a typical person in a typical study (random effects 0). ``new_subject``: one more
        person. ``new_study``: one more study; a prediction for a study, not a dose to give. ``new_drug``:
        one more drug, in reference doses.
    drugs : iterable of str, optional
        Drugs of the fit; all of them if not given.
    at : mapping of str to str or float, optional
        Levels of factors and values of covariates, which override the model's ``answers_for``; exposures to
        competitors, in the unit of their column; and a second ``target`` of the model, whose competitors are
        unknown and left out. Drugs without affinities to it are left out as well.

    Returns
    -------
    CurveDraws
        Draws of each curve parameter.

    Raises
    ------
    PetfitError
        If the fit does not know the drug, factor or level, or its model cannot predict for `predict_for`.

    Examples
    --------
    >>> curve_draws(fit).parameters["ec50"].shape  # chain, draw, drug
    (4, 250, 2)
    """
    design, at = fit.design, dict(at or {})
    dosing = None
    if fit.spec.pk:
        dosing, at = read_dosing(at)
    elif asked := [name for name in DOSING if name in at and name not in design.spec.columns]:
        raise PetfitError(
            f"{asked[0]}: the model has no kinetics, so its answers are for the times of its scans "
            f"({scan_times(design) or 'not told apart'}). Fit a model with kinetics, such as ssri_pk."
        )
    _check_predict_for(design, predict_for, at)
    target = str(at.pop("target")) if "target" in at and "target" not in fit.spec.factors else ""
    second = target if target and is_second_target(fit, target) else ""
    names = _names(fit, predict_for, drugs, second)
    conditions = _conditions(design, at)
    rows = pd.DataFrame([{**conditions, "drug": name, "person": "", "n": 1.0} for name in names])
    if predict_for in NEW_FACTOR:
        rows[NEW_FACTOR[predict_for]] = NEW
    if dosing is not None:
        rows = rows.join(dosing.rows(fit.spec, names))
    draws = fit.posterior | {effect.name: with_new_level(fit, effect) for effect in design.effects}
    matrix = design.matrix(rows)
    parameters = curve_parameters_by_row(NUMPY, design, draws, matrix)
    shape = (*design.draw_shape(fit.posterior), len(names))
    full = {name: np.broadcast_to(np.asarray(values, float), shape) for name, values in parameters.items()}
    references = [
        design.reference_doses[name].value if name in design.reference_doses else 1.0 for name in names
    ]
    full["ec50"] = full["ec50"] * np.array(references)
    competing = _competing(fit, conditions)
    if target:
        conditions["target"] = target
    if second:
        ratios = np.stack([log_ratio_draws(fit, name, second) for name in names], axis=-1)
        emax = np.full(shape, fit.spec.selectivity[second].emax)
        full |= {"ec50": full["ec50"] * np.exp(ratios), "emax": emax}
        competing = np.zeros_like(competing)
    units = tuple(design.exposure_unit(name, str(conditions.get("regimen", ""))) for name in names)
    omega = np.broadcast_to(draws["omega"][..., None] if "omega" in draws else 0.0, shape)
    given = (design, names, units, full, predict_for, conditions, competing, omega)
    if dosing is None or matrix.kinetics is None:
        return CurveDraws(*given)
    return PlasmaCurves(*given, matrix.kinetics, row_kinetics(design, draws, matrix), dosing)


def _competing(fit: Fit, conditions: Mapping[str, str | float]) -> NDArray[np.float64]:
    total = np.zeros(fit.design.draw_shape(fit.posterior))
    for name in fit.spec.competition:
        total = total + float(conditions[name]) / np.exp(fit.posterior[competitor_name(name)])
    return total[..., None]


def as_list(values: float | Iterable[float]) -> list[float]:
    """Return one number or several as a list.

    Examples
    --------
    >>> as_list(0.8), as_list([0.5, 0.8])
    ([0.8], [0.5, 0.8])
    """
    return [float(value) for value in np.atleast_1d(np.asarray(values, float))]


def check_doses(dose: float | Iterable[float]) -> list[float]:
    """Return doses as a list.

    Raises
    ------
    PetfitError
        If a dose is negative, infinite or missing.

    Examples
    --------
    >>> check_doses(20)
    [20.0]
    """
    doses = as_list(dose)
    for value in doses:
        if not (value >= 0 and np.isfinite(value)):
            raise PetfitError(f"a dose must be 0 or more, not {value:g}")
    return doses


def _check_predict_for(design: Design, predict_for: str, at: Mapping[str, str | float]) -> None:
    if predict_for not in PREDICT_FOR:
        raise PetfitError(
            f"predict_for must be one of {', '.join(PREDICT_FOR)}, not {predict_for!r}. "
            f"{nearest(predict_for, PREDICT_FOR)}"
        )
    factor = NEW_FACTOR.get(predict_for, "")
    if predict_for == "new_drug" and len(design.drugs) < 2:
        raise PetfitError(f"new_drug: the fit has one drug, {design.drugs[0]}. Ask for it.")
    if not can_predict_for(design, predict_for):
        raise PetfitError(
            f"{predict_for}: the model has no differences between {_PLURAL[factor]} to draw a new {factor} "
            f"from. Ask for a typical one, or add the table {_TABLE[factor]} to the model."
        )
    if factor in at:
        raise PetfitError(
            f"{predict_for}: a new {factor} cannot be {at[factor]!r}. Ask for one or the other."
        )


def _names(fit: Fit, predict_for: str, drugs: Iterable[str] | None, second: str) -> tuple[str, ...]:
    if predict_for == "new_drug":
        if second:
            raise PetfitError(f"new_drug: nothing is known of the affinity of a new drug to {second}.")
        if drugs is not None:
            raise PetfitError(f"new_drug: a new drug cannot be {', '.join(drugs)}. Ask for one or the other.")
        return (NEW,)
    if second and drugs is None:
        known = tuple(name for name in fit.design.drugs if affinity_ratio(fit, name, second))
        drugs = known or fit.design.drugs  # without any, the first one is refused by name
    return drug_names(fit.design, drugs)


def drug_names(design: Design, drugs: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the requested drugs, or all drugs of the fit if None.

    Raises
    ------
    PetfitError
        If the fit has no such drug.

    Examples
    --------
    >>> drug_names(fit.design)
    ('A', 'B')
    """
    names = design.drugs if drugs is None else tuple(drugs)
    for name in names:
        if name not in design.drugs:
            raise PetfitError(f"the fit has no drug {name!r}. {nearest(name, design.drugs)}")
    return names


def _conditions(design: Design, at: Mapping[str, str | float]) -> dict[str, str | float]:
    """Return every factor and covariate: as asked for, else as the model says, else typical."""
    covariates = {column: covariate.centre for _, column, covariate in design.spec.covariates()}
    curve_effects = [effect for effect in design.effects if effect.parameter not in SCAN_PARAMETERS]
    factors = {factor for effect in curve_effects for factor in effect.factors}
    factors -= {"drug", "person", "dose_range"}
    conditions: dict[str, str | float] = {
        **covariates,
        **dict.fromkeys(design.spec.competition, 0.0),
        **design.spec.answers_for,
    }
    known = factors | conditions.keys()
    for name, level in at.items():
        if name not in known:
            raise PetfitError(f"the model has no factor {name!r}. {nearest(name, known)}")
        is_number = name in covariates or name in design.spec.competition
        conditions[name] = _number(name, level) if is_number else _known_level(design, name, str(level))
        if name in design.spec.competition and float(conditions[name]) < 0:
            raise PetfitError(f"{name} is an exposure and must be 0 or more, not {level}")
    typical = dict.fromkeys(sorted(factors - conditions.keys()), "")
    return {name: conditions[name] for name in sorted(conditions)} | typical


def _known_level(design: Design, factor: str, level: str) -> str:
    levels = set(design.rows[factor])
    if level not in levels:
        raise PetfitError(f"the fit has no {factor} {level!r}. {nearest(level, levels)}")
    return level


def _number(name: str, value: str | float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise PetfitError(f"{name} must be a number in this model, not {value!r}")
    return number


def with_new_level(fit: Fit, effect: Effect) -> NDArray[np.float64]:
    """Return draws of an effect's levels, followed by a new level if the effect is partially pooled.

    Parameters
    ----------
    fit : Fit
        A fit.
    effect : Effect
        One of its effects.

    Returns
    -------
    array
        Chain, draw, level.
    """
    draws = fit.posterior[effect.name]
    if not effect.has_new_level:
        return draws
    new = fit.new_level_effects[effect.name] * (fit.posterior[effect.scale] if effect.scale else 1.0)
    return np.concatenate([draws, new[..., None]], axis=-1)
