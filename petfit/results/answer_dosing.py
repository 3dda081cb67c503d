"""The dosing that an answer of a model with kinetics is for, and when after the last dose."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd

from petfit.errors import PetfitError, nearest
from petfit.model.specification import ModelSpec
from petfit.results.arguments import read_number

__all__ = ["DOSING", "WHEN", "Dosing", "read_dosing"]

type When = Literal["trough", "mean", "peak"]
WHEN: tuple[str, ...] = get_args(When.__value__)
DOSING = ("when", "time_h", "every", "n_doses")
"""The conditions that describe the dosing."""


@dataclass(frozen=True)
class Dosing:
    """The doses that an answer is for, and when after the last of them.

    Parameters
    ----------
    when : {"trough", "mean", "peak"}
        At the end of the dosing interval, on average over it, or at the highest concentration.
    time_h : float, optional
        Hours after the last dose, instead of `when`.
    every : float, optional
        Hours between doses; the schedule of the drug in the model if not given.
    n_doses : float
        Number of doses; infinite at steady state.
    """

    when: When = "trough"
    time_h: float | None = None
    every: float | None = None
    n_doses: float = math.inf

    @property
    def words(self) -> str:
        """The dosing as printed."""
        doses = "a single dose" if self.n_doses == 1 else f"the last of {self.n_doses:g} doses"
        if self.time_h is not None:
            last = "the last dose at steady state" if math.isinf(self.n_doses) else doses
            moment = f"{self.time_h:g} h after {last}"
        else:
            reached = "at steady state" if math.isinf(self.n_doses) else f"after {doses}"
            moment = f"{self.moment} {reached}"
        return f"{moment}{self._interval}"

    @property
    def _interval(self) -> str:
        """The time between doses as printed, and how many daily doses each of them is."""
        if self.every is None or self.n_doses == 1:
            return ""
        of_days = "" if self.every == 24 else f" (each dose is {self.every / 24:g} times that of a day)"
        return f", every {self.every:g} h{of_days}"

    @property
    def moment(self) -> str:
        """The moment between two doses as printed."""
        if self.time_h is not None:
            return f"{self.time_h:g} h after a dose"
        return "mean over the dosing interval" if self.when == "mean" else f"at {self.when}"

    def rows(self, spec: ModelSpec, drugs: Sequence[str]) -> pd.DataFrame:
        """Return the dosing of each drug, as `petfit.model.design.Design.matrix` takes it."""
        intervals = [
            self.every or (spec.pk[drug].schedule.every_h if drug in spec.pk else 24.0) for drug in drugs
        ]
        return pd.DataFrame(
            {
                "is_dose": [drug in spec.pk for drug in drugs],
                "dose_time": 0.0,
                "dose_interval": intervals,
                "n_doses": self.n_doses,
            }
        )


def read_dosing(at: Mapping[str, str | float]) -> tuple[Dosing, dict[str, str | float]]:
    """Return the dosing that an answer is asked for, and the other conditions.

    Parameters
    ----------
    at : mapping
        Conditions; ``when``, ``time_h``, ``every`` and ``n_doses`` are the dosing.

    Raises
    ------
    PetfitError
        If ``when`` is not a word that is known, or a number is not one.

    Examples
    --------
    >>> read_dosing({"when": "peak", "every": 12, "region": "midbrain"})[0].words
    'at peak at steady state, every 12 h (each dose is 0.5 times that of a day)'
    """
    rest = dict(at)
    when, time_h = rest.pop("when", None), rest.pop("time_h", None)
    if when is not None and when not in WHEN:
        raise PetfitError(f"when must be {', '.join(WHEN)}, not {when!r}. {nearest(str(when), WHEN)}")
    if when is not None and time_h is not None:
        raise PetfitError(
            f"when and time_h: ask for the {when}, or for {time_h} h after the dose, not for both"
        )
    given: dict[str, Any] = {"when": when} if when is not None else {}
    if time_h is not None:
        given["time_h"] = read_number("time_h", time_h, at_least=0.0)
    if "every" in rest:
        given["every"] = read_number("every", rest.pop("every"), above=0.0)
    if "n_doses" in rest:
        given["n_doses"] = read_number("n_doses", rest.pop("n_doses"), at_least=1.0, may_be_infinite=True)
    return Dosing(**given), rest
