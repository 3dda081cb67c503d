"""What the model says of one row, and the way back from derivatives of that to those of its sums."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.between_person import ByPeople, Curve, People, people, people_back
from petfit.inference.kernel.jit import inlined
from petfit.inference.kernel.records import (
    BASELINE,
    BELOW,
    EC50,
    EMAX,
    ERROR,
    FLOOR,
    HILL,
    NONDISPLACEABLE,
    RESIDUAL,
    SHARE,
    VARIANCE,
    Record,
)
from petfit.inference.kernel.row_likelihood import SCAN

__all__ = ["Noise", "Parameters", "Predicted", "backward", "forward", "noise_of"]


class Noise(NamedTuple):
    """A residual SD, its inverse and its logarithm."""

    sigma: float
    narrow: float
    log: float


class Parameters(NamedTuple):
    """What rows of one design share, on the natural scale."""

    curve: Curve
    stretch: float
    share: float
    baseline: float
    nondisplaceable: float
    noise: Noise
    floor: float


class Predicted(NamedTuple):
    """What the model says of a row, and what the way back needs."""

    mean: float
    noise: Noise
    between: float
    occupancy: float
    low: People
    high: People


@inlined
def forward(row: Record, others: float, of: Parameters) -> Predicted:
    """Return what the model says of a row; see `petfit.model.likelihood.predict`."""
    variance = of.curve.omega * of.curve.omega + row.spread * row.spread
    low = high = people(row.x * of.stretch, others, variance, row.around, of.curve)
    occupancy, between = low.mean, low.between
    if row.x_high != row.x:
        high = people(row.x_high, others, variance, row.around, of.curve)
        gap = high.mean - low.mean
        occupancy += of.share * gap
        between += of.share * (high.between - low.between) + of.share * (1.0 - of.share) * gap * gap
    mean, noise = occupancy, of.noise
    if row.level == SCAN:
        mean = of.nondisplaceable + of.baseline * (1.0 - occupancy)
        noise = noise_of(_length(of.noise.sigma * mean, of.floor))
    elif of.floor > 0.0:
        noise = noise_of(_length(of.noise.sigma * (1.0 - occupancy), of.floor))
    return Predicted(mean, noise, between, occupancy, low, high)


@inlined
def noise_of(sigma: float) -> Noise:
    """Return what densities take of a residual SD."""
    return Noise(sigma, 1.0 / sigma, math.log(sigma))


@inlined
def backward(
    row: Record,
    others: float,
    of: Parameters,
    said: Predicted,
    by_mean: float,
    by_sigma: float,
    by_between: float,
    by: NDArray[np.float64],
) -> float:
    """Add a row's derivatives by the sums to ``by``; return the one by what its competitors add."""
    by_unscaled, by_occupancy = by_sigma, by_mean
    if row.level == SCAN:
        by_spread = by_sigma * of.noise.sigma * said.mean * said.noise.narrow
        by_unscaled = by_spread * said.mean
        by_mean += by_spread * of.noise.sigma
        by[NONDISPLACEABLE] += by_mean * of.nondisplaceable
        by[BASELINE] += by_mean * of.baseline * (1.0 - said.occupancy)
        by[FLOOR] += by_sigma * of.floor * said.noise.narrow
        by_occupancy = -by_mean * of.baseline
    elif of.floor > 0.0:
        by_spread = by_sigma * of.noise.sigma * (1.0 - said.occupancy) * said.noise.narrow
        by_unscaled = by_spread * (1.0 - said.occupancy)
        by_occupancy -= by_spread * of.noise.sigma
        by[FLOOR] += by_sigma * of.floor * said.noise.narrow
    by[RESIDUAL] += by_unscaled * of.noise.sigma
    variance = of.curve.omega * of.curve.omega + row.spread * row.spread
    by_low, by_between_low, by_others = by_occupancy, by_between, 0.0
    if row.x_high != row.x:
        share, gap = of.share, said.high.mean - said.low.mean
        apart = said.high.between - said.low.between + (1.0 - 2.0 * share) * gap * gap
        by_gap = 2.0 * by_between * share * (1.0 - share) * gap
        by[SHARE] += by_occupancy * gap + by_between * apart
        by_low, by_between_low = by_occupancy * (1.0 - share) - by_gap, by_between * (1.0 - share)
        by_high, by_between_high = by_occupancy * share + by_gap, by_between * share
        back = people_back(
            said.high, row.x_high, others, variance, row.around, of.curve, by_high, by_between_high
        )
        _add(back, by)
        by_others = back.others
    x = row.x * of.stretch
    back = people_back(said.low, x, others, variance, row.around, of.curve, by_low, by_between_low)
    _add(back, by)
    by[ERROR] -= back.log_ec50
    by[BELOW] -= back.log_ec50
    return by_others + back.others


@inlined
def _add(back: ByPeople, by: NDArray[np.float64]) -> None:
    by[EC50] += back.log_ec50
    by[EMAX] += back.emax
    by[HILL] += back.hill
    by[VARIANCE] += back.variance


@inlined
def _length(x: float, y: float) -> float:
    return math.sqrt(x * x + y * y)
