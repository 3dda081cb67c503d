"""The log density of everything, and its gradient on the sampler's unconstrained scale, in one pass.

The way there: coordinates, unknowns, effects (`unfold`), rows. The way back is the same in reverse order
(`fold`). `petfit.model.pymc_model` says the same in PyMC; the two are tested to be equal.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.between_person import Curve
from petfit.inference.kernel.jit import aside, inlined
from petfit.inference.kernel.log_prior import log_prior
from petfit.inference.kernel.model_arrays import Tables
from petfit.inference.kernel.records import (
    BASELINE,
    BELOW,
    EC50,
    EMAX,
    ERROR,
    FLOOR,
    HILL,
    LINES,
    NONDISPLACEABLE,
    NOTHING,
    PREDICTORS,
    RESIDUAL,
    SHARE,
    SUMS,
    VARIANCE,
    Record,
)
from petfit.inference.kernel.row_likelihood import RANGE_SET, log_row, log_set
from petfit.inference.kernel.row_prediction import Parameters, backward, forward, noise_of
from petfit.inference.kernel.simple_rows import log_plain

__all__ = ["SLOTS", "log_density", "scratch"]

_IDENTITY, _EXP, _EXPIT, _ = range(len(LINES))
_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)
SLOTS = 13
"""Numbers that the sets of ranges write down for each row."""


@inlined
def log_density(
    point: NDArray[np.float64],
    gradient: NDArray[np.float64],
    tables: Tables,
    work: NDArray[np.float64],
    of_sets: NDArray[np.float64],
) -> float:
    """Return the log density at an unconstrained point and fill in its gradient.

    Parameters
    ----------
    point, gradient : array
        One number for each coordinate.
    tables : Tables
        The model.
    work, of_sets : array
        Scratch, of `scratch` numbers and of `SLOTS` numbers for each row; the latter where there are sets.
    """
    size = point.size
    inner, settled, derivatives = work[:size], work[size : 2 * size], work[2 * size : 3 * size]
    derivatives[:] = 0.0
    _unfold(point, inner, settled, tables)
    log = _priors(settled, derivatives, tables)
    log += _rows(settled, derivatives, tables, work[3 * size :], of_sets)
    return log + _fold(point, inner, settled, derivatives, gradient, tables)


@inlined
def scratch(size: int) -> int:
    """Return how many numbers `log_density` writes down on the way, of so many coordinates."""
    return 3 * size + 3 * SUMS


@inlined
def _unfold(
    point: NDArray[np.float64], inner: NDArray[np.float64], settled: NDArray[np.float64], tables: Tables
) -> None:
    """Fill in the unknowns before (``inner``) and after they settle; see `petfit.model.design.Design.from_free_parameters`."""
    for i in range(tables.free):
        settled[i] = inner[i] = _from_line(point[i], tables.coordinates[i])
    for i in range(tables.free, point.size):
        settled[i] = point[i]
    for k in range(tables.effects.size):
        effect = tables.effects[k]
        if effect.scale == NOTHING:
            continue
        for i in range(effect.first, effect.first + effect.normals):
            settled[i] *= settled[effect.scale]
        if effect.anchor != NOTHING:
            levels = settled[effect.first : effect.first + effect.count]
            _turn(levels)
            settled[effect.anchor] -= levels.sum() / effect.count


@inlined
def _from_line(at: float, prior: Record) -> float:
    """Return the unknown at a point of the sampler's real line; see `petfit.model.free_parameters`."""
    if prior.line == _IDENTITY:
        return at
    if prior.line == _EXP:
        return math.exp(at)
    if prior.line == _EXPIT:
        return 1.0 / (1.0 + math.exp(-at))
    return float(prior.scale) * (max(at, 0.0) + math.log1p(math.exp(-abs(at))))


@inlined
def _turn(vector: NDArray[np.float64]) -> None:
    """Reflect in place, as `petfit.model.design.householder_reflection`."""
    if vector.size == 1:
        return
    root = math.sqrt(vector.size)
    mean = vector.sum() / root
    step = (vector[0] - mean) / (root - 1.0)
    vector[0] = mean
    for i in range(1, vector.size):
        vector[i] += step


