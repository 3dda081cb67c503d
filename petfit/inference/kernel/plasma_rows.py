"""Concentrations in plasma of rows with a dose, their variance between people, and the reverse pass.

`petfit.model.kinetics.plasma` states the same, and `petfit.model.likelihood.plasma_sample` the density of
concentrations that were measured.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from petfit.inference.kernel.jit import copied, inlined, integers, not_inlined
from petfit.inference.kernel.log_concentration import Concentration, Rate, concentration, rate_at
from petfit.inference.kernel.log_densities import interval, normal
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import ABSENT, QUANTITIES, Record
from petfit.inference.kernel.workspace import Workspace

__all__ = ["add_concentration_gradient", "fill_in_concentrations"]

(
    _CLEARANCE,
    _VOLUME,
    _HALF_LIFE,
    _ABSORPTION,
    _POWER,
    _FIRST_HALF_LIFE,
    _FIRST_BIOAVAILABILITY,
) = integers(len(QUANTITIES))
_OF_CLEARANCE, _OF_VOLUME, _OF_ABSORPTION = integers(3)
_LOG_LN2 = math.log(math.log(2.0))
_FAR_BELOW = 50.0


class Disposition(NamedTuple):
    """Logs of the bioavailable part of a dose, of the volume and of the rates."""

    amount: float
    volume: float
    elimination: float
    absorption: float


class Deviations(NamedTuple):
    """Deviations of people in the logs of clearance, volume and absorption."""

    clearance: float
    volume: float
    absorption: float


class Point(NamedTuple):
    """The log concentration of a unit amount, that over the dose per volume, and the two rates."""

    log: float
    unit: Concentration
    k: Rate
    ka: Rate


@not_inlined
def fill_in_concentrations(work: Workspace, model: ModelArrays) -> float:
    """Fill in the rows with concentrations; return the log density of the measured ones.

    The derivatives by the log concentrations start with those of this density.
    """
    work.row_words[:] = model.rows.view(np.float64)
    total = 0.0
    for r in range(model.kinetics.size):
        row, plasma = model.kinetics[r], work.plasma[r]
        plasma.d_log_x = plasma.d_variance = 0.0
        if row.is_dose and model.rows[r].x > 0.0:
            at, people = _disposition(row, work), _people(row, work)
            point = _typical(row, at, people)
            log = point.log + at.amount
            work.rows[r].x = work.rows[r].x_high = math.exp(log)
            plasma.log_d_elimination = point.unit.d_elimination
            plasma.log_d_absorption = point.unit.d_absorption
            work.rows[r].exposure_sd = math.sqrt(_variance(row, point, plasma))
            if row.share > 0.0 and log > -math.inf:
                total += _log_density_of_sample(r, row, log, work, model)
    return total


@not_inlined
def add_concentration_gradient(work: Workspace, model: ModelArrays) -> None:
    """Add the derivatives by the kinetics from those by log concentrations and variances (reverse pass)."""
    for r in range(model.kinetics.size):
        row, plasma = model.kinetics[r], work.plasma[r]
        if row.is_dose and work.rows[r].x > 0.0:
            d_log, d_variance = plasma.d_log_x, plasma.d_variance
            d_elimination = d_log * plasma.log_d_elimination + d_variance * plasma.variance_d_elimination
            d_absorption = d_log * plasma.log_d_absorption + d_variance * plasma.variance_d_absorption
            _add_people_gradient(row, -d_log, d_elimination, d_absorption, work)
            _add_disposition_gradient(row, d_log, -d_log, d_elimination, d_absorption, work)


@copied
def _log_density_of_sample(r: int, row: Record, log: float, work: Workspace, model: ModelArrays) -> float:
    """Return the log density of a measured concentration and start the derivative by the predicted one."""
    if model.rows[r].included == 0.0:
        return 0.0
    mean = log + (0.0 if row.study == ABSENT else work.values[row.study])
    if row.is_below_loq:
        density = interval(row.log_measured - _FAR_BELOW, row.log_measured, mean, row.assay_sd)
    else:
        density = normal(row.log_measured, mean, row.assay_sd)
    work.plasma[r].d_log_x = row.share * density.d_mean
    if row.study != ABSENT:
        work.d_values[row.study] += row.share * density.d_mean
    return float(row.share * density.log)


@inlined
def _quantity(row: Record, q: int, work: Workspace) -> float:
    """Return a quantity of the drug of a row on its natural scale."""
    return float(row.number[q] if row.parameter[q] == ABSENT else work.values[row.parameter[q]])


@inlined
def _add(row: Record, q: int, d_log: float, work: Workspace) -> None:
    """Add the derivative by the log of a quantity to that by its parameter, if it has one."""
    if row.parameter[q] != ABSENT:
        work.d_values[row.parameter[q]] += d_log / work.values[row.parameter[q]]


@copied
def _disposition(row: Record, work: Workspace) -> Disposition:
    """Return the disposition of the dose of a row in the typical person; `row.log_dose` is in mg."""
    log_half_life = math.log(_quantity(row, _HALF_LIFE, work))
    if row.gives_volume:
        log_volume = math.log(_quantity(row, _VOLUME, work))
    else:
        log_volume = math.log(_quantity(row, _CLEARANCE, work)) + log_half_life - _LOG_LN2
    if row.gives_clearance:
        log_clearance = math.log(_quantity(row, _CLEARANCE, work))
    else:
        log_clearance = _LOG_LN2 + log_volume - log_half_life
    if row.gives_power:
        log_clearance -= _quantity(row, _POWER, work) * row.log_dose_over_reference
    if row.gives_first_half_life:
        log_elimination = _LOG_LN2 - math.log(_quantity(row, _FIRST_HALF_LIFE, work))
    else:
        log_elimination = log_clearance - log_volume
    log_amount = row.log_dose
    if row.gives_first_bioavailability:
        log_amount += math.log(_quantity(row, _FIRST_BIOAVAILABILITY, work))
    return Disposition(log_amount, log_volume, log_elimination, math.log(_quantity(row, _ABSORPTION, work)))


@copied
def _add_disposition_gradient(
    row: Record,
    d_amount: float,
    d_volume: float,
    d_elimination: float,
    d_absorption: float,
    work: Workspace,
) -> None:
    """Add the derivatives by the quantities of the drug (reverse pass of `_disposition`)."""
    d_clearance = d_half_life = 0.0
    if row.gives_first_bioavailability:
        _add(row, _FIRST_BIOAVAILABILITY, d_amount, work)
    if row.gives_first_half_life:
        _add(row, _FIRST_HALF_LIFE, -d_elimination, work)
    else:
        d_clearance = d_elimination
        d_volume -= d_elimination
    if row.gives_power:
        power = _quantity(row, _POWER, work)
        _add(row, _POWER, -d_clearance * row.log_dose_over_reference * power, work)
    if not row.gives_clearance:
        d_volume += d_clearance
        d_half_life -= d_clearance
        d_clearance = 0.0
    if row.gives_volume:
        _add(row, _VOLUME, d_volume, work)
    else:
        d_clearance += d_volume
        d_half_life += d_volume
    _add(row, _CLEARANCE, d_clearance, work)
    _add(row, _HALF_LIFE, d_half_life, work)
    _add(row, _ABSORPTION, d_absorption, work)


@copied
def _people(row: Record, work: Workspace) -> Deviations:
    """Return the mean deviations of the people of a row."""
    return Deviations(
        _deviation(row, _OF_CLEARANCE, work),
        _deviation(row, _OF_VOLUME, work),
        _deviation(row, _OF_ABSORPTION, work),
    )


@inlined
def _deviation(row: Record, p: int, work: Workspace) -> float:
    if row.person[p] == ABSENT:
        return 0.0
    return float(row.people_sd[p] * row.person_weight * work.values[row.person[p]])


@copied
def _add_people_gradient(
    row: Record, d_volume: float, d_elimination: float, d_absorption: float, work: Workspace
) -> None:
    """Add the derivatives by the deviations of people (reverse pass of `_people`)."""
    for p in range(3):
        if row.person[p] != ABSENT:
            d_log = d_elimination
            if p == _OF_VOLUME:
                d_log = d_volume - d_elimination
            elif p == _OF_ABSORPTION:
                d_log = d_absorption
            work.d_values[row.person[p]] += row.people_sd[p] * row.person_weight * d_log


@copied
def _typical(row: Record, at: Disposition, people: Deviations) -> Point:
    """Return the log concentration of a unit amount in people with these deviations, and their two rates."""
    log_volume = at.volume + people.volume
    k = _rate(math.exp(at.elimination + people.clearance - people.volume), row)
    ka = _rate(math.exp(at.absorption + people.absorption), row)
    unit = _unit(row, k, ka)
    log = math.log(1000.0 * unit.value) - log_volume if unit.value > 0.0 else -math.inf
    return Point(log, unit, k, ka)


@inlined
def _rate(rate: float, row: Record) -> Rate:
    return rate_at(rate, row.time, row.interval, row.duration)


@inlined
def _unit(row: Record, k: Rate, ka: Rate) -> Concentration:
    return concentration(row.time, row.interval, row.duration, k, ka)


@copied
def _variance(row: Record, point: Point, plasma: Record) -> float:
    """Return the variance of the log concentration between people, and fill in its derivatives."""
    plasma.variance_d_elimination = plasma.variance_d_absorption = 0.0
    if not row.has_variance or point.unit.value == 0.0:
        return 0.0
    total = 0.0
    for p in range(3):
        sd = row.people_sd[p]
        if sd > 0.0:
            step = math.exp(sd)
            k_above, k_below, ka_above, ka_below = point.k, point.k, point.ka, point.ka
            if p == _OF_ABSORPTION:
                ka_above, ka_below = _rate(point.ka.rate * step, row), _rate(point.ka.rate / step, row)
            else:
                k_above, k_below = _rate(point.k.rate * step, row), _rate(point.k.rate / step, row)
            above, below = _unit(row, k_above, ka_above), _unit(row, k_below, ka_below)
            # in people with a larger volume, concentration and elimination rate are lower
            gap = math.log(above.value / below.value) + (2.0 * sd if p == _OF_VOLUME else 0.0)
            total += 0.25 * gap * gap
            plasma.variance_d_elimination += 0.5 * gap * (above.d_elimination - below.d_elimination)
            plasma.variance_d_absorption += 0.5 * gap * (above.d_absorption - below.d_absorption)
    return total
