"""One compartment with absorption and elimination of first order, in closed form.

After n doses D, one every tau hours, the concentration t hours after the last of them is ``D * u(t)``::

    u(t) = 1000 / V * ka / (ka - k) * [exp(-k t) S(k) - exp(-ka t) S(ka)]
    S(r) = (1 - exp(-n r tau)) / (1 - exp(-r tau)),    k = CL / V

(Gibaldi and Perrier 1982, Pharmacokinetics, 2nd edition, chapter 3). Times are in hours, doses in mg,
concentrations in ng/mL, volumes in L and clearances in L/h. Clearance and volume are apparent: divided by
the bioavailability. The formulas below divide nothing by ``ka - k``, so that they hold on both sides of
``ka = k`` and at it: with absorption slower than elimination (a depot) the two rates change places.

A delay is a third compartment, from which occupancy follows (Sheiner et al., Clin Pharmacol Ther
1979;25:358-371): its concentration approaches that in plasma at the rate ke0, ``dCe/dt = ke0 (C - Ce)``.
"""

from __future__ import annotations

import math

from petfit.model.ops import Array, Ops

__all__ = [
    "accumulation",
    "effect_site_concentration",
    "finite_duration",
    "mean_concentration",
    "peak_time",
    "unit_concentration",
]

_STEADY_STATE_H = 1e9
"""Hours of dosing after which every concentration is that of infinitely many doses."""
_SMALL = 1e-4
_APART = 1e-5
"""Three rates that agree to this part are moved apart by it: an error of its square."""


def unit_concentration(
    ops: Ops,
    time: Array,
    *,
    volume: Array,
    elimination: Array,
    absorption: Array,
    interval: Array = 24.0,
    n_doses: Array = math.inf,
) -> Array:
    """Return the concentration under repeated doses of 1 mg, in ng/mL.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    time : array
        Hours after the last dose, 0 or more; more than `interval` if no further dose was taken.
    volume : array
        Apparent volume of distribution in L.
    elimination, absorption : array
        Rates per hour, above 0.
    interval : array
        Hours between doses.
    n_doses : array
        Number of doses; infinite at steady state.

    Returns
    -------
    array
        In the broadcast shape of the arguments.

    Examples
    --------
    >>> from petfit.model.ops import NUMPY
    >>> rates = {"volume": 100.0, "elimination": 0.03, "absorption": 1.0}
    >>> round(float(unit_concentration(NUMPY, 24.0, **rates, n_doses=1)), 3)  # once
    5.018
    >>> round(float(unit_concentration(NUMPY, 24.0, **rates)), 3)  # at steady state
    9.777
    """
    return 1000.0 / volume * absorption * _difference(ops, time, elimination, absorption, interval, n_doses)


def effect_site_concentration(
    ops: Ops,
    time: Array,
    *,
    volume: Array,
    elimination: Array,
    absorption: Array,
    delay: Array,
    interval: Array = 24.0,
    n_doses: Array = math.inf,
) -> Array:
    """Return the concentration that occupancy follows with a delay, under repeated doses of 1 mg, in ng/mL.

    Parameters
    ----------
    ops, time, volume, elimination, absorption, interval, n_doses
        See `unit_concentration`.
    delay : array
        The rate ke0 per hour, above 0; infinite without a delay.

    Examples
    --------
    >>> from petfit.model.ops import NUMPY
    >>> rates = {"volume": 100.0, "elimination": 0.03, "absorption": 1.0, "n_doses": 1}
    >>> round(float(effect_site_concentration(NUMPY, 2.0, **rates, delay=0.1)), 3)
    1.029
    >>> round(float(unit_concentration(NUMPY, 2.0, **rates)), 3)
    8.314
    """
    low, middle, high = _sorted_apart(ops, elimination, absorption, delay)
    fall = _difference(ops, time, low, middle, interval, n_doses)
    rise = _difference(ops, time, middle, high, interval, n_doses)
    return 1000.0 / volume * absorption * delay * (fall - rise) / (high - low)


def accumulation(ops: Ops, rate: Array, interval: Array, n_doses: Array = math.inf) -> Array:
    """Return the sum of ``exp(-j * rate * interval)`` over j from 0 to ``n_doses - 1``.

    Examples
    --------
    >>> from petfit.model.ops import NUMPY
    >>> round(float(accumulation(NUMPY, math.log(2) / 35.0, 24.0)), 2)  # citalopram, once a day
    2.64
    """
    return ops.expm1(-rate * finite_duration(ops, interval, n_doses)) / ops.expm1(-rate * interval)