@inlined
def _priors(settled: NDArray[np.float64], derivatives: NDArray[np.float64], tables: Tables) -> float:
    total = 0.0
    for i in range(tables.free):
        prior = tables.coordinates[i]
        log, slope = log_prior(settled[i], prior)
        total += log + prior.constant
        derivatives[i] += slope
    return total


@inlined
def _rows(
    settled: NDArray[np.float64],
    derivatives: NDArray[np.float64],
    tables: Tables,
    work: NDArray[np.float64],
    of_sets: NDArray[np.float64],
) -> float:
    """Return the log density of all rows and add its derivatives by the settled unknowns."""
    centres, sums, by = work[:SUMS], work[SUMS : 2 * SUMS], work[2 * SUMS : 3 * SUMS]
    for p in range(len(PREDICTORS)):
        parameter = tables.parameters[p]
        centres[p] = parameter.fixed if parameter.centre == NOTHING else settled[parameter.centre]
    total = _sets(settled, centres, sums, tables, of_sets) if tables.members.size else 0.0
    for d in range(tables.designs.size):
        of = _gather(d, settled, centres, sums, tables)
        by[:] = 0.0
        first, last = tables.designs[d].first, tables.designs[d].first + tables.designs[d].count
        if tables.designs[d].plain:
            total += log_plain(tables.rows[first:last], of, by)
        else:
            for r in range(first, last):
                total += _row(r, settled, of, derivatives, by, tables, of_sets)
        _scatter(d, settled, by, derivatives, tables)
    return total


@inlined
def _row(
    r: int,
    settled: NDArray[np.float64],
    of: Parameters,
    derivatives: NDArray[np.float64],
    by: NDArray[np.float64],
    tables: Tables,
    of_sets: NDArray[np.float64],
) -> float:
    """Return the log density of a row; add its derivatives by the sums and by competitors."""
    row = tables.rows[r]
    if row.kept == 0.0 and row.level != RANGE_SET:
        return 0.0
    others = _others(r, settled, tables)
    said = forward(row, others, of)
    if row.level == RANGE_SET:
        log, by_mean, by_sigma, by_between = 0.0, of_sets[0, r], of_sets[1, r], 0.0
    else:
        sigma, narrow, log_sigma = said.noise
        log, by_mean, by_sigma, by_between = log_row(row, said.mean, sigma, narrow, log_sigma, said.between)
    by_others = backward(row, others, of, said, by_mean, by_sigma, by_between, by)
    for j in range(tables.competitors.size):
        at = tables.competitors[j]
        derivatives[at] -= by_others * tables.competing[r, j] * math.exp(-settled[at])
    return log


@aside
def _sets(
    settled: NDArray[np.float64],
    centres: NDArray[np.float64],
    sums: NDArray[np.float64],
    tables: Tables,
    slots: NDArray[np.float64],
) -> float:
    """Return the log density of the sets of ranges; ``slots`` begins with derivatives by mean and sigma."""
    for d in range(tables.designs.size):
        of = _gather(d, settled, centres, sums, tables)
        for r in range(tables.designs[d].first, tables.designs[d].first + tables.designs[d].count):
            if tables.rows[r].level == RANGE_SET:
                said = forward(tables.rows[r], _others(r, settled, tables), of)
                slots[0, r], slots[1, r] = said.mean, said.noise.sigma
    total = 0.0
    for one in range(len(tables.members)):
        total += log_set(tables.rows, tables.members[one], slots[:2], slots[2:])
    return total


@inlined
def _gather(
    d: int,
    settled: NDArray[np.float64],
    centres: NDArray[np.float64],
    sums: NDArray[np.float64],
    tables: Tables,
) -> Parameters:
    """Return what the rows of a design share."""
    matrix = tables.designs[d]
    for p in range(len(PREDICTORS)):
        sums[p] = centres[p]
    for k in range(tables.effects.size):
        weight = tables.weight[d, k]
        if weight != 0.0:
            sums[tables.effects[k].predictor] += weight * settled[tables.place[d, k]]
    sigma = matrix.fixed_sigma if matrix.sigma == NOTHING else settled[matrix.sigma]
    return Parameters(
        Curve(
            math.exp(-sums[EC50]),
            1.0 / (1.0 + math.exp(-sums[EMAX])),
            _exp(sums[HILL]),
            tables.straight,
            0.0 if tables.omega == NOTHING else settled[tables.omega],
            tables.quadrature,
        ),
        (sums[BELOW] if matrix.censored else 1.0) * _exp(sums[ERROR]),
        sums[SHARE],
        _exp(sums[BASELINE]),
        _exp(sums[NONDISPLACEABLE]),
        noise_of(sigma * _exp(sums[RESIDUAL])),
        0.0 if matrix.floor == NOTHING else settled[matrix.floor],
    )


