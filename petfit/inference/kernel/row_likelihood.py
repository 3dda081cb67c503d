"""Log likelihood of one row at each level of evidence, and of complete sets of ranges, with derivatives."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import inlined, not_inlined
from petfit.inference.kernel.log_densities import beyond, interval, normal, student
from petfit.inference.kernel.records import LEVELS, Record, Records

__all__ = [
    "RANGE_SET",
    "SCAN",
    "RowDensity",
    "log_likelihood_of_row",
    "log_likelihood_of_set",
]

_SUBJECT, _GROUP, _RANGE, _EXTREMES, RANGE_SET, SCAN, _CENSORED_SUBJECT, _CENSORED_GROUP = range(len(LEVELS))


class RowDensity(NamedTuple):
    """The log density of a row and its derivatives by mean, sigma and variance of occupancy."""

    log: float
    d_mean: float
    d_sigma: float
    d_between: float


@inlined
def log_likelihood_of_row(
    row: Record, mean: float, sigma: float, inverse_sigma: float, log_sigma: float, between: float
) -> RowDensity:
    """Return the log density of a row; see `petfit.model.likelihood` for the densities of the levels."""
    if row.level == _EXTREMES:
        return _log_likelihood_of_extremes(row, mean, sigma, between)
    if row.level == _RANGE:
        inside = interval(row.low, row.high, mean, sigma / row.inverse_se)
        return RowDensity(inside.log, inside.d_mean, inside.d_sd / row.inverse_se, 0.0)
    if row.level in (_CENSORED_SUBJECT, _CENSORED_GROUP):
        probability = beyond(row.value, row.side, mean, sigma / row.inverse_se)
        return RowDensity(probability.log, probability.d_mean, probability.d_sd / row.inverse_se, 0.0)
    if row.level != _GROUP and not math.isinf(row.nu):
        t = student(row.value, mean, sigma, row.nu)
        return RowDensity(t.log + row.constant, t.d_mean, t.d_sd, 0.0)
    inverse_se = inverse_sigma * row.inverse_se
    z = (row.value - mean) * inverse_se
    log = row.constant - 0.5 * z * z - log_sigma
    d_mean, d_sigma = z * inverse_se, (z * z - 1.0) * inverse_sigma
    if row.gamma_shape == 0.0:
        return RowDensity(log, d_mean, d_sigma, 0.0)
    variance = row.unit_variance * sigma * sigma + between
    ratio = row.sample_variance / variance
    log -= row.gamma_shape * (math.log(variance) + ratio)
    d_variance = row.gamma_shape * (ratio - 1.0) / variance
    return RowDensity(log, d_mean, d_sigma + 2.0 * row.unit_variance * sigma * d_variance, d_variance)


@not_inlined
def _log_likelihood_of_extremes(row: Record, mean: float, sigma: float, between: float) -> RowDensity:
    """Return the log density of the lowest and the highest of ``n`` people."""
    sd = math.sqrt(row.unit_variance * sigma * sigma + between)
    lowest, highest = normal(row.low, mean, sd), normal(row.high, mean, sd)
    inside = interval(row.low, row.high, mean, sd)
    n_inside = row.n - 2.0
    d_variance = 0.5 * (lowest.d_sd + highest.d_sd + n_inside * inside.d_sd) / sd
    return RowDensity(
        row.constant + lowest.log + highest.log + n_inside * inside.log,
        lowest.d_mean + highest.d_mean + n_inside * inside.d_mean,
        2.0 * row.unit_variance * sigma * d_variance,
        d_variance,
    )


@not_inlined
def log_likelihood_of_set(rows: Records, members: NDArray[np.int64], set_rows: Records) -> float:
    """Return the log density of the lowest and the highest mean of a set of groups.

    Every pair of groups may be the one at the two ends; see `petfit.model.likelihood.range_set`. Each row of
    the set carries an equal share of the density.

    Parameters
    ----------
    rows : array of ROW
        All rows.
    members : array of int
        Which of them form the set.
    set_rows : array of SET_ROW
        One for each row. ``mean`` and ``sigma`` are read, ``d_mean`` and ``d_sigma`` are filled in.
    """
    n_included, log = 0.0, 0.0
    for r in members:
        row, state = rows[r], set_rows[r]
        sd = state.sigma / row.inverse_se
        inside = interval(row.low, row.high, state.mean, sd)
        low, high = normal(row.low, state.mean, sd), normal(row.high, state.mean, sd)
        state.inside, state.inside_d_mean, state.inside_d_sd = inside.log, inside.d_mean, inside.d_sd
        state.low, state.low_d_mean, state.low_d_sd = low.log, low.d_mean, low.d_sd
        state.high, state.high_d_mean, state.high_d_sd = high.log, high.d_mean, high.d_sd
        state.p_lowest = state.p_highest = 0.0
        log += inside.log
        n_included += row.included
    largest, total = -np.inf, 0.0
    for i in members:
        for j in members:
            if i != j:
                largest = max(largest, _log_ratio(set_rows[i], set_rows[j]))
    for i in members:
        for j in members:
            if i != j:
                ratio = math.exp(_log_ratio(set_rows[i], set_rows[j]) - largest)
                set_rows[i].p_lowest += ratio
                set_rows[j].p_highest += ratio
                total += ratio
    included_share = n_included / members.size
    for r in members:
        state = set_rows[r]
        p_low, p_high = state.p_lowest / total, state.p_highest / total
        p_inside = 1.0 - p_low - p_high
        d_mean = p_low * state.low_d_mean + p_high * state.high_d_mean + p_inside * state.inside_d_mean
        d_sd = p_low * state.low_d_sd + p_high * state.high_d_sd + p_inside * state.inside_d_sd
        state.d_mean = d_mean * included_share
        state.d_sigma = d_sd * (included_share / rows[r].inverse_se)
    return included_share * (log + largest + math.log(total))


@inlined
def _log_ratio(lowest: Record, highest: Record) -> float:
    """Return the log density of two means at the ends over that of both inside."""
    return float(lowest.low - lowest.inside + highest.high - highest.inside)
