"""Occupancy over doses and times where a drug dissociates slowly from the target, element by element.

Between the nodes of `petfit.model.kinetics.slow_dissociation`, occupancy over time is taken as the cubic with
the values and the slopes at both.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise

from petfit.model.kinetics.plasma import disposition
from petfit.model.kinetics.slow_dissociation import (
    node_times,
    occupancies_after_dose,
    ratio_to_ec50,
    transitions,
)
from petfit.model.ops import NUMPY
from petfit.results.plasma_points import FOR_GOOD, SLACK, PlasmaPoints

__all__ = ["SlowPoints"]

type Values = NDArray[np.float64]

_AT_ONCE = 1e6
"""The rate per hour of drugs without koff: their occupancy is that of plasma."""
_BRACKET, _EXPANSIONS = 0.1, 60
"""Around the log dose of binding at once, and how often it may be widened."""


class SlowPoints(PlasmaPoints):
    """Draws of curves and kinetics, one element each; see `PlasmaPoints`."""

    def occupancy(self, dose: Values) -> Values:
        """Return the occupancy under daily doses in mg."""
        return self._in_parts(SlowPoints._occupancy, dose)

    def occupancy_over_time(self, dose: Values, time: Values, missed: int = 0) -> Values:
        """Return the occupancy over time; see `PlasmaPoints.course`."""
        return self._in_parts(lambda some, *at: some._over_time(*at, missed), dose, time)

    def dose(self, occupancy: Values) -> Values:
        """Return the daily dose in mg for an occupancy, infinite where none reaches it."""
        at_once = replace(self, dosing=replace(self.dosing, when="peak"))
        dose = PlasmaPoints.dose(at_once, occupancy)
        searched = np.flatnonzero(np.isfinite(dose))
        points, wanted = self.take(searched), occupancy[searched]

        def excess(log_dose: Values, index: Values) -> Values:
            some = index.astype(int)
            return np.asarray(points.take(some).occupancy(np.exp(log_dose)) - wanted[some])

        start, elements = np.log(dose[searched]), (np.arange(searched.size, dtype=float),)
        bracket = elementwise.bracket_root(
            excess, start - _BRACKET, start + _BRACKET, args=elements, maxiter=_EXPANSIONS
        )
        found = elementwise.find_root(
            excess, bracket.bracket, args=elements, tolerances={"xatol": 1e-10, "fatol": 0.0}
        )
        dose[searched] = np.where(bracket.success, np.exp(found.x), np.inf)
        return np.asarray(dose)

    def hours_above(self, dose: Values, occupancy: Values) -> Values:
        """Return the hours from the last dose at steady state until the occupancy stays below a level.

        It is 0 where the peak is below it.
        """
        values, _, times = self._over_interval(dose)
        highest = self._emax * values.max(axis=0)
        hours = np.zeros(dose.shape)
        searched = np.flatnonzero(highest > occupancy)
        points, at, level = self.take(searched), dose[searched], occupancy[searched]
        start = np.take_along_axis(times, values.argmax(axis=0)[None], axis=0)[0, searched]
        of_dose = disposition(NUMPY, points.rows, points.kinetics, at)
        slowest = np.minimum(np.minimum(of_dose.elimination, of_dose.absorption), points._koff)
        wanted = points.curve.exposure(level, **points.parameters)
        fall = np.log(points.course(at, start) / wanted)

        def excess(time: Values, index: Values) -> Values:
            some = index.astype(int)
            left = points.take(some).occupancy_over_time(at[some], time, FOR_GOOD)
            return np.asarray(left - level[some])

        stop = start + (np.maximum(fall, 0.0) + SLACK) / slowest
        elements = (np.arange(searched.size, dtype=float),)
        hours[searched] = elementwise.find_root(excess, (start, stop), args=elements).x
        return np.asarray(hours)

    @property
    def _emax(self) -> Values:
        return self.parameters["emax"]

    @property
    def _koff(self) -> Values:
        return np.where(self.rows.is_given["koff"], self.kinetics.quantities["koff"], _AT_ONCE)

    def _occupancy(self, dose: Values) -> Values:
        if self.dosing.time_h is not None:
            time = np.full(dose.shape, self.dosing.time_h)
            return np.asarray(self._emax * self._after_dose(dose, time, self.rows.n_doses)[-1])
        values, slopes, times = self._over_interval(dose)
        step = np.diff(times, axis=0)
        if self.dosing.when == "mean":
            parts = step * (values[:-1] + values[1:]) / 2.0 - step**2 * np.diff(slopes, axis=0) / 12.0
            return np.asarray(self._emax * parts.sum(axis=0) / self.rows.interval)
        if self.dosing.when == "trough" and not math.isinf(self.dosing.n_doses):
            return np.asarray(self._emax * values[-1])
        extremes = _extremes(values, slopes, step)
        return np.asarray(
            self._emax * (extremes.max(axis=0) if self.dosing.when == "peak" else extremes.min(axis=0))
        )

    def _over_time(self, dose: Values, time: Values, missed: int) -> Values:
        interval, ec50 = self.rows.interval, self.parameters["ec50"]
        steady = np.full(dose.shape, math.inf)
        occupancy = self._after_dose(dose, np.zeros(dose.shape), steady)[-1]
        taken = [0, *range(missed + 1, int(np.max(time // interval, initial=0)) + 1)]
        for number, following in zip(taken, [*taken[1:], math.inf], strict=True):
            start = number * interval
            length = np.clip(np.minimum(time, following * interval) - start, 0.0, None)

            def ratio(hours: Values, start: Values = start) -> Values:
                return self.course(dose, start + hours, missed) / ec50

            kept, gained = transitions(length, self._koff, ratio)[-1]
            occupancy = kept * occupancy + gained
        return np.asarray(self._emax * occupancy)

    def _after_dose(self, dose: Values, length: Values, n_doses: Values) -> Values:
        """Return the occupancies relative to Emax at the dose and the nodes of the hours after it."""
        ratio = ratio_to_ec50(NUMPY, self.rows, self.kinetics, dose, self.parameters["ec50"])
        schedule = {"koff": self._koff, "interval": self.rows.interval, "n_doses": n_doses}
        return np.stack(np.broadcast_arrays(*occupancies_after_dose(NUMPY, length, **schedule, ratio=ratio)))

    def _over_interval(self, dose: Values) -> tuple[Values, Values, Values]:
        """Return occupancies relative to Emax over the dosing interval, their slopes, and the hours."""
        values, times = (
            self._after_dose(dose, self.rows.interval, self.rows.n_doses),
            node_times(self.rows.interval),
        )
        ratio = ratio_to_ec50(NUMPY, self.rows, self.kinetics, dose, self.parameters["ec50"])
        slopes = self._koff * (ratio(times, self.rows.n_doses) * (1.0 - values) - values)
        return values, slopes, times


def _extremes(values: Values, slopes: Values, step: Values) -> Values:
    """Return the values of cubics at the nodes and where their slope is 0, along the first axis."""
    rise, first, last = np.diff(values, axis=0), step * slopes[:-1], step * slopes[1:]
    square, cube = 3.0 * rise - 2.0 * first - last, first + last - 2.0 * rise
    root = np.sqrt(np.maximum(square**2 - 3.0 * first * cube, 0.0))
    half = -(square + np.copysign(root, square))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.stack([half / (3.0 * cube), first / half])
    shares = np.clip(np.nan_to_num(shares), 0.0, 1.0)
    return np.concatenate([values, *(values[:-1] + shares * (first + shares * (square + shares * cube)))])
