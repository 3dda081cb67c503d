"""Posterior draws of each drug's curve, from which every other answer is computed.

Each answer records whom it is for, and at which region, tracer and regimen. Every draw counts, including
those with an infinite dose because Emax lies below the occupancy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from petfit.errors import PetfitError, nearest
from petfit.fit import At, Fit
from petfit.model.design import NEW, Design
from petfit.model.effects import Effect
from petfit.model.linear_predictor import curve_parameters_by_row
from petfit.model.ops import NUMPY
from petfit.model.parameters import SCAN_PARAMETERS, competitor_name
from petfit.model.reference_doses import dose_unit
from petfit.results.ec50_ratio import affinity_ratio, is_second_target, log_ratio_draws
from petfit.results.scan_times import scan_times

__all__ = [
    "PREDICT_FOR",
    "CurveDraws",
    "as_list",
    "can_predict_for",
    "check_doses",
    "curve_draws",
    "drug_names",
    "population",
    "with_new_level",
]

type PredictFor = Literal["typical", "new_subject", "new_study", "new_drug"]
PREDICT_FOR: tuple[str, ...] = get_args(PredictFor.__value__)
_NEW_FACTOR = {"new_subject": "person", "new_study": "study", "new_drug": "drug"}
_PLURAL = {"person": "people", "study": "studies", "drug": "drugs"}
_TABLE = {"person": "[ec50.people]", "study": "[ec50.study]", "drug": "[ec50.drug]"}


@dataclass(frozen=True)
class CurveDraws:
    """Draws of the curve of each drug under stated conditions.

    Parameters
    ----------
    design : Design
        The design of the fit.
    drugs : tuple of str
        Drug names.
    units : tuple of str
        The exposure unit of each drug.
    parameters : dict of str to array
        ``ec50`` (in the drug's unit), ``emax`` and the others of the curve: chain, draw, drug.
    predict_for : str
        Whom the curves are for; see `curve_draws`.
    at : dict of str to str or float
        Levels of the other factors, values of the covariates and exposures to competitors. Unnamed factors
        are at their typical level, unnamed covariates at their centre, unnamed competitors absent.
    competing : array
        Sum of the exposures to competitors over their EC50: chain, draw, 1.
    """

    design: Design
    drugs: tuple[str, ...]
    units: tuple[str, ...]
    parameters: dict[str, NDArray[np.float64]]
    predict_for: str
    at: dict[str, str | float]
    competing: NDArray[np.float64]

    @property
    def attrs(self) -> dict[str, str]:
        """The conditions that accompany every table of this answer."""
        conditions = [
            f"{name} absent"
            if name in self.design.spec.competition and level == 0
            else _condition(name, level)
            for name, level in self.at.items()
            if level != ""
        ]
        return {
            "predict_for": self.predict_for,
            "population": population(self.design, self.predict_for),
            "at": ", ".join(conditions),
            "exposure": self.design.spec.exposure_words,
            "scan_times": scan_times(self.design),
        }

    def occupancy(self, exposure: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the occupancy at exposures.

        Parameters
        ----------
        exposure : array
            Exposures in the drugs' units, along the last axis.

        Returns
        -------
        array
            Fractions: chain, draw, drug, exposure.
        """
        ratio = np.asarray(exposure, float) / self._with_last_axis["ec50"] + self.competing[..., None]
        return np.asarray(self.design.curve.occupancy(ratio, **{**self._with_last_axis, "ec50": 1.0}))

    def exposure(self, occupancy: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the exposure that reaches occupancies.

        Parameters
        ----------
        occupancy : array
            Fractions, along the last axis.

        Returns
        -------
        array
            Chain, draw, drug, occupancy; in the drugs' units. 0 where the competitors alone reach the
            occupancy, and infinite where no exposure does.
        """
        ratio = self.design.curve.exposure(occupancy, **{**self._with_last_axis, "ec50": 1.0})
        return np.asarray(self._with_last_axis["ec50"] * np.maximum(ratio - self.competing[..., None], 0.0))

    @property
    def _with_last_axis(self) -> dict[str, NDArray[np.float64]]:
        return {name: values[..., None] for name, values in self.parameters.items()}

    def array(self, values: NDArray[np.float64], dim: str = "", coords: Iterable[float] = ()) -> xr.DataArray:
        """Label draws by chain, draw and drug, and by a last dimension if it is named.

        Parameters
        ----------
        values : array
            Chain, draw, drug and possibly one more axis.
        dim : str
            Name of the last dimension.
        coords : iterable of float
            Coordinates of the last dimension.

        Returns
        -------
        xarray.DataArray
            The labelled draws, with `attrs`.
        """
        labels: dict[str, object] = {
            "chain": np.arange(values.shape[0]),
            "draw": np.arange(values.shape[1]),
            "drug": ["new drug" if name == NEW else name for name in self.drugs],
            "unit": ("drug", list(self.units)),
        }
        if dim:
            labels[dim] = list(coords)
        dims = ("chain", "draw", "drug", *((dim,) if dim else ()))
        return xr.DataArray(values, dims=dims, coords=labels, attrs=self.attrs)


def _condition(name: str, level: str | float) -> str:
    return level if isinstance(level, str) else f"{name} {level:g}"


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
    _check_predict_for(design, predict_for, at)
    target = str(at.pop("target")) if "target" in at and "target" not in fit.spec.factors else ""
    second = target if target and is_second_target(fit, target) else ""
    names = _names(fit, predict_for, drugs, second)
    conditions = _conditions(design, at)
    rows = pd.DataFrame([{**conditions, "drug": name, "person": "", "n": 1.0} for name in names])
    if predict_for in _NEW_FACTOR:
        rows[_NEW_FACTOR[predict_for]] = NEW
    draws = fit.posterior | {effect.name: with_new_level(fit, effect) for effect in design.effects}
    parameters = curve_parameters_by_row(NUMPY, design, draws, design.matrix(rows))
    shape = (*design.draw_shape(fit.posterior), len(names))
    full = {name: np.broadcast_to(np.asarray(values, float), shape) for name, values in parameters.items()}
    references = [
        design.reference_doses[name].value if name in design.reference_doses else 1.0 for name in names
    ]
    units = [
        dose_unit(design.reference_doses[name].unit, [str(conditions.get("regimen", ""))])
        if name in design.reference_doses
        else "reference doses"
        for name in names
    ]
    full["ec50"] = full["ec50"] * np.array(references)
    competing = _competing(fit, conditions)
    if target:
        conditions["target"] = target
    if second:
        ratios = np.stack([log_ratio_draws(fit, name, second) for name in names], axis=-1)
        full |= {
            "ec50": full["ec50"] * np.exp(ratios),
            "emax": np.full(shape, fit.spec.selectivity[second].emax),
        }
        competing = np.zeros_like(competing)
    return CurveDraws(design, names, tuple(units), full, predict_for, conditions, competing)


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


def population(design: Design, predict_for: str) -> str:
    """Return in words whom the answers are for; a study is named only where the model has several.

    Examples
    --------
    >>> population(fit.design, "new_subject")
    'a new person'
    """
    in_study = " in a typical study" if can_predict_for(design, "new_study") else ""
    return {
        "typical": f"a typical person{in_study}",
        "new_subject": f"a new person{in_study}",
        "new_study": "a typical person in a new study (a prediction for a study, not a dose to give)",
        "new_drug": f"a new drug, in reference doses, and a typical person{in_study}",
    }[predict_for]


def can_predict_for(design: Design, predict_for: str) -> bool:
    """Return whether the model has random effects from which to draw a new person, study or drug.

    A single drug says nothing about how drugs differ, so that there is no new drug beside it.

    Parameters
    ----------
    design : Design
        The design of a fit.
    predict_for : str
        One of `PREDICT_FOR`; the answer for ``typical`` is always yes.

    Examples
    --------
    >>> can_predict_for(fit.design, "typical")
    True
    """
    factor = _NEW_FACTOR.get(predict_for)
    if predict_for == "new_drug" and len(design.drugs) < 2:
        return False
    curve_effects = [effect for effect in design.effects if effect.parameter in design.spec.parameters]
    return factor is None or any(effect.scale and factor in effect.factors for effect in curve_effects)


def _check_predict_for(design: Design, predict_for: str, at: Mapping[str, str | float]) -> None:
    if predict_for not in PREDICT_FOR:
        raise PetfitError(
            f"predict_for must be one of {', '.join(PREDICT_FOR)}, not {predict_for!r}. "
            f"{nearest(predict_for, PREDICT_FOR)}"
        )
    factor = _NEW_FACTOR.get(predict_for, "")
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
    if not effect.scale:
        return draws
    new = fit.posterior[effect.scale] * fit.new_level_effects[effect.name]
    return np.concatenate([draws, new[..., None]], axis=-1)