@inlined
def _exp(x: float) -> float:
    """Return ``exp(x)``, at once where nothing was added up."""
    if x == 0.0:
        return 1.0
    return 0.0 if x == -math.inf else math.exp(x)


@inlined
def _others(r: int, settled: NDArray[np.float64], tables: Tables) -> float:
    """Return what the competitors add at a row, in units of their EC50."""
    total = 0.0
    for j in range(tables.competitors.size):
        total += tables.competing[r, j] * math.exp(-settled[tables.competitors[j]])
    return total


@inlined
def _scatter(
    d: int,
    settled: NDArray[np.float64],
    by: NDArray[np.float64],
    derivatives: NDArray[np.float64],
    tables: Tables,
) -> None:
    """Hand a design's derivatives on to the unknowns; the reverse of `_gather`."""
    matrix = tables.designs[d]
    for p in range(len(PREDICTORS)):
        centre = tables.parameters[p].centre
        if centre != NOTHING:
            derivatives[centre] += by[p]
    if tables.omega != NOTHING:
        derivatives[tables.omega] += 2.0 * settled[tables.omega] * by[VARIANCE]
    for k in range(tables.effects.size):
        weight = tables.weight[d, k]
        if weight != 0.0:
            at, predictor = tables.place[d, k], tables.effects[k].predictor
            derivatives[at] += weight * (by[predictor] / settled[at] if predictor == BELOW else by[predictor])
    if matrix.sigma != NOTHING:
        derivatives[matrix.sigma] += by[RESIDUAL] / settled[matrix.sigma]
    if matrix.floor != NOTHING:
        derivatives[matrix.floor] += by[FLOOR]


@inlined
def _fold(
    point: NDArray[np.float64],
    inner: NDArray[np.float64],
    settled: NDArray[np.float64],
    derivatives: NDArray[np.float64],
    gradient: NDArray[np.float64],
    tables: Tables,
) -> float:
    """Fill in the gradient from the derivatives by the settled unknowns; return what changing scales adds."""
    total = 0.0
    for k in range(tables.effects.size):
        effect = tables.effects[k]
        if effect.scale == NOTHING:
            continue
        sd, last = settled[effect.scale], effect.first + effect.count
        if effect.anchor != NOTHING:
            for i in range(effect.first, last):
                derivatives[i] -= derivatives[effect.anchor] / effect.count
            _turn(derivatives[effect.first : last])
        for i in range(effect.first, last):
            total -= _HALF_LOG_2PI
            if i < effect.first + effect.normals:
                total -= 0.5 * point[i] * point[i]
                derivatives[effect.scale] += derivatives[i] * point[i]
                gradient[i] = sd * derivatives[i] - point[i]
            else:
                z = point[i] / sd
                total -= 0.5 * z * z + math.log(sd)
                derivatives[effect.scale] += (z * z - 1.0) / sd
                gradient[i] = derivatives[i] - z / sd
    for i in range(tables.free):
        prior = tables.coordinates[i]
        slope, log, bend = _along_line(point[i], inner[i], prior)
        gradient[i] = derivatives[i] * slope + bend
        total += log
    return total


@inlined
def _along_line(at: float, value: float, prior: Record) -> tuple[float, float, float]:
    """Return the slope of `_from_line`, the log of slope over scale, and the derivative of that."""
    if prior.line == _IDENTITY:
        return 1.0, 0.0, 0.0
    if prior.line == _EXP:
        return value, at, 1.0
    if prior.line == _EXPIT:
        rest = 1.0 / (1.0 + math.exp(at))
        return value * rest, math.log(value) + math.log(rest), rest - value
    log = at - value / prior.scale
    share = math.exp(log)
    return prior.scale * share, log, 1.0 - share
