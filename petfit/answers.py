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

from petfit.effects import Effect
from petfit.errors import PetfitError, nearest
from petfit.layout import NEW, Layout, competitor_name
from petfit.ops import NUMPY
from petfit.quantiles import check_prob
from petfit.spec import SCAN_PARAMETERS
from petfit.store import Stored

__all__ = [
    "WHO",
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

type Who = Literal["typical", "new_subject", "new_study", "new_drug"]
WHO: tuple[str, ...] = get_args(Who.__value__)
_NEW_FACTOR = {"new_subject": "person", "new_study": "study", "new_drug": "drug"}
_MANY = {"person": "people", "study": "studies", "drug": "drugs"}
_TABLE = {"person": "[ec50.people]", "study": "[ec50.study]", "drug": "[ec50.drug]"}


@dataclass(frozen=True)
class Curves:
    """Draws of the curve of each drug, for somebody, somewhere.

    Parameters
    ----------
    layout : Layout
        The fit's.
    drugs : tuple of str
        Names.
    units : tuple of str
        Unit of each drug's exposure.
    parameters : dict of str to array
        ``ec50`` (in the drug's unit), ``emax``, ``hill``: chain, draw, drug.
    who : str
        Whose curve.
    at : dict of str to str or float
        Levels of the other factors, values of the covariates and exposures to competitors; a factor not
        named is at its typical level, a covariate at its centre, a competitor absent.
    competing : array
        Exposures to competitors over their EC50, summed: chain, draw, 1.
    """

    layout: Layout
    drugs: tuple[str, ...]
    units: tuple[str, ...]
    parameters: dict[str, NDArray[np.float64]]
    who: str
    at: dict[str, str | float]
    competing: NDArray[np.float64]

    @property
    def attrs(self) -> dict[str, str]:
        """What a table of this answer must say of itself."""
        at = [
            f"{name} absent" if name in self.layout.spec.competition and level == 0 else _words(name, level)
            for name, level in self.at.items()
            if level != ""
        ]
        return {"who": self.who, "at": ", ".join(at), "exposure": self.layout.spec.exposure_words}

    def occupancy(self, exposure: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the occupancy (chain, draw, drug, exposure) at exposures in the drugs' units."""
        ratio = np.asarray(exposure, float) / self._widened["ec50"] + self.competing[..., None]
        return np.asarray(self.layout.curve.occupancy(ratio, **{**self._widened, "ec50": 1.0}))

    def exposure(self, occupancy: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the exposure (chain, draw, drug, occupancy) that reaches occupancies.

        It is 0 where the competitors alone reach it, and infinite where no exposure does.
        """
        ratio = self.layout.curve.exposure(occupancy, **{**self._widened, "ec50": 1.0})
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
    stored: Stored, who: str = "typical", drugs: Iterable[str] | None = None, /, **at: str | float
) -> Curves:
    """Return the curves' draws that every other answer is made of.

    Parameters
    ----------
    stored : Stored
        A fit.
    who : {"typical", "new_subject", "new_study", "new_drug"}
        ``typical``: the named drug in a typical person and study (their effects 0). ``new_subject``: one
        more person. ``new_study``: a prediction for a study, not a dose to give. ``new_drug``: one more
        drug, in reference doses.
    drugs : iterable of str, optional
        All of the fit's, if not given.
    **at : str or float
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
    layout = stored.layout
    _check_who(layout, who, at)
    names = _names(layout, who, drugs)
    levels = _levels_asked(layout, at)
    question = pd.DataFrame([{**levels, "drug": name, "person": "", "n": 1.0} for name in names])
    if who in _NEW_FACTOR:
        question[_NEW_FACTOR[who]] = NEW
    draws = stored.posterior | {one.name: with_new_level(stored, one) for one in layout.effects}
    parameters = layout.parameters(NUMPY, draws, layout.design(question))
    shape = (*layout.leading(stored.posterior), len(names))
    full = {name: np.broadcast_to(np.asarray(values, float), shape) for name, values in parameters.items()}
    references = [layout.references[name].value if name in layout.references else 1.0 for name in names]
    units = [
        layout.references[name].unit if name in layout.references else "reference doses" for name in names
    ]
    full["ec50"] = full["ec50"] * np.array(references)
    return Curves(layout, names, tuple(units), full, who, levels, _competing(stored, levels))


def _competing(stored: Stored, levels: Mapping[str, str | float]) -> NDArray[np.float64]:
    total = np.zeros(stored.layout.leading(stored.posterior))
    for name in stored.spec.competition:
        total = total + float(levels[name]) / np.exp(stored.posterior[competitor_name(name)])
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


def has_differences(layout: Layout, who: str) -> bool:
    """Return whether the model's curves differ between people, studies or drugs, to draw a new one from."""
    factor = _NEW_FACTOR.get(who)
    of_curve = [effect for effect in layout.effects if effect.parameter in layout.spec.parameters]
    return factor is None or any(effect.scale and factor in effect.factors for effect in of_curve)


def _check_who(layout: Layout, who: str, at: Mapping[str, str | float]) -> None:
    if who not in WHO:
        raise PetfitError(f"who must be one of {', '.join(WHO)}, not {who!r}. {nearest(who, WHO)}")
    factor = _NEW_FACTOR.get(who, "")
    if not has_differences(layout, who):
        raise PetfitError(
            f"{who}: the model has no differences between {_MANY[factor]} to draw a new {factor} from. "
            f"Ask for a typical one, or write the table {_TABLE[factor]} into the model."
        )
    if factor in at:
        raise PetfitError(f"{who}: a new {factor} is not {at[factor]!r}. Ask for the one or the other.")


def _names(layout: Layout, who: str, drugs: Iterable[str] | None) -> tuple[str, ...]:
    if who == "new_drug":
        if drugs is not None:
            raise PetfitError(
                f"new_drug: a new drug is not {', '.join(drugs)}. Ask for the one or the other."
            )
        return (NEW,)
    return named(layout, drugs)


def named(layout: Layout, drugs: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the drugs asked for, all of the fit's if None, or refuse one that it does not hold."""
    names = layout.drugs if drugs is None else tuple(drugs)
    for name in names:
        if name not in layout.drugs:
            raise PetfitError(f"the fit holds no drug {name!r}. {nearest(name, layout.drugs)}")
    return names


def _levels_asked(layout: Layout, at: Mapping[str, str | float]) -> dict[str, str | float]:
    """Complete the factors and covariates of a question: asked for, else the model's, else typical."""
    columns = {column for _, column, _ in layout.spec.covariates()}
    of_curve = [effect for effect in layout.effects if effect.parameter not in SCAN_PARAMETERS]
    factors = {factor for effect in of_curve for factor in effect.factors}
    factors -= {"drug", "person", "dose_range"}
    asked: dict[str, str | float] = {column: one.centre for _, column, one in layout.spec.covariates()}
    asked |= dict.fromkeys(layout.spec.competition, 0.0)
    asked |= layout.spec.answers_for
    known = factors | asked.keys()
    for name, level in at.items():
        if name not in known:
            raise PetfitError(f"the model has no factor {name!r}. {nearest(name, known)}")
        number = name in columns or name in layout.spec.competition
        asked[name] = _number(name, level) if number else _known(layout, name, str(level))
        if name in layout.spec.competition and float(asked[name]) < 0:
            raise PetfitError(f"{name} is an exposure, 0 or more, not {level}")
    typical = dict.fromkeys(sorted(factors - asked.keys()), "")
    return {name: asked[name] for name in sorted(asked)} | typical


def _known(layout: Layout, factor: str, level: str) -> str:
    levels = set(layout.rows[factor])
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


def with_new_level(stored: Stored, effect: Effect) -> NDArray[np.float64]:
    """Return the draws of an effect's levels; where they come from a pool, a last one that was not seen."""
    draws = stored.posterior[effect.name]
    if not effect.scale:
        return draws
    new = stored.posterior[effect.scale] * stored.new_levels[effect.name]
    return np.concatenate([draws, new[..., None]], axis=-1)


def ec50(
    stored: Stored, who: str = "typical", drugs: Iterable[str] | None = None, /, **at: str | float
) -> xr.DataArray:
    """Return draws of EC50 (chain, draw, drug), in each drug's unit; see `curves`."""
    found = curves(stored, who, drugs, **at)
    return found.array(found.parameters["ec50"]).rename("ec50")


def emax(
    stored: Stored, who: str = "typical", drugs: Iterable[str] | None = None, /, **at: str | float
) -> xr.DataArray:
    """Return draws of Emax (chain, draw, drug), a fraction; see `curves`."""
    found = curves(stored, who, drugs, **at)
    return found.array(found.parameters["emax"]).rename("emax")


def dose_for_occupancy(
    stored: Stored,
    occupancy: float | Iterable[float] = 0.8,
    who: str = "typical",
    drugs: Iterable[str] | None = None,
    /,
    **at: str | float,
) -> xr.DataArray:
    """Return draws of the exposure at which the curve crosses an occupancy.

    It is ``ec50 * (t / (emax - t))^(1/hill)``, and infinite in every draw whose Emax is not above `t`.
    Beside competitors it is less by ``ec50 * sum(c / ec50_c)``, but not below 0.

    Parameters
    ----------
    stored : Stored
        A fit.
    occupancy : float or iterable of float
        Absolute occupancies, fractions between 0 and 1.
    who, drugs, **at
        See `curves`.

    Returns
    -------
    xarray.DataArray
        Chain, draw, drug, occupancy; in each drug's unit.
    """
    targets = [check_prob(t, "occupancy") for t in listed(occupancy)]
    found = curves(stored, who, drugs, **at)
    return found.array(found.exposure(targets), "occupancy", targets).rename("dose")


def occupancy(
    stored: Stored,
    dose: float | Iterable[float],
    who: str = "typical",
    drugs: Iterable[str] | None = None,
    /,
    **at: str | float,
) -> xr.DataArray:
    """Return draws of the occupancy (fraction) at doses: chain, draw, drug, dose; see `curves`."""
    doses = check_doses(dose)
    found = curves(stored, who, drugs, **at)
    return found.array(found.occupancy(doses), "dose", doses).rename("occupancy")
