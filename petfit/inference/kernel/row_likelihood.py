"""Log densities of one row at each level of evidence, and of the sets of ranges, with their derivatives."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import aside, inlined
from petfit.inference.kernel.log_densities import interval, normal, student
from petfit.inference.kernel.records import LEVELS, NOTHING, Record, Records

__all__ = ["RANGE_SET", "SCAN", "log_row", "log_set"]

_SUBJECT, _GROUP, _RANGE, _EXTREMES, RANGE_SET, SCAN = range(len(LEVELS))


@inlined
def log_row(
    row: Record, mean: float, sigma: float, narrow: float, log_sigma: float, between: float
) -> tuple[float, float, float, float]:
    """Return the log density of a row, and its derivatives by the mean, by sigma and by the variance between.

    See `petfit.model.likelihood` for the densities; what does not depend on the model is ``row.constant``.
    """
    if row.level == _EXTREMES:
        return _log_extremes(row, mean, sigma, between)
    if row.level == _RANGE:
        log, by_mean, by_se = interval(row.low, row.high, mean, sigma / row.grow)
        return log, by_mean, by_se / row.grow, 0.0
    if row.level != _GROUP and not math.isinf(row.nu):
        log, by_mean, by_sigma = student(row.value, mean, sigma, row.nu)
        return log + row.constant, by_mean, by_sigma, 0.0
    narrow_mean = narrow * row.grow
    z = (row.value - mean) * narrow_mean
    log = row.constant - 0.5 * z * z - log_sigma
    by_mean, by_sigma = z * narrow_mean, (z * z - 1.0) * narrow
    if row.shape == 0.0:
        return log, by_mean, by_sigma, 0.0
    variance = row.inflated * sigma * sigma + between
    log -= row.shape * (math.log(variance) + row.variance / variance)
    by_variance = row.shape * (row.variance / variance - 1.0) / variance
    return log, by_mean, by_sigma + 2.0 * row.inflated * sigma * by_variance, by_variance


@aside
def _log_extremes(
    row: Record, mean: float, sigma: float, between: float
) -> tuple[float, float, float, float]:
    sd = math.sqrt(row.inflated * sigma * sigma + between)
    lowest, lowest_by_mean, lowest_by_sd = normal(row.low, mean, sd)
    highest, highest_by_mean, highest_by_sd = normal(row.high, mean, sd)
    inside, inside_by_mean, inside_by_sd = interval(row.low, row.high, mean, sd)
    others = row.n - 2.0
    by_variance = 0.5 * (lowest_by_sd + highest_by_sd + others * inside_by_sd) / sd
    return (
        row.constant + lowest + highest + others * inside,
        lowest_by_mean + highest_by_mean + others * inside_by_mean,
        2.0 * row.inflated * sigma * by_variance,
        by_variance,
    )


@aside
def log_set(
    rows: Records, members: NDArray[np.int64], said: NDArray[np.float64], work: NDArray[np.float64]
) -> float:
    """Return the log density of a set's lowest and highest mean.

    Every pair of groups may be the one at the two ends; see `petfit.model.likelihood.range_set`. Each row kept
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
        sd = said[1, r] / rows[r].grow
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
        said[1, r] *= kept / size / rows[r].grow
    return kept / size * (log + largest + math.log(total))
