"""The log concentration of a unit dose in one compartment, and its derivatives by the logs of the two rates.

Where the two rates differ enough, the textbook formula is used, which shares the exponentials of one rate
between all pairs that have it; elsewhere those of `petfit.model.kinetics.one_compartment`, which are defined
at equal rates as well.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from petfit.inference.kernel.jit import inlined, not_inlined

__all__ = ["Concentration", "Rate", "concentration", "rate_at"]

_SMALL = 0.1
_N_TERMS = 12
_NOTHING_LEFT = 40.0
"""Time constants after which nothing is left, to double precision."""


class Rate(NamedTuple):
    """A rate per hour, what it leaves after the time of a row, and the sum over doses and its derivative."""

    rate: float
    left: float
    sum: float
    slope: float


class Concentration(NamedTuple):
    """A concentration over the dose per volume, and the derivatives of its log by those of the two rates."""

    value: float
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


@inlined
def rate_at(rate: float, time: float, interval: float, duration: float) -> Rate:
    """Return what depends on one rate alone.

    Parameters
    ----------
    rate : float
        Of elimination or absorption, per hour.
    time : float
        Hours after the last dose.
    interval : float
        Hours between doses.
    duration : float
        Number of doses times `interval`, finite at steady state.
    """
    left = math.exp(-rate * time)
    if duration == interval:
        return Rate(rate, left, 1.0, 0.0)
    within = math.expm1(-rate * interval)
    over_all = math.expm1(-rate * duration) if rate * duration < _NOTHING_LEFT else -1.0
    value = over_all / within
    slope = interval * (within + 1.0) / within - duration * (over_all + 1.0) / over_all
    return Rate(rate, left, value, value * slope)


@not_inlined
def concentration(
    time: float, interval: float, duration: float, elimination: Rate, absorption: Rate
) -> Concentration:
    """Return the concentration over the dose per volume; 0 before absorption.

    Parameters
    ----------
    time, interval, duration : float
        See `rate_at`.
    elimination, absorption : Rate
        From `rate_at`.
    """
    k, ka = elimination.rate, absorption.rate
    if abs(ka - k) * time > _SMALL:
        total = _difference(time, elimination, absorption)
    else:
        total = _near_equal_rates(time, interval, duration, elimination, absorption)
    if total.value <= 0.0:
        return Concentration(0.0, 0.0, 0.0)
    return Concentration(ka * total.value, k * total.d_k / total.value, 1.0 + ka * total.d_ka / total.value)


@inlined
def _difference(time: float, elimination: Rate, absorption: Rate) -> ByRates:
    """Return ``(exp(-k t) S(k) - exp(-ka t) S(ka)) / (ka - k)``."""
    k, ka = elimination, absorption
    inverse = 1.0 / (ka.rate - k.rate)
    value = (k.left * k.sum - ka.left * ka.sum) * inverse
    d_k = value + k.left * (k.slope - time * k.sum)
    d_ka = -value - ka.left * (ka.slope - time * ka.sum)
    return ByRates(value, d_k * inverse, d_ka * inverse)


@inlined
def _near_equal_rates(
    time: float, interval: float, duration: float, elimination: Rate, absorption: Rate
) -> ByRates:
    """Return the same as `_difference`, defined at equal rates as well."""
    decay = _divided_difference(time, elimination.rate, absorption.rate)
    sums = _sum_difference(elimination.rate, interval, duration, absorption)
    absorbed = absorption.left
    value = decay.value * elimination.sum + absorbed * sums.value
    d_k = decay.d_k * elimination.sum + decay.value * elimination.slope + absorbed * sums.d_k
    d_ka = decay.d_ka * elimination.sum + absorbed * (sums.d_ka - time * sums.value)
    return ByRates(value, d_k, d_ka)


@inlined
def _sum_difference(k: float, interval: float, duration: float, absorption: Rate) -> ByRates:
    """Return ``(S(k) - S(ka)) / (ka - k)``."""
    ka = absorption.rate
    within, over_all = _divided_difference(interval, k, ka), _divided_difference(duration, k, ka)
    inverse = -1.0 / math.expm1(-k * interval)
    value = (within.value * absorption.sum - over_all.value) * inverse
    d_k = (within.d_k * absorption.sum - over_all.d_k) * inverse
    d_k -= value * inverse * interval * math.exp(-k * interval)
    d_ka = (within.d_ka * absorption.sum + within.value * absorption.slope - over_all.d_ka) * inverse
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
