"""Log densities of the priors, without their normalizing constants, and their slopes."""

from __future__ import annotations

import math

from petfit.inference.kernel.jit import aside
from petfit.inference.kernel.records import FAMILIES, Record

__all__ = ["log_prior"]

_NORMAL, _STUDENT, _HALF_NORMAL, _HALF_CAUCHY, _LOG_NORMAL, _GAMMA, _INVERSE_GAMMA, _EXPONENTIAL, _ = range(
    len(FAMILIES)
)


@aside
def log_prior(value: float, prior: Record) -> tuple[float, float]:
    """Return the log density of one unknown and its derivative by the unknown."""
    family, first, second = prior.family, prior.first, prior.second
    if family == _NORMAL:
        z = (value - first) / second
        return -0.5 * z * z, -z / second
    if family == _STUDENT:
        z = (value - second) / prior.third
        return -0.5 * (first + 1.0) * math.log1p(z * z / first), -(first + 1.0) * z / (
            (first + z * z) * prior.third
        )
    if family == _HALF_NORMAL:
        z = value / first
        return -0.5 * z * z, -z / first
    if family == _HALF_CAUCHY:
        z = value / first
        return -math.log1p(z * z), -2.0 * z / ((1.0 + z * z) * first)
    if family == _LOG_NORMAL:
        log = math.log(value)
        z = (log - first) / second
        return -0.5 * z * z - log, -(z / second + 1.0) / value
    if family == _GAMMA:
        return (first - 1.0) * math.log(value) - second * value, (first - 1.0) / value - second
    if family == _INVERSE_GAMMA:
        return -(first + 1.0) * math.log(value) - second / value, (second / value - first - 1.0) / value
    if family == _EXPONENTIAL:
        return -first * value, -first
    return (
        (first - 1.0) * math.log(value) + (second - 1.0) * math.log1p(-value),
        (first - 1.0) / value - (second - 1.0) / (1.0 - value),
    )