def mean_concentration(clearance: Array, interval: Array) -> Array:
    """Return the mean concentration over a dosing interval at steady state, for doses of 1 mg, in ng/mL.

    Examples
    --------
    >>> round(50 * mean_concentration(122.0, 24.0), 1)  # sertraline, 50 mg once a day
    17.1
    """
    return 1000.0 / (clearance * interval)


def peak_time(
    ops: Ops, *, elimination: Array, absorption: Array, interval: Array = 24.0, n_doses: Array = math.inf
) -> Array:
    """Return the time after the last dose at which the concentration is highest, in hours.

    It is ``log(ka S(ka) / (k S(k))) / (ka - k)``, where the derivative of the concentration is 0.

    Parameters
    ----------
    ops, elimination, absorption, interval, n_doses
        See `unit_concentration`.

    Examples
    --------
    >>> from petfit.model.ops import NUMPY
    >>> round(float(peak_time(NUMPY, elimination=64.6 / 1530, absorption=0.168)), 2)
    7.54
    """
    difference = absorption - elimination
    is_seam = abs(difference) < _SMALL * elimination
    middle = 0.5 * (absorption + elimination)
    sums = [accumulation(ops, rate, interval, n_doses) for rate in (elimination, absorption)]
    at_seam = 1.0 / middle - _sum_difference(ops, middle, middle, interval, n_doses) / sums[0]
    log_ratio = ops.log(absorption * sums[1] / (elimination * sums[0]))
    return ops.where(is_seam, at_seam, log_ratio / ops.where(is_seam, 1.0, difference))


def finite_duration(ops: Ops, interval: Array, n_doses: Array) -> Array:
    """Return ``n_doses * interval``, finite at steady state so that gradients are finite."""
    duration = interval * n_doses
    return ops.where(duration > _STEADY_STATE_H, _STEADY_STATE_H, duration)


def _sorted_apart(ops: Ops, a: Array, b: Array, c: Array) -> tuple[Array, Array, Array]:
    """Return three rates in order, with the outer two so far apart that their difference divides well."""
    low, high = ops.where(a < b, a, b), ops.where(a < b, b, a)
    middle = ops.where(c < low, low, ops.where(c > high, high, c))
    low, high = ops.where(c < low, c, low), ops.where(c > high, c, high)
    is_close = high - low < _APART * low
    return (
        ops.where(is_close, low * (1.0 - _APART), low),
        middle,
        ops.where(is_close, high * (1.0 + _APART), high),
    )


def _difference(ops: Ops, time: Array, k: Array, ka: Array, interval: Array, n_doses: Array) -> Array:
    """Return ``(exp(-k t) S(k) - exp(-ka t) S(ka)) / (ka - k)``."""
    decay = _divided_difference(ops, time, k, ka)
    sums = _sum_difference(ops, k, ka, interval, n_doses)
    return decay * accumulation(ops, k, interval, n_doses) + ops.exp(-ka * time) * sums


def _divided_difference(ops: Ops, time: Array, k: Array, ka: Array) -> Array:
    """Return ``(exp(-k t) - exp(-ka t)) / (ka - k)``, which is ``t exp(-k t)`` where the rates are equal."""
    gap = abs(ka - k)
    slower = 0.5 * (k + ka - gap)
    return time * ops.exp(-slower * time) * _mean_decay(ops, gap * time)


def _sum_difference(ops: Ops, k: Array, ka: Array, interval: Array, n_doses: Array) -> Array:
    """Return ``(S(k) - S(ka)) / (ka - k)``."""
    within = _divided_difference(ops, interval, k, ka) * accumulation(ops, ka, interval, n_doses)
    over_all = _divided_difference(ops, finite_duration(ops, interval, n_doses), k, ka)
    return (within - over_all) / -ops.expm1(-k * interval)


def _mean_decay(ops: Ops, x: Array) -> Array:
    """Return the mean of ``exp(-y)`` over y from 0 to x: ``(1 - exp(-x)) / x``, and 1 at 0."""
    is_small = x < _SMALL
    safe = ops.where(is_small, 1.0, x)
    series = 1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0))
    return ops.where(is_small, series, -ops.expm1(-safe) / safe)
