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
from petfit.model.design import NEW, Design, DesignMatrix, Draws
from petfit.model.effect import Effect
from petfit.model.linear_predictor import curve_parameters_by_row, row_kinetics
from petfit.model.ops import NUMPY
from petfit.model.parameters import SCAN_PARAMETERS, competitor_name
from petfit.results.answer_dosing import DOSING, read_dosing
from petfit.results.arguments import as_conditions, drug_names, read_number
from petfit.results.drug_curves import CurveDraws
from petfit.results.ec50_ratio import affinity_ratio, at_second_target, is_second_target
from petfit.results.plasma_curves import PlasmaCurves
from petfit.results.populations import NEW_FACTOR, check_predict_for
from petfit.results.scan_times import scan_times

__all__ = ["curve_draws", "with_new_level"]


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
    design, at = fit.design, as_conditions(at)
    dosing = None
    if fit.spec.pk:
        dosing, at = read_dosing(at)
    elif asked := [name for name in DOSING if name in at and name not in design.spec.columns]:
        raise PetfitError(
            f"{asked[0]}: the model has no kinetics, so its answers are for the times of its scans "
            f"({scan_times(design) or 'not told apart'}). Fit a model with kinetics, such as ssri_pk."
        )
    check_predict_for(design, predict_for, at)
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
    shape = (*design.draw_shape(fit.posterior), len(names))
    omega = draws["omega"][..., None] if "omega" in draws else 0.0
    curves = CurveDraws(
        fit=fit,
        drugs=names,
        units=tuple(design.exposure_unit(name, str(conditions.get("regimen", ""))) for name in names),
        parameters=_parameters(design, draws, matrix, names),
        predict_for=predict_for,
        at=conditions | ({"target": target} if target else {}),
        competing=_competing(fit, conditions),
        omega=np.broadcast_to(omega, shape),
    )
    if dosing is not None and matrix.kinetics is not None:
        kinetics = row_kinetics(design, draws, matrix)
        curves = PlasmaCurves(**vars(curves), rows=matrix.kinetics, kinetics=kinetics, dosing=dosing)
    return at_second_target(fit, curves, second) if second else curves


def _parameters(
    design: Design, draws: Draws, matrix: DesignMatrix, names: tuple[str, ...]
) -> dict[str, NDArray[np.float64]]:
    """Return draws of the parameters of the curve: chain, draw, drug; EC50 in the unit of each drug."""
    shape = (*design.draw_shape(draws), len(names))
    by_drug = curve_parameters_by_row(NUMPY, design, draws, matrix)
    parameters = {name: np.broadcast_to(np.asarray(values, float), shape) for name, values in by_drug.items()}
    known = design.reference_doses
    references = [known[name].value if name in known else 1.0 for name in names]
    return parameters | {"ec50": parameters["ec50"] * np.array(references)}


def _competing(fit: Fit, conditions: Mapping[str, str | float]) -> NDArray[np.float64]:
    total = np.zeros(fit.design.draw_shape(fit.posterior))
    for name in fit.spec.competition:
        total = total + float(conditions[name]) / np.exp(fit.posterior[competitor_name(name)])
    return total[..., None]


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
            remedy = (
                "Answers are given by drug: take .sel(drug=...)." if name == "drug" else nearest(name, known)
            )
            raise PetfitError(f"the model has no factor {name!r}. {remedy}")
        if name in covariates:
            conditions[name] = read_number(name, level)
        elif name in design.spec.competition:
            conditions[name] = read_number(name, level, at_least=0.0)
        else:
            conditions[name] = _known_level(design, name, str(level))
    typical = dict.fromkeys(sorted(factors - conditions.keys()), "")
    return {name: conditions[name] for name in sorted(conditions)} | typical


def _known_level(design: Design, factor: str, level: str) -> str:
    levels = set(design.rows[factor])
    if level not in levels:
        raise PetfitError(f"the fit has no {factor} {level!r}. {nearest(level, levels)}")
    return level


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
