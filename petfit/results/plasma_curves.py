"""Curves of a model with kinetics: over the dose, through the concentration at peak, mean or trough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from petfit.model.kinetics.plasma import KineticRows, RowKinetics
from petfit.results.answer_dosing import Dosing
from petfit.results.drug_curves import CurveDraws
from petfit.results.people_sd import people_sd
from petfit.results.plasma_points import PlasmaPoints
from petfit.results.slow_points import SlowPoints

__all__ = ["PlasmaCurves"]


@dataclass(frozen=True)
class PlasmaCurves(CurveDraws):
    """Draws of the curve of each drug over its dose, through its kinetics; see `CurveDraws`.

    Parameters
    ----------
    rows : KineticRows
        One for each drug, with the dosing of the answer.
    kinetics : RowKinetics
        Quantities and deviations: chain, draw, drug.
    dosing : Dosing
        The dosing of the answer.
    """

    rows: KineticRows
    kinetics: RowKinetics
    dosing: Dosing

    @property
    def ec50_units(self) -> tuple[str, ...]:
        """The unit of each drug's EC50."""
        return ("ng/mL",) * len(self.drugs)

    @property
    def attrs(self) -> dict[str, str]:
        """The conditions that accompany every table of this answer."""
        return self.place | {"at": self._at(self._schedule.words)}

    @property
    def place(self) -> dict[str, str]:
        """The conditions without the dosing, of answers over time."""
        return super().attrs

    @property
    def place_of_moments(self) -> str:
        """The conditions of answers at trough, on average and at peak beside each other."""
        return self._at(replace(self._schedule, when="trough").words.removeprefix("at trough "))

    @property
    def _schedule(self) -> Dosing:
        """The dosing, with the hours between doses if they are the same for all drugs."""
        first, *others = set(self.rows.interval.tolist())
        return self.dosing if others else replace(self.dosing, every=first)

    def _at(self, dosing: str) -> str:
        return ", ".join(part for part in (self.place["at"], dosing) if part)

    def parameter_array(self, name: str, values: NDArray[np.float64]) -> xr.DataArray:
        """Label the draws of a parameter, which does not depend on the dosing; EC50 is a concentration."""
        units = ("drug", list(self.ec50_units))
        array = self.array(values).rename(name).assign_coords(unit=units)
        return array.assign_attrs({**self.place, "exposure": "concentration"})

    def occupancy(self, exposure: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the occupancy at daily doses in mg: chain, draw, drug, dose."""
        doses = self._spread(exposure)
        return self.points(doses.shape[-1]).occupancy(doses.ravel()).reshape(doses.shape)

    def exposure(self, occupancy: ArrayLike) -> NDArray[np.float64]:
        """Return draws of the daily dose in mg that reaches occupancies: chain, draw, drug, occupancy."""
        targets = self._spread(occupancy)
        return self.points(targets.shape[-1]).dose(targets.ravel()).reshape(targets.shape)

    @property
    def people_sd(self) -> NDArray[np.float64]:
        """SD between people of the log of the dose for an occupancy: chain, draw, drug."""
        ec50 = self.parameters["ec50"]
        return people_sd(self.points(1), super().people_sd.ravel()).reshape(ec50.shape)

    def points(self, size: int) -> PlasmaPoints:
        """Return every draw of every drug, `size` times each, as elements in the order chain, draw, drug."""
        shape = (*self.parameters["ec50"].shape, size)

        def flat(values: Any) -> Any:
            if isinstance(values, Mapping):
                return {name: flat(value) for name, value in values.items()}
            return np.broadcast_to(np.asarray(values)[..., None], shape).ravel()

        rows = KineticRows(**{name: flat(values) for name, values in vars(self.rows).items()})
        kinetics = RowKinetics(flat(self.kinetics.quantities), flat(self.kinetics.deviations))
        of_drugs = SlowPoints if self.rows.has_slow_dissociation else PlasmaPoints
        return of_drugs(self.design.curve, flat(self.parameters), rows, kinetics, self.dosing)

    def _spread(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return values in the shape chain, draw, drug, any."""
        given = np.asarray(values, float)
        return np.array(np.broadcast_to(given, (*self.parameters["ec50"].shape, given.shape[-1])))
