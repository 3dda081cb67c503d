"""Log densities of one row at each level of evidence, and of the sets of ranges, with their derivatives."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from petfit.kernel.chances import interval, normal, student
from petfit.kernel.jit import aside, inlined
from petfit.kernel.records import LEVELS, NOTHING, Record, Records

__all__ = ["RANGE_SET", "SCAN", "log_row", "log_set"]

_SUBJECT, _GROUP, _RANGE, _EXTREMES, RANGE_SET, SCAN = range(len(LEVELS))


@inlined
def log_row(row: Record, mean: float, sigma: float, between: float) -> tuple[float, float, float, float]:
    """Return the log density of a row, and its derivatives by the mean, by sigma and by the variance between.

    See `petfit.likelihood` for the densities; what does not depend on the model is ``row.constant``.
    """
    if row.level == _SUBJECT or row.level == SCAN:
        if math.isinf(row.nu):
            log, by_mean, by_sigma = normal(row.value, mean, sigma)
        else:
            log, by_mean, by_sigma = student(row.value, mean, sigma, row.nu)
        return log + row.constant, by_mean, by_sigma, 0.0
    inflated = 1.0 if math.isinf(row.nu) else row.nu / (row.nu - 2.0)
    if row.level == _EXTREMES:
        sd = math.sqrt(inflated * sigma * sigma + between)
        log, by_mean, by_sd = _log_extremes(row, mean, sd)
        by_variance = 0.5 * by_sd / sd
        return log + row.constant, by_mean, 2.0 * inflated * sigma * by_variance, by_variance
    shrink = math.sqrt(inflated / row.n)
    if row.level == _RANGE:
        log, by_mean, by_se = interval(row.low, row.high, mean, sigma * shrink)
        return log, by_mean, by_se * shrink, 0.0
    log, by_mean, by_se = normal(row.value, mean, sigma * shrink)
    if row.shape == 0.0:
        return log, by_mean, by_se * shrink, 0.0
    variance = inflated * sigma * sigma + between
    log += row.constant - row.shape * (math.log(variance) + row.variance / variance)
    by_variance = row.shape * (row.variance / variance - 1.0) / variance
    return log, by_mean, by_se * shrink + 2.0 * inflated * sigma * by_variance, by_variance


@aside
def _log_extremes(row: Record, mean: float, sd: float) -> tuple[float, float, float]:
    lowest, lowest_by_mean, lowest_by_sd = normal(row.low, mean, sd)
    highest, highest_by_mean, highest_by_sd = normal(row.high, mean, sd)
    between, between_by_mean, between_by_sd = interval(row.low, row.high, mean, sd)
    others = row.n - 2.0
    return (
        lowest + highest + others * between,
        lowest_by_mean + highest_by_mean + others * between_by_mean,
        lowest_by_sd + highest_by_sd + others * between_by_sd,
    )


@aside
def log_set(
    rows: Records, members: NDArray[np.int64], said: NDArray[np.float64], work: NDArray[np.float64]
) -> float:
    """Return the log density of a set's lowest and highest mean.

    Every pair of groups may be the one at the two ends; see `petfit.likelihood.range_set`. Each row kept
    carries an equal share.

    Parameters
    ----------
    rows : records
        All rows.
    members : array of int
        Which of them are the set's.
    said : array
        Mean and sigma of each row; for the set's rows they are replaced by the derivatives by them.
    work : array
        Scratch: twelve numbers for each row.
    """
    inside, at_low, at_high, lowest, highest = work[0:3], work[3:6], work[6:9], work[9], work[10]
    size, kept, log = 0, 0.0, 0.0
    for r in members:
        if r == NOTHING:
            break
        sd = said[1, r] * _standard_error(rows[r])
        inside[0, r], inside[1, r], inside[2, r] = interval(rows[r].low, rows[r].high, said[0, r], sd)
        at_low[0, r], at_low[1, r], at_low[2, r] = normal(rows[r].low, said[0, r], sd)
        at_high[0, r], at_high[1, r], at_high[2, r] = normal(rows[r].high, said[0, r], sd)
        lowest[r] = highest[r] = 0.0
        log += inside[0, r]
        kept += rows[r].kept
        size += 1
    largest, total = -np.inf, 0.0
    for i in members[:size]:
        for j in members[:size]:
            if i != j:
                largest = max(largest, at_low[0, i] - inside[0, i] + at_high[0, j] - inside[0, j])
    for i in members[:size]:
        for j in members[:size]:
            if i != j:
                chance = math.exp(at_low[0, i] - inside[0, i] + at_high[0, j] - inside[0, j] - largest)
                lowest[i] += chance
                highest[j] += chance
                total += chance
    for r in members[:size]:
        low, high = lowest[r] / total, highest[r] / total
        rest = 1.0 - low - high
        for k in range(1, 3):
            said[k - 1, r] = low * at_low[k, r] + high * at_high[k, r] + rest * inside[k, r]
        said[0, r] *= kept / size
        said[1, r] *= kept / size * _standard_error(rows[r])
    return kept / size * (log + largest + math.log(total))


@inlined
def _standard_error(row: Record) -> float:
    """Return the standard error of the row's mean where sigma is 1."""
    inflated = 1.0 if math.isinf(row.nu) else row.nu / (row.nu - 2.0)
    return math.sqrt(inflated / row.n)
