"""The SD between people of the log dose for an occupancy, where people differ in EC50 and in kinetics."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from petfit.model.kinetics.drug_kinetics import PEOPLE_PARAMETERS
from petfit.results.plasma_points import PlasmaPoints

__all__ = ["people_sd"]

type Values = NDArray[np.float64]

_STEP = 0.01
"""Of derivatives by log dose and log EC50."""


def people_sd(points: PlasmaPoints, omega: Values) -> Values:
    """Return the SD between people of the log dose for an occupancy, at the dose for half of Emax.

    Parameters
    ----------
    points : PlasmaPoints
        Draws of typical people.
    omega : array
        SD of log EC50 between people, for each element.
    """
    dose = points.dose(0.5 * points.parameters["emax"])
    by_dose, by_ec50 = (
        _log_odds(points, dose * math.exp(step), log_ec50=shift)
        - _log_odds(points, dose * math.exp(-step), log_ec50=-shift)
        for step, shift in ((_STEP, 0.0), (0.0, _STEP))
    )
    variance = (omega * by_ec50 / (2.0 * _STEP)) ** 2
    for name in PEOPLE_PARAMETERS:
        high, low = (
            _log_odds(points, dose, **{name: sign * points.rows.people_sd[name]}) for sign in (1.0, -1.0)
        )
        variance += 0.25 * (high - low) ** 2
    return np.asarray(np.sqrt(variance) / (by_dose / (2.0 * _STEP)))


def _log_odds(
    points: PlasmaPoints, dose: Values, *, log_ec50: float | Values = 0.0, **shifts: float | Values
) -> Values:
    """Return the log odds of the occupancy relative to Emax, with EC50 and people shifted."""
    old = points.kinetics.deviations
    deviations = {**old, **{name: old[name] + shift for name, shift in shifts.items()}}
    parameters = {**points.parameters, "ec50": points.parameters["ec50"] * np.exp(log_ec50)}
    kinetics = replace(points.kinetics, deviations=deviations)
    shifted = replace(points, parameters=parameters, kinetics=kinetics)
    return np.asarray(special.logit(shifted.occupancy(dose) / points.parameters["emax"]))
