"""Log densities of the normal, Student's t and parts of the normal, with derivatives by mean and SD."""

from __future__ import annotations

import math
from typing import NamedTuple

from petfit.inference.kernel.jit import inlined, not_inlined

__all__ = ["LogDensity", "beyond", "interval", "normal", "student"]

_ROOT2 = math.sqrt(2.0)
_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)
_HALF_LOG_PI = 0.5 * math.log(math.pi)
_ASYMPTOTIC = 20.0
"""Above this, the complementary error function is taken from its asymptotic series."""


class LogDensity(NamedTuple):
    """A log density and its derivatives by mean and SD."""

    log: float
    d_mean: float
    d_sd: float


@inlined
def normal(value: float, mean: float, sd: float) -> LogDensity:
    """Return the normal log density."""
    inverse_sd = 1.0 / sd
    z = (value - mean) * inverse_sd
    return LogDensity(-0.5 * z * z - math.log(sd) - _HALF_LOG_2PI, z * inverse_sd, (z * z - 1.0) * inverse_sd)


@not_inlined
def student(value: float, mean: float, scale: float, nu: float) -> LogDensity:
    """Return the log density of Student's t without its constant; `scale` takes the place of the SD."""
    z = (value - mean) / scale
    score = (nu + 1.0) * z / (nu + z * z)
    log = -0.5 * (nu + 1.0) * math.log1p(z * z / nu) - math.log(scale)
    return LogDensity(log, score / scale, (z * score - 1.0) / scale)


@not_inlined
def interval(low: float, high: float, mean: float, sd: float) -> LogDensity:
    """Return the log probability of the interval from `low` to `high` of a normal distribution.

    The interval is mirrored to lie at or below the mean, and in the tail the larger term is factored out; see
    `petfit.model.likelihood.interval`.
    """
    width = (high - low) / sd
    middle = (0.5 * (low + high) - mean) / sd
    mirror = -1.0 if middle > 0.0 else 1.0
    upper = mirror * middle + 0.5 * width
    lower = upper - width
    if upper > 0.0:
        log = math.log(0.5 * (math.erf(upper / _ROOT2) + math.erf(-lower / _ROOT2)))
    else:
        upper_tail, lower_tail = _log_erfcx(-upper / _ROOT2), _log_erfcx(-lower / _ROOT2)
        log_ratio = width * (upper - 0.5 * width) - upper_tail + lower_tail
        log = math.log(0.5) + upper_tail - 0.5 * upper * upper + math.log(-math.expm1(log_ratio))
    at_upper = math.exp(-0.5 * upper * upper - _HALF_LOG_2PI - log)
    at_lower = math.exp(-0.5 * lower * lower - _HALF_LOG_2PI - log)
    d_mean = mirror * (at_lower - at_upper) / sd
    return LogDensity(log, d_mean, (lower * at_lower - upper * at_upper) / sd)


@not_inlined
def beyond(limit: float, side: float, mean: float, sd: float) -> LogDensity:
    """Return the log probability of a normal variable below a limit (`side` 1) or above it (-1)."""
    z = side * (limit - mean) / sd
    if z < 0.0:
        log = math.log(0.5) + _log_erfcx(-z / _ROOT2) - 0.5 * z * z
    else:
        log = math.log(0.5 * (1.0 + math.erf(z / _ROOT2)))
    slope = math.exp(-0.5 * z * z - _HALF_LOG_2PI - log) / sd
    return LogDensity(log, -side * slope, -z * slope)


@not_inlined
def _log_erfcx(x: float) -> float:
    """Return ``log(exp(x^2) erfc(x))`` for ``x >= 0``."""
    if x < _ASYMPTOTIC:
        return x * x + math.log(math.erfc(x))
    y = 0.5 / (x * x)
    series = -y * (1.0 - 3.0 * y * (1.0 - 5.0 * y * (1.0 - 7.0 * y * (1.0 - 9.0 * y * (1.0 - 11.0 * y)))))
    return math.log1p(series) - math.log(x) - _HALF_LOG_PI
