"""Concentration and occupancy over doses and times, and doses that reach an occupancy, element by element.

Every array has one axis, the elements: draws of drugs at doses.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise

from petfit.errors import PetfitError
from petfit.model.curves import Curve
from petfit.model.kinetics.one_compartment import peak_time
from petfit.model.kinetics.plasma import (
    KineticRows,
    RowKinetics,
    concentration,
    disposition,
    unit_per_dose,
)
from petfit.model.ops import NUMPY
from petfit.results.answer_dosing import Dosing

__all__ = ["FOR_GOOD", "SLACK", "PlasmaPoints"]

type Values = NDArray[np.float64]

_GAUSS_NODES, _GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(12)
_NODES, _WEIGHTS = 0.5 * (1.0 + _GAUSS_NODES)[:, np.newaxis], 0.5 * _GAUSS_WEIGHTS
"""Of the mean over an interval of length 1, for each of its parts before and after the peak."""
SLACK = 20.0
"""Time constants beyond the fall from the peak, within which any concentration has been passed."""
_ELEMENTS = 20_000
"""Elements to compute at once at many times, which bounds the memory."""
_TIMES, _ROUNDS = 17, 4
"""Times at which a delayed concentration is compared, in rounds that look eight times as closely."""
FOR_GOOD = 10**9
"""Doses missed where none is taken any more."""


@dataclass(frozen=True)
class PlasmaPoints:
    """Draws of curves and kinetics, one element each.

    Parameters
    ----------
    curve : Curve
        From concentration to occupancy.
    parameters : dict of str to array
        Of the curve.
    rows : KineticRows
        The dosing and the numbers of the model.
    kinetics : RowKinetics
        The drawn kinetics.
    dosing : Dosing
        What the answer is for.
    """

    curve: Curve
    parameters: dict[str, Values]
    rows: KineticRows
    kinetics: RowKinetics
    dosing: Dosing

    def take(self, index: NDArray[np.int64]) -> Self:
        """Return some of the elements."""

        def chosen(values: Any) -> Any:
            is_dict = isinstance(values, dict)
            return {name: array[index] for name, array in values.items()} if is_dict else values[index]

        rows = KineticRows(
            **{field.name: chosen(getattr(self.rows, field.name)) for field in fields(self.rows)}
        )
        kinetics = RowKinetics(chosen(self.kinetics.quantities), chosen(self.kinetics.deviations))
        return replace(self, parameters=chosen(self.parameters), rows=rows, kinetics=kinetics)

    def concentration(self, dose: Values, time: Values | None = None) -> Values:
        """Return the concentration in ng/mL that occupancy follows, under daily doses in mg.

        Parameters
        ----------
        dose : array
            Daily doses in mg.
        time : array, optional
            Hours after the last dose; the moment of the dosing if not given.
        """
        rows = replace(self.rows, time=self.time(dose) if time is None else time)
        return np.asarray(concentration(NUMPY, rows, self.kinetics, dose))

    def time(self, dose: Values) -> Values:
        """Return the hours after the last dose that the answer is for."""
        if self.dosing.time_h is not None:
            return np.full(dose.shape, self.dosing.time_h)
        return self._peak_time(dose) if self.dosing.when == "peak" else self._trough_time(dose)

    def _trough_time(self, dose: Values) -> Values:
        """Return the hours to the lowest concentration: the next dose, or later with a delay."""
        is_periodic = self.rows.has_delay and math.isinf(self.dosing.n_doses)
        return self._extreme_time(dose, -1.0) if is_periodic else self.rows.interval

    def occupancy(self, dose: Values) -> Values:
        """Return the occupancy under daily doses in mg."""
        if self._is_mean:
            return self._in_parts(PlasmaPoints._mean_occupancy, dose)
        return self.occupancy_of(self.concentration(dose))

    def occupancy_of(self, concentrations: Values) -> Values:
        """Return the occupancy at concentrations in ng/mL."""
        return np.asarray(self.curve.occupancy(concentrations, **self.parameters))

    def dose(self, occupancy: Values) -> Values:
        """Return the daily dose in mg for an occupancy, infinite where none reaches it."""
        concentrations = np.asarray(self.curve.exposure(occupancy, **self.parameters))
        dose = np.full(occupancy.shape, np.inf)
        reached = np.flatnonzero(np.isfinite(concentrations))
        points = self.take(reached)
        dose[reached] = (
            points._dose_of_mean(occupancy[reached], concentrations[reached])
            if self._is_mean
            else points._dose_of(concentrations[reached])
        )
        return dose

    def course(self, dose: Values, time: Values, missed: int = 0, *, in_plasma: bool = False) -> Values:
        """Return concentrations at hours after the last dose at steady state, with later doses missed.

        Doses after the missed ones are taken as scheduled. Elimination stays as it was at steady state.

        Parameters
        ----------
        dose : array
            Daily doses in mg.
        time : array
            Hours after the last dose.
        missed : int
            Number of doses missed; without any, the next dose is taken on time.
        in_plasma : bool
            Whether to return those in plasma, not those that occupancy follows.
        """
        of_dose = disposition(NUMPY, self.rows, self.kinetics, dose)
        interval = self.rows.interval

        def unit(hours: Values, n_doses: float) -> Values:
            found = unit_per_dose(
                NUMPY,
                self.rows,
                self.kinetics,
                of_dose,
                hours,
                interval=interval,
                n_doses=np.full(hours.shape, n_doses),
                in_plasma=in_plasma,
            )
            return np.asarray(found)

        total = unit(time, math.inf)
        last = int(np.max(time // interval, initial=0))
        for later in range(missed + 1, last + 1):
            since = time - later * interval
            total = total + np.where(since >= 0, unit(np.maximum(since, 0.0), 1.0), 0.0)
        return np.asarray(of_dose.amount * total)

    def occupancy_over_time(self, dose: Values, time: Values, missed: int = 0) -> Values:
        """Return the occupancy over time; see `course`."""
        return self.occupancy_of(self.course(dose, time, missed))

    def hours_above(self, dose: Values, occupancy: Values) -> Values:
        """Return the hours from the last dose at steady state until the occupancy stays below a level.

        It is 0 where the peak is below it.
        """
        wanted = np.asarray(self.curve.exposure(occupancy, **self.parameters))
        peak = self._peak_time(dose)
        hours = np.zeros(dose.shape)
        searched = np.flatnonzero(self.course(dose, peak) > wanted)
        points, at, start = self.take(searched), dose[searched], peak[searched]
        of_dose = disposition(NUMPY, points.rows, points.kinetics, at)
        slower = np.minimum(of_dose.elimination, of_dose.absorption)
        if self.rows.has_delay:
            ke0 = np.where(points.rows.is_given["ke0"], points.kinetics.quantities["ke0"], np.inf)
            slower = np.minimum(slower, ke0)
        fall = np.log(points.course(at, start) / wanted[searched])
        stop = start + (fall + SLACK) / slower

        def excess(time: Values, index: Values) -> Values:
            some = index.astype(int)
            left = points.take(some).course(at[some], time, missed=FOR_GOOD)
            return np.asarray(np.log(left / wanted[searched][some]))

        elements = np.arange(searched.size, dtype=float)
        hours[searched] = elementwise.find_root(excess, (start, stop), args=(elements,)).x
        return hours

    @property
    def _is_mean(self) -> bool:
        return self.dosing.time_h is None and self.dosing.when == "mean"

    def _extreme_time(self, dose: Values, sign: float) -> Values:
        """Return the time in the interval of the highest concentration, or of the lowest if `sign` is -1.

        At steady state the delayed concentration is lowest at or soon after a dose.
        """
        start, length = np.zeros(dose.shape), self.rows.interval * (1.0 if sign > 0 else 0.5)
        for _ in range(_ROUNDS):
            times = start + length * np.linspace(0.0, 1.0, _TIMES)[:, np.newaxis]
            highest = (sign * self.concentration(dose, times)).argmax(axis=0)
            best = np.take_along_axis(times, highest[np.newaxis], axis=0)[0]
            step = length / (_TIMES - 1)
            start = np.maximum(best - step, 0.0)
            length = np.minimum(best + step, self.rows.interval) - start
        return np.asarray(best)

    def _peak_time(self, dose: Values) -> Values:
        if self.rows.has_delay:
            return self._extreme_time(dose, 1.0)
        of_dose = disposition(NUMPY, self.rows, self.kinetics, dose)
        rates = {"elimination": of_dose.elimination, "absorption": of_dose.absorption}
        time = peak_time(NUMPY, **rates, interval=self.rows.interval, n_doses=self.rows.n_doses)
        return np.minimum(time, self.rows.interval)

    def _mean_occupancy(self, dose: Values) -> Values:
        """Return the mean occupancy over the interval, by quadrature before and after the peak."""
        peak, end = self._peak_time(dose), self.rows.interval
        integrals = [
            length * (_WEIGHTS @ self.occupancy_of(self.concentration(dose, start + _NODES * length)))
            for start, length in ((np.zeros(dose.shape), peak), (peak, end - peak))
        ]
        return np.asarray(sum(integrals) / end)

    def _in_parts(self, function: Callable[..., Values], *values: Values) -> Values:
        places = np.array_split(np.arange(values[0].size), max(1, values[0].size // _ELEMENTS))
        return np.concatenate(
            [function(self.take(part), *(value[part] for value in values)) for part in places]
        )

    def _dose_of(self, concentrations: Values) -> Values:
        """Return the daily dose with a concentration at the moment of the dosing."""
        reference = self.rows.reference
        dose = reference * concentrations / self.concentration(reference)
        nonlinear = self.rows.is_given["power"] & (self.rows.n_doses != 1.0) & (concentrations > 0)
        searched = np.flatnonzero(nonlinear)
        if searched.size:
            points, wanted = self.take(searched), concentrations[searched]
            ends = reference[searched], dose[searched]  # in proportion, where the concentration rises faster
            low, high = np.minimum(*ends), np.maximum(*ends)
            dose[searched] = points._root(
                lambda some, at, want: some.concentration(at) / want - 1.0, low, high, wanted
            )
        return dose

    def _dose_of_mean(self, occupancy: Values, concentrations: Values) -> Values:
        """Return the daily dose with a mean occupancy, which lies between those of peak and trough."""
        low, high = (
            replace(self, dosing=replace(self.dosing, when=when))._dose_of(concentrations)
            for when in ("peak", "trough")
        )
        return self._root(lambda some, at, want: some.occupancy(at) - want, low, high, occupancy)

    def _root(
        self,
        excess: Callable[[PlasmaPoints, Values, Values], Values],
        low: Values,
        high: Values,
        wanted: Values,
    ) -> Values:
        """Return the dose between two at which an increasing function of it is 0."""

        def function(log_dose: Values, index: Values, want: Values) -> Values:
            return excess(self.take(index.astype(int)), np.exp(log_dose), want)

        bracket = (np.log(low) - 1e-6, np.log(high) + 1e-6)
        elements = np.arange(low.size, dtype=float)
        result = elementwise.find_root(
            function, bracket, args=(elements, wanted), tolerances={"xatol": 1e-10}
        )
        if not result.success.all():
            raise PetfitError(f"the dose could not be computed in {(~result.success).sum()} draws")
        return np.exp(result.x)
