"""Mean occupancy of the people behind a row at one exposure, and its variance between them.

Log EC50 is normal between people. Moments of occupancy follow to first order or by Gauss-Hermite quadrature;
see `petfit.model.likelihood.predict`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from petfit.inference.kernel.emax_curve import Curve, CurveGradient, CurvePoint, curve_gradient, curve_point
from petfit.inference.kernel.jit import inlined, not_inlined
from petfit.inference.kernel.records import Record

__all__ = ["Occupancy", "occupancy_at", "occupancy_gradient"]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


class Occupancy(NamedTuple):
    """Mean and variance of occupancy between people, and the curve's point at the EC50 of the cohort."""

    mean: float
    variance: float
    point: CurvePoint


class Moments(NamedTuple):
    """Mean and variance over the nodes of the quadrature."""

    mean: float
    variance: float


@inlined
def occupancy_at(x: float, competing: float, variance: float, row: Record, curve: Curve) -> Occupancy:
    """Return occupancy at an exposure; `variance` is that of log EC50, all sources together."""
    point = curve_point(x * curve.affinity, competing, curve)
    if curve.quadrature and row.deviation_share > 0.0:
        sd = math.sqrt(variance * row.deviation_share)
        moments = _moments(x * curve.affinity, competing, sd, curve)
        return Occupancy(moments.mean, moments.variance / row.deviation_share, point)
    return Occupancy(point.occupancy, point.slope * point.slope * variance, point)


@inlined
def occupancy_gradient(
    occupancy: Occupancy,
    x: float,
    competing: float,
    variance: float,
    row: Record,
    curve: Curve,
    d_mean: float,
    d_variance: float,
) -> CurveGradient:
    """Return the derivatives by parameters from those by mean and variance of occupancy (reverse pass)."""
    share = row.deviation_share
    if curve.quadrature and share > 0.0:
        sd = math.sqrt(variance * share)
        g = _moments_gradient(
            x * curve.affinity, competing, sd, curve, occupancy.mean, d_mean, d_variance / share
        )
        return CurveGradient(g.log_ec50, g.logit_emax, g.log_hill, 0.5 * g.variance * share / sd, g.competing)
    slope = occupancy.point.slope
    g = curve_gradient(occupancy.point, curve, d_mean, 2.0 * d_variance * slope * variance)
    return CurveGradient(g.log_ec50, g.logit_emax, g.log_hill, d_variance * slope * slope, g.competing)


@not_inlined
def _moments(drug: float, competing: float, sd: float, curve: Curve) -> Moments:
    """Return the moments of occupancy, log EC50 being normal with this SD."""
    mean = 0.0
    for node, weight in zip(_NODES, _WEIGHTS):  # noqa: B905
        mean += weight * curve_point(drug * math.exp(-sd * node), competing, curve).occupancy
    variance = 0.0
    for node, weight in zip(_NODES, _WEIGHTS):  # noqa: B905
        point = curve_point(drug * math.exp(-sd * node), competing, curve)
        variance += weight * (point.occupancy - mean) ** 2
    return Moments(mean, variance)


@not_inlined
def _moments_gradient(
    drug: float, competing: float, sd: float, curve: Curve, mean: float, d_mean: float, d_variance: float
) -> CurveGradient:
    """Return the reverse pass of `_moments`; the field ``variance`` holds the derivative by the SD."""
    d_log_ec50 = d_emax = d_log_hill = d_sd = d_competing = 0.0
    for node, weight in zip(_NODES, _WEIGHTS):  # noqa: B905
        point = curve_point(drug * math.exp(-sd * node), competing, curve)
        d_occupancy = weight * (d_mean + 2.0 * d_variance * (point.occupancy - mean))
        g = curve_gradient(point, curve, d_occupancy, 0.0)
        d_log_ec50 += g.log_ec50
        d_emax += g.logit_emax
        d_log_hill += g.log_hill
        d_sd += g.log_ec50 * node
        d_competing += g.competing
    return CurveGradient(d_log_ec50, d_emax, d_log_hill, d_sd, d_competing)
