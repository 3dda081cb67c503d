"""Normal, Student's t and interval log densities with their derivatives by mean and SD."""

from __future__ import annotations

import math

from petfit.inference.kernel.jit import aside, inlined

__all__ = ["interval", "normal", "student"]

_ROOT2 = math.sqrt(2.0)
_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)
_HALF_LOG_PI = 0.5 * math.log(math.pi)
_FAR = 20.0
"""Beyond it the complementary error function is taken from its asymptotic series."""


@inlined
def normal(value: float, mean: float, sd: float) -> tuple[float, float, float]:
    """Return the normal log density, and its derivatives by the mean and by the SD."""
    narrow = 1.0 / sd
    z = (value - mean) * narrow
    return -0.5 * z * z - math.log(sd) - _HALF_LOG_2PI, z * narrow, (z * z - 1.0) * narrow


@aside
def student(value: float, mean: float, scale: float, nu: float) -> tuple[float, float, float]:
    """Return Student's t without its constant, and its derivatives by the mean and by the scale."""
    z = (value - mean) / scale
    pull = (nu + 1.0) * z / (nu + z * z)
    return (
        -0.5 * (nu + 1.0) * math.log1p(z * z / nu) - math.log(scale),
        pull / scale,
        (z * pull - 1.0) / scale,
    )


@aside
def interval(low: float, high: float, mean: float, sd: float) -> tuple[float, float, float]:
    """Return the log probability of ``low`` to ``high``, and its derivatives by the mean and by the SD.

    The interval is mirrored to lie at or below the mean, and in the tail the larger term is taken out; see
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
        scaled, further = _log_erfcx(-upper / _ROOT2), _log_erfcx(-lower / _ROOT2)
        gap = width * (upper - 0.5 * width) - scaled + further
        log = math.log(0.5) + scaled - 0.5 * upper * upper + math.log(-math.expm1(gap))
    at_upper = math.exp(-0.5 * upper * upper - _HALF_LOG_2PI - log)
    at_lower = math.exp(-0.5 * lower * lower - _HALF_LOG_2PI - log)
    return log, mirror * (at_lower - at_upper) / sd, (lower * at_lower - upper * at_upper) / sd


@aside
def _log_erfcx(x: float) -> float:
    """Return ``log(exp(x^2) erfc(x))`` for ``x >= 0``."""
    if x < _FAR:
        return x * x + math.log(math.erfc(x))
    y = 0.5 / (x * x)
    series = -y * (1.0 - 3.0 * y * (1.0 - 5.0 * y * (1.0 - 7.0 * y * (1.0 - 9.0 * y * (1.0 - 11.0 * y)))))
    return math.log1p(series) - math.log(x) - _HALF_LOG_PI
