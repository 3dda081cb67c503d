"""The kinetics of a drug as a model file states them: ``[pk.DRUG]``."""

from __future__ import annotations

import math
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from petfit.model.prior import Prior
from petfit.model.strict import Spread, Strict

__all__ = [
    "KINETIC_PARAMETERS",
    "PEOPLE_PARAMETERS",
    "DrugKinetics",
    "KineticPeople",
    "Plasma",
    "Saturable",
    "Schedule",
]

KINETIC_PARAMETERS = (
    "clearance",
    "volume",
    "half_life",
    "absorption",
    "power",
    "first_half_life",
    "first_bioavailability",
    "ke0",
    "koff",
)
PEOPLE_PARAMETERS = ("clearance", "volume", "absorption")
"""The parameters in which people differ."""
_OF_DISPOSITION = ("clearance", "volume", "half_life")


def _positive(value: Prior | float) -> Prior | float:
    if isinstance(value, Prior):
        if value.family.support == "real":
            raise ValueError(f"is above 0, but {value.dist} allows negative values; try LogNormal")
    elif not 0 < value < math.inf:
        raise ValueError(f"must be above 0, not {value:g}")
    return value


type Quantity = Annotated[Prior | float, AfterValidator(_positive)]
"""A number, or a prior of a number above 0."""


class Schedule(Strict):
    """When doses are taken.

    Parameters
    ----------
    every_h : float
        Hours between doses.
    """

    every_h: float = Field(default=24.0, gt=0)


class KineticPeople(Strict):
    """Coefficients of variation between people, as fractions."""

    clearance: float = Field(default=0.0, ge=0)
    volume: float = Field(default=0.0, ge=0)
    absorption: float = Field(default=0.0, ge=0)

    def log_sd(self, name: str) -> float:
        """Return the SD of the log of a parameter, ``sqrt(log(1 + CV^2))``.

        Examples
        --------
        >>> round(KineticPeople(clearance=0.45).log_sd("clearance"), 3)
        0.429
        """
        return math.sqrt(math.log1p(float(getattr(self, name)) ** 2))


class Saturable(Strict):
    """Clearance that falls with the dose, and a first dose that differs from later ones.

    Parameters
    ----------
    power : Prior or float
        By which power of the dose the mean concentration rises faster than the dose.
    reference : float, optional
        The daily dose in mg that clearance and half-life apply to; that of the drug table if not given.
    first_half_life : Prior or float, optional
        Half-life after a single dose, in hours, if it differs from that at steady state.
    first_bioavailability : Prior or float, optional
        Bioavailability of a single dose over that of later ones; 1 if not given.
    """

    power: Quantity
    reference: float | None = Field(default=None, gt=0)
    first_half_life: Quantity | None = None
    first_bioavailability: Quantity | None = None


class DrugKinetics(Strict):
    """One-compartment kinetics of a drug; two of clearance, volume and half-life are given.

    Parameters
    ----------
    schedule : Schedule
        When repeated doses are taken, where a row does not say it.
    clearance, volume, half_life : Prior or float, optional
        Apparent clearance in L/h, apparent volume in L, and half-life in hours.
    absorption : Prior or float
        Rate of absorption per hour.
    depot : bool
        Whether absorption is slower than elimination.
    ke0 : Prior or float, optional
        Rate per hour at which the concentration that occupancy follows approaches that in plasma; occupancy
        follows plasma at once if not given.
    koff : Prior or float, optional
        Rate per hour of dissociation from the target, if it is slow; binding is in equilibrium if not given.
    fu : float, optional
        Fraction unbound in plasma.
    people : KineticPeople
        Differences between people.
    saturable : Saturable, optional
        Clearance that falls with the dose.
    """

    schedule: Schedule = Schedule()
    clearance: Quantity | None = None
    volume: Quantity | None = None
    half_life: Quantity | None = None
    absorption: Quantity
    depot: bool = False
    ke0: Quantity | None = None
    koff: Quantity | None = None
    fu: float | None = Field(default=None, gt=0, le=1)
    people: KineticPeople = KineticPeople()
    saturable: Saturable | None = None

    @property
    def quantities(self) -> dict[str, Prior | float]:
        """The quantities that are given, by name, in the order of `KINETIC_PARAMETERS`."""
        given = [getattr(self, name, None) for name in KINETIC_PARAMETERS]
        given = [
            getattr(self.saturable, name, None) if value is None else value
            for name, value in zip(KINETIC_PARAMETERS, given, strict=True)
        ]
        return {
            name: value for name, value in zip(KINETIC_PARAMETERS, given, strict=True) if value is not None
        }

    @property
    def is_exact(self) -> bool:
        """Whether every quantity is a number, so that answers leave out its uncertainty."""
        return not any(isinstance(value, Prior) for value in self.quantities.values())

    @property
    def delay(self) -> str:
        """The parameter by which occupancy lags behind plasma; empty if it follows at once."""
        return next((name for name in ("ke0", "koff") if getattr(self, name) is not None), "")

    @model_validator(mode="after")
    def _check_delay(self) -> Self:
        if self.ke0 is not None and self.koff is not None:
            raise ValueError(
                "ke0 and koff: scans cannot tell one delay from the other; remove one of the two"
            )
        return self

    @model_validator(mode="after")
    def _check_disposition(self) -> Self:
        given = [name for name in _OF_DISPOSITION if getattr(self, name) is not None]
        if len(given) != 2:
            rule = "two of them give the third" if len(given) == 3 else "two of them are needed"
            raise ValueError(f"clearance, volume and half_life: {rule}; given: {', '.join(given) or 'none'}")
        medians = {name: _median(quantity) for name, quantity in self.quantities.items()}
        half_life = medians.get("half_life") or math.log(2) * medians["volume"] / medians["clearance"]
        is_slow = medians["absorption"] < math.log(2) / half_life
        if is_slow and not self.depot:
            raise ValueError(
                f"absorption: {medians['absorption']:.3g} per hour is slower than elimination, "
                f"{math.log(2) / half_life:.3g}. Write depot = true if that is so."
            )
        if self.depot and not is_slow:
            raise ValueError("depot: absorption is faster than elimination; remove depot, or slow absorption")
        return self


def _median(quantity: Prior | float) -> float:
    return float(quantity.quantile(0.5)) if isinstance(quantity, Prior) else quantity


class Plasma(Strict):
    """Measured concentrations beside doses.

    Parameters
    ----------
    assay_cv : float
        Coefficient of variation of a measured concentration around the true one.
    study : Prior
        Prior of the SD between studies of the log of measured over predicted concentrations.
    """

    assay_cv: float = Field(default=0.1, gt=0)
    study: Spread = Prior.model_validate(
        {
            "dist": "HalfNormal",
            "sigma": 0.3,
            "source": "assays and people of studies differ; a factor of about 1.35 either way is typical",
        }
    )
