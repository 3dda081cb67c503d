"""The log concentration of a unit dose in one compartment, and its derivatives by the logs of the two rates.

The formulas are those of `petfit.model.kinetics.one_compartment`, which is defined at equal rates as well.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from petfit.inference.kernel.jit import aside, inlined

__all__ = ["LogConcentration", "log_concentration"]

_SMALL = 0.1
_N_TERMS = 12


class LogConcentration(NamedTuple):
    """The log of a concentration, and its derivatives by the logs of elimination and absorption rate."""

    log: float
    d_elimination: float
    d_absorption: float


class ByRates(NamedTuple):
    """A value and its derivatives by two rates."""

    value: float
    d_k: float
    d_ka: float


class WithSlope(NamedTuple):
    """A value and its derivative."""

    value: float
    slope: float


@aside
def log_concentration(
    time: float, interval: float, duration: float, log_volume: float, log_k: float, log_ka: float
) -> LogConcentration:
    """Return the log of the concentration in ng/mL under doses of 1 mg; minus infinity before absorption.

    Parameters
    ----------
    time : float
        Hours after the last dose.
    interval : float
        Hours between doses.
    duration : float
        Number of doses times `interval`, finite at steady state.
    log_volume, log_k, log_ka : float
        Logs of the volume in L and of the rates of elimination and absorption per hour.
    """
    k, ka = math.exp(log_k), math.exp(log_ka)
    decay = _divided_difference(time, k, ka)
    of_k, of_ka = _accumulation(k, interval, duration), _accumulation(ka, interval, duration)
    sums = _sum_difference(k, ka, interval, duration, of_ka)
    absorbed = math.exp(-ka * time)
    total = decay.value * of_k.value + absorbed * sums.value
    if total <= 0.0:
        return LogConcentration(-math.inf, 0.0, 0.0)
    d_k = decay.d_k * of_k.value + decay.value * of_k.slope + absorbed * sums.d_k
    d_ka = decay.d_ka * of_k.value + absorbed * (sums.d_ka - time * sums.value)
    log = math.log(1000.0 * total) + log_ka - log_volume
    return LogConcentration(log, k * d_k / total, 1.0 + ka * d_ka / total)


@inlined
def _accumulation(rate: float, interval: float, duration: float) -> WithSlope:
    """Return ``S(rate)`` and its derivative."""
    within, over_all = math.expm1(-rate * interval), math.expm1(-rate * duration)
    value = over_all / within
    slope = interval * (within + 1.0) / within - duration * (over_all + 1.0) / over_all
    return WithSlope(value, value * slope)


@inlined
def _sum_difference(k: float, ka: float, interval: float, duration: float, of_ka: WithSlope) -> ByRates:
    """Return ``(S(k) - S(ka)) / (ka - k)``."""
    within, over_all = _divided_difference(interval, k, ka), _divided_difference(duration, k, ka)
    inverse = -1.0 / math.expm1(-k * interval)
    value = (within.value * of_ka.value - over_all.value) * inverse
    d_k = (within.d_k * of_ka.value - over_all.d_k) * inverse
    d_k -= value * inverse * interval * math.exp(-k * interval)
    d_ka = (within.d_ka * of_ka.value + within.value * of_ka.slope - over_all.d_ka) * inverse
    return ByRates(value, d_k, d_ka)


@inlined
def _divided_difference(time: float, k: float, ka: float) -> ByRates:
    """Return ``(exp(-k t) - exp(-ka t)) / (ka - k)``."""
    slower, gap = min(k, ka), abs(ka - k)
    decay, mean = time * math.exp(-slower * time), _mean_decay(gap * time)
    value, d_faster = decay * mean.value, decay * time * mean.slope
    d_slower = -time * value - d_faster
    return ByRates(value, d_slower, d_faster) if k < ka else ByRates(value, d_faster, d_slower)


@inlined
def _mean_decay(x: float) -> WithSlope:
    """Return ``(1 - exp(-x)) / x``, and its derivative."""
    if x > _SMALL:
        value = -math.expm1(-x) / x
        return WithSlope(value, (math.exp(-x) - value) / x)
    term, value, slope = 1.0, 1.0, 0.0
    for j in range(1, _N_TERMS):  # the term of x^j is (-x)^j / (j + 1)!
        slope -= j * term / (j + 1)
        term *= -x / (j + 1)
        value += term
    return WithSlope(value, slope)
