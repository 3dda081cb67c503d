"""Answers from a stored fit: EC50, Emax, the dose for an occupancy, occupancy at a dose.

Every answer says whose it is, at which region, tracer and regimen, with which interval; every draw
counts, also those for which the dose is infinite because the ceiling lies below the occupancy.
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
from petfit.model.design import NEW, Design, competitor_name
from petfit.model.effects import Effect
from petfit.model.ops import NUMPY
from petfit.model.specification import SCAN_PARAMETERS
from petfit.results.quantiles import check_prob

__all__ = [
    "PREDICT_FOR",
    "Curves",
    "check_doses",
    "curves",
    "dose_for_occupancy",
    "ec50",
    "emax",
    "has_differences",
    "listed",
    "named",
    "occupancy",
    "with_new_level",
]

type PredictFor = Literal["typical", "new_subject", "new_study", "new_drug"]
PREDICT_FOR: tuple[str, ...] = get_args(PredictFor.__value__)
_NEW_FACTOR = {"new_subject": "person", "new_study": "study", "new_drug": "drug"}
_MANY = {"person": "people", "study": "studies", "drug": "drugs"}
_TABLE = {"person": "[ec50.people]", "study": "[ec50.study]", "drug": "[ec50.drug]"}


@dataclass(frozen=True)
class Curves:
    """Draws of the curve of each drug, for somebody, somewhere.

    Parameters
    ----------
    design : Design
        The fit's.
    drugs : tuple of str
        Names.
    units : tuple of str
        Unit of each drug's exposure.
    parameters : dict of str to array
        ``ec50`` (in the drug's unit), ``emax``, ``hill``: chain, draw, drug.
    predict_for : str
        Whose curve.
    at : dict of str to str or float
        Levels of the other factors, values of the covariates and exposures to competitors; a factor not
        named is at its typical level, a covariate at its centre, a competitor absent.
    competing : array
        Exposures to competitors over their EC50, summed: chain, draw, 1.
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
        """What a table of this answer must say of itself."""
        at = [
            f"{name} absent" if name in self.design.spec.competition and level == 0 else _words(name, level)
            for name, level in self.at.items()
            if level != ""
        ]
        return {
            "predict_for": self.predict_for,
            "at": ", ".join(at),
            "exposure": self.design.spec.exposure_words,
        }

    def occupancy(self, exposure: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the occupancy (chain, draw, drug, exposure) at exposures in the drugs' units."""
        ratio = np.asarray(exposure, float) / self._widened["ec50"] + self.competing[..., None]
        return np.asarray(self.design.curve.occupancy(ratio, **{**self._widened, "ec50": 1.0}))

    def exposure(self, occupancy: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the exposure (chain, draw, drug, occupancy) that reaches occupancies.

        It is 0 where the competitors alone reach it, and infinite where no exposure does.
        """
        ratio = self.design.curve.exposure(occupancy, **{**self._widened, "ec50": 1.0})
        return np.asarray(self._widened["ec50"] * np.maximum(ratio - self.competing[..., None], 0.0))

    @property
    def _widened(self) -> dict[str, NDArray[np.float64]]:
        return {name: values[..., None] for name, values in self.parameters.items()}

    def array(self, values: NDArray[np.float64], dim: str = "", coords: Iterable[float] = ()) -> xr.DataArray:
        """Label draws by drug, and by one more axis where there is one."""
        names = ["new drug" if name == NEW else name for name in self.drugs]
        dims = ("chain", "draw", "drug", *((dim,) if dim else ()))
        labels = {"drug": names, "unit": ("drug", list(self.units)), **({dim: list(coords)} if dim else {})}
        return xr.DataArray(values, dims=dims, coords=labels, attrs=self.attrs)


def _words(name: str, level: str | float) -> str:
    return level if isinstance(level, str) else f"{name} {level:g}"


def curves(
    fit: Fit, predict_for: str = "typical", drugs: Iterable[str] | None = None, *, at: At | None = None
) -> Curves:
    """Return the curves' draws that every other answer is made of.

    Parameters
    ----------
    fit : Fit
        A fit.
    predict_for : {"typical", "new_subject", "new_study", "new_drug"}
        ``typical``: the named drug in a typical person and study (their effects 0). ``new_subject``: one
        more person. ``new_study``: a prediction for a study, not a dose to give. ``new_drug``: one more
        drug, in reference doses.
    drugs : iterable of str, optional
        All of the fit's, if not given.
    at : mapping of str to str or float, optional
        Levels of factors and values of covariates, beyond or instead of the model's ``answers_for``; and
        exposures to competitors, in the unit of their column.

    Returns
    -------
    Curves
        Draws of each curve parameter.

    Raises
    ------
    PetfitError
        When the fit knows no such drug, factor or level, or has no differences of the kind asked for.
    """
    design, at = fit.design, at or {}
    _check_predict_for(design, predict_for, at)
    names = _names(design, predict_for, drugs)
    levels = _levels_asked(design, at)
    question = pd.DataFrame([{**levels, "drug": name, "person": "", "n": 1.0} for name in names])
    if predict_for in _NEW_FACTOR:
        question[_NEW_FACTOR[predict_for]] = NEW
    draws = fit.posterior | {one.name: with_new_level(fit, one) for one in design.effects}
    parameters = design.parameters(NUMPY, draws, design.matrix(question))
    shape = (*design.leading(fit.posterior), len(names))
    full = {name: np.broadcast_to(np.asarray(values, float), shape) for name, values in parameters.items()}
    references = [design.references[name].value if name in design.references else 1.0 for name in names]
    units = [
        design.references[name].unit if name in design.references else "reference doses" for name in names
    ]
    full["ec50"] = full["ec50"] * np.array(references)
    return Curves(design, names, tuple(units), full, predict_for, levels, _competing(fit, levels))


def _competing(fit: Fit, levels: Mapping[str, str | float]) -> NDArray[np.float64]:
    total = np.zeros(fit.design.leading(fit.posterior))
    for name in fit.spec.competition:
        total = total + float(levels[name]) / np.exp(fit.posterior[competitor_name(name)])
    return total[..., None]


def listed(values: float | Iterable[float]) -> list[float]:
    """Return one number or several as a list."""
    return [float(value) for value in np.atleast_1d(np.asarray(values, float))]


def check_doses(dose: float | Iterable[float]) -> list[float]:
    """Return doses as a list, or refuse those that are negative, infinite or missing."""
    doses = listed(dose)
    for one in doses:
        if not (one >= 0 and np.isfinite(one)):
            raise PetfitError(f"a dose must be 0 or more, not {one:g}")
    return doses


def has_differences(design: Design, predict_for: str) -> bool:
    """Return whether the model's curves differ between people, studies or drugs, to draw a new one from."""
    factor = _NEW_FACTOR.get(predict_for)
    of_curve = [effect for effect in design.effects if effect.parameter in design.spec.parameters]
    return factor is None or any(effect.scale and factor in effect.factors for effect in of_curve)


def _check_predict_for(design: Design, predict_for: str, at: Mapping[str, str | float]) -> None:
    if predict_for not in PREDICT_FOR:
        raise PetfitError(
            f"who must be one of {', '.join(PREDICT_FOR)}, not {predict_for!r}. {nearest(predict_for, PREDICT_FOR)}"
        )
    factor = _NEW_FACTOR.get(predict_for, "")
    if not has_differences(design, predict_for):
        raise PetfitError(
            f"{predict_for}: the model has no differences between {_MANY[factor]} to draw a new {factor} from. "
            f"Ask for a typical one, or write the table {_TABLE[factor]} into the model."
        )
    if factor in at:
        raise PetfitError(
            f"{predict_for}: a new {factor} is not {at[factor]!r}. Ask for the one or the other."
        )


def _names(design: Design, predict_for: str, drugs: Iterable[str] | None) -> tuple[str, ...]:
    if predict_for == "new_drug":
        if drugs is not None:
            raise PetfitError(
                f"new_drug: a new drug is not {', '.join(drugs)}. Ask for the one or the other."
            )
        return (NEW,)
    return named(design, drugs)


def named(design: Design, drugs: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the drugs asked for, all of the fit's if None, or refuse one that it does not hold."""
    names = design.drugs if drugs is None else tuple(drugs)
    for name in names:
        if name not in design.drugs:
            raise PetfitError(f"the fit holds no drug {name!r}. {nearest(name, design.drugs)}")
    return names


def _levels_asked(design: Design, at: Mapping[str, str | float]) -> dict[str, str | float]:
    """Complete the factors and covariates of a question: asked for, else the model's, else typical."""
    columns = {column for _, column, _ in design.spec.covariates()}
    of_curve = [effect for effect in design.effects if effect.parameter not in SCAN_PARAMETERS]
    factors = {factor for effect in of_curve for factor in effect.factors}
    factors -= {"drug", "person", "dose_range"}
    asked: dict[str, str | float] = {column: one.centre for _, column, one in design.spec.covariates()}
    asked |= dict.fromkeys(design.spec.competition, 0.0)
    asked |= design.spec.answers_for
    known = factors | asked.keys()
    for name, level in at.items():
        if name not in known:
            raise PetfitError(f"the model has no factor {name!r}. {nearest(name, known)}")
        number = name in columns or name in design.spec.competition
        asked[name] = _number(name, level) if number else _known(design, name, str(level))
        if name in design.spec.competition and float(asked[name]) < 0:
            raise PetfitError(f"{name} is an exposure, 0 or more, not {level}")
    typical = dict.fromkeys(sorted(factors - asked.keys()), "")
    return {name: asked[name] for name in sorted(asked)} | typical


def _known(design: Design, factor: str, level: str) -> str:
    levels = set(design.rows[factor])
    if level not in levels:
        raise PetfitError(f"the fit holds no {factor} {level!r}. {nearest(level, levels)}")
    return level


def _number(name: str, value: str | float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise PetfitError(f"{name} is a number in this model, not {value!r}")
    return number


def with_new_level(fit: Fit, effect: Effect) -> NDArray[np.float64]:
    """Return the draws of an effect's levels; where they come from a pool, a last one that was not seen."""
    draws = fit.posterior[effect.name]
    if not effect.scale:
        return draws
    new = fit.posterior[effect.scale] * fit.new_levels[effect.name]
    return np.concatenate([draws, new[..., None]], axis=-1)


def ec50(
    fit: Fit, predict_for: str = "typical", drugs: Iterable[str] | None = None, *, at: At | None = None
) -> xr.DataArray:
    """Return draws of EC50 (chain, draw, drug), in each drug's unit; see `curves`."""
    found = curves(fit, predict_for, drugs, at=at)
    return found.array(found.parameters["ec50"]).rename("ec50")


def emax(
    fit: Fit, predict_for: str = "typical", drugs: Iterable[str] | None = None, *, at: At | None = None
) -> xr.DataArray:
    """Return draws of Emax (chain, draw, drug), a fraction; see `curves`."""
    found = curves(fit, predict_for, drugs, at=at)
    return found.array(found.parameters["emax"]).rename("emax")


def dose_for_occupancy(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the exposure at which the curve crosses an occupancy.

    It is ``ec50 * (t / (emax - t))^(1/hill)``, and infinite in every draw whose Emax is not above `t`.
    Beside competitors it is less by ``ec50 * sum(c / ec50_c)``, but not below 0.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float or iterable of float
        Absolute occupancies, fractions between 0 and 1.
    predict_for, drugs, at
        See `curves`.

    Returns
    -------
    xarray.DataArray
        Chain, draw, drug, occupancy; in each drug's unit.
    """
    targets = [check_prob(t, "occupancy") for t in listed(occupancy)]
    found = curves(fit, predict_for, drugs, at=at)
    return found.array(found.exposure(targets), "occupancy", targets).rename("dose")


def occupancy(
    fit: Fit,
    dose: float | Iterable[float],
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the occupancy (fraction) at doses: chain, draw, drug, dose; see `curves`."""
    doses = check_doses(dose)
    found = curves(fit, predict_for, drugs, at=at)
    return found.array(found.occupancy(doses), "dose", doses).rename("occupancy")
