"""The sigmoid Emax curve with competing ligands; the Emax curve has the Hill exponent 1.

Ligands add up in units of their own EC50: ``u = x / ec50 + sum of c / ec50_c``. With the bound fraction
``s = u^h / (1 + u^h)`` and the drug's share of the ligands ``w = x / ec50 / u``, occupancy is ``emax * s``
and its slope with respect to the drug's log EC50 is ``-h * emax * s * (1 - s) * w``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from petfit.inference.kernel.jit import inlined

__all__ = ["Curve", "CurveGradient", "CurvePoint", "curve_gradient", "curve_point"]


class Curve(NamedTuple):
    """Parameters of a curve, with 1 / EC50 as affinity, and how people differ along it."""

    affinity: float
    emax: float
    hill: float
    hill_is_one: bool
    omega: float
    quadrature: bool


class CurvePoint(NamedTuple):
    """A point of the curve, with the intermediate results that its derivatives need."""

    occupancy: float
    slope: float
    total: float
    log_total: float
    bound: float
    free: float
    drug_share: float


class CurveGradient(NamedTuple):
    """Derivatives by log EC50, logit Emax, log Hill exponent, variance of log EC50 and competing ligands."""

    log_ec50: float
    logit_emax: float
    log_hill: float
    variance: float
    competing: float


@inlined
def curve_point(drug: float, competing: float, curve: Curve) -> CurvePoint:
    """Return the point of the curve at ``u = drug + competing``."""
    total = drug + competing
    if total == 0.0:
        return CurvePoint(0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0)
    log_total = 0.0 if curve.hill_is_one else math.log(total)
    power = total if curve.hill_is_one else math.exp(curve.hill * log_total)
    free = 1.0 / (1.0 + power)
    bound = power * free if power < 1.0 else 1.0 - free
    drug_share = 1.0 if competing == 0.0 else drug / total
    slope = -curve.hill * curve.emax * bound * free * drug_share
    return CurvePoint(curve.emax * bound, slope, total, log_total, bound, free, drug_share)


@inlined
def curve_gradient(point: CurvePoint, curve: Curve, d_occupancy: float, d_slope: float) -> CurveGradient:
    """Return the derivatives of a function from its derivatives by occupancy and slope (reverse pass)."""
    emax, hill = curve.emax, curve.hill
    curvature = point.bound * point.free
    steepness = hill * (point.free - point.bound)
    d_log_total = d_occupancy * emax * hill * curvature + d_slope * point.slope * steepness
    d_share = -d_slope * hill * emax * curvature
    d_emax = (d_occupancy * point.bound - d_slope * hill * curvature * point.drug_share) * emax * (1.0 - emax)
    d_log_hill = d_occupancy * emax * curvature * hill * point.log_total + d_slope * point.slope * (
        1.0 + point.log_total * steepness
    )
    d_log_ec50 = -point.drug_share * (d_log_total + (1.0 - point.drug_share) * d_share)
    d_competing = 0.0 if point.drug_share == 1.0 else (d_log_total - point.drug_share * d_share) / point.total
    return CurveGradient(d_log_ec50, d_emax, d_log_hill, 0.0, d_competing)
