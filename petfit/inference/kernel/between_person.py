"""Occupancy of the people behind a row at one exposure: its mean and its variance between them.

To first order, or by quadrature over people; see `petfit.model.likelihood.predict`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from petfit.inference.kernel.emax_curve import Point, curve, pull_back
from petfit.inference.kernel.jit import aside, inlined

__all__ = ["ByPeople", "Curve", "People", "people", "people_back"]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


class Curve(NamedTuple):
    """Parameters of a curve, with 1 / EC50 as affinity, and how people differ along it."""

    affinity: float
    emax: float
    hill: float
    straight: bool
    omega: float
    quadrature: bool


class People(NamedTuple):
    """Mean occupancy of people, its variance between them, and the point of one at the cohort's EC50."""

    mean: float
    between: float
    point: Point


class ByPeople(NamedTuple):
    """Derivatives by log EC50, logit Emax, log Hill, the variance of log EC50 and what competitors add."""

    log_ec50: float
    emax: float
    hill: float
    variance: float
    others: float


@inlined
def people(x: float, others: float, variance: float, around: float, of: Curve) -> People:
    """Return what people at the exposure `x` say, whose log EC50 vary with `variance` in all.

    `around` is the part of it that lies around the mean of the cohort.
    """
    point = curve(x * of.affinity, others, of.emax, of.hill, of.straight)
    if of.quadrature and around > 0.0:
        mean, square = _moments(x * of.affinity, others, math.sqrt(variance * around), of)
        return People(mean, square / around, point)
    return People(point.occupancy, point.slope * point.slope * variance, point)


@inlined
def people_back(
    said: People,
    x: float,
    others: float,
    variance: float,
    around: float,
    of: Curve,
    by_mean: float,
    by_between: float,
) -> ByPeople:
    """Return derivatives from those by the mean and by the variance between people."""
    if of.quadrature and around > 0.0:
        sd = math.sqrt(variance * around)
        back = _moments_back(x * of.affinity, others, sd, of, said.mean, by_mean, by_between / around)
        return ByPeople(back.log_ec50, back.emax, back.hill, 0.5 * back.variance * around / sd, back.others)
    back = _point_back(said.point, of, by_mean, 2.0 * by_between * said.point.slope * variance)
    by_variance = by_between * said.point.slope * said.point.slope
    return ByPeople(back.log_ec50, back.emax, back.hill, by_variance, back.others)


@inlined
def _point_back(point: Point, of: Curve, by_occupancy: float, by_slope: float) -> ByPeople:
    by_log_total, by_share, by_emax, by_hill = pull_back(point, of.emax, of.hill, by_occupancy, by_slope)
    by_log_ec50 = -point.share * (by_log_total + (1.0 - point.share) * by_share)
    by_others = 0.0 if point.share == 1.0 else (by_log_total - point.share * by_share) / point.total
    return ByPeople(by_log_ec50, by_emax, by_hill, 0.0, by_others)


@aside
def _moments(own: float, others: float, sd: float, of: Curve) -> tuple[float, float]:
    """Return mean and mean square deviation of occupancy, log EC50 being normal with this SD."""
    mean = 0.0
    for node, weight in zip(_NODES, _WEIGHTS):  # noqa: B905
        mean += weight * curve(own * math.exp(-sd * node), others, of.emax, of.hill, of.straight).occupancy
    square = 0.0
    for node, weight in zip(_NODES, _WEIGHTS):  # noqa: B905
        point = curve(own * math.exp(-sd * node), others, of.emax, of.hill, of.straight)
        square += weight * (point.occupancy - mean) ** 2
    return mean, square


@aside
def _moments_back(
    own: float, others: float, sd: float, of: Curve, mean: float, by_mean: float, by_square: float
) -> ByPeople:
    """Return derivatives from those by `_moments`; by the SD instead of the variance."""
    by_log_ec50 = by_emax = by_hill = by_sd = by_others = 0.0
    for node, weight in zip(_NODES, _WEIGHTS):  # noqa: B905
        point = curve(own * math.exp(-sd * node), others, of.emax, of.hill, of.straight)
        by_occupancy = weight * (by_mean + 2.0 * by_square * (point.occupancy - mean))
        back = _point_back(point, of, by_occupancy, 0.0)
        by_log_ec50 += back.log_ec50
        by_emax += back.emax
        by_hill += back.hill
        by_sd += back.log_ec50 * node
        by_others += back.others
    return ByPeople(by_log_ec50, by_emax, by_hill, by_sd, by_others)
