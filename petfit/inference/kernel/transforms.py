"""From free parameters to the values that the model adds up, and the reverse pass with the log Jacobians."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import copied, inlined
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import ABSENT, TRANSFORMS, Record
from petfit.inference.kernel.workspace import Workspace

__all__ = ["random_effects_gradient", "transform", "transform_gradient"]

_IDENTITY, _EXP, _EXPIT, _ = range(len(TRANSFORMS))
_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)


@copied
def transform(point: NDArray[np.float64], work: Workspace, model: ModelArrays) -> None:
    """Fill in the parameters on their natural scale and the random effects as the model adds them up.

    See `petfit.model.design.Design.from_free_parameters`.
    """
    n_priors, values = model.priors.size, work.values
    for i in range(n_priors):
        values[i] = work.constrained[i] = _from_real_line(point[i], model.priors[i])
    for i in range(n_priors, point.size):
        values[i] = point[i]
    for k in range(model.random_effects.size):
        effect = model.random_effects[k]
        unit = _unit_of_levels(values[effect.sd], effect.evidence_sd)
        for i in range(effect.first, effect.first + effect.size):
            values[i] *= values[effect.sd] if i < effect.first + effect.n_noncentred else unit.size
        if effect.grand_mean != ABSENT:
            levels = values[effect.first : effect.first + effect.size]
            _householder_reflection(levels)
            values[effect.grand_mean] -= levels.sum() / effect.size


class Unit(NamedTuple):
    """The unit of centred levels, and its derivative by the SD between levels."""

    size: float
    slope: float


@inlined
def _unit_of_levels(sd: float, evidence_sd: float) -> Unit:
    """Return the unit of centred levels; see `petfit.model.parametrisation.unit_of_coordinates`."""
    if evidence_sd == 0.0:
        return Unit(1.0, 0.0)
    share = 1.0 / math.sqrt(1.0 + (sd / evidence_sd) ** 2)
    return Unit(sd * share, share**3)


@inlined
def _from_real_line(x: float, prior: Record) -> float:
    """Return a parameter on its natural scale; see `petfit.model.free_parameters`."""
    if prior.transform == _IDENTITY:
        return x
    if prior.transform == _EXP:
        return math.exp(x)
    if prior.transform == _EXPIT:
        return 1.0 / (1.0 + math.exp(-x))
    return float(prior.scale) * (max(x, 0.0) + math.log1p(math.exp(-abs(x))))


@inlined
def _householder_reflection(vector: NDArray[np.float64]) -> None:
    """Reflect in place; see `petfit.model.design.householder_reflection`."""
    if vector.size == 1:
        return
    root = math.sqrt(vector.size)
    mean = vector.sum() / root
    step = (vector[0] - mean) / (root - 1.0)
    vector[0] = mean
    for i in range(1, vector.size):
        vector[i] += step


@copied
def random_effects_gradient(point: NDArray[np.float64], work: Workspace, model: ModelArrays) -> float:
    """Fill in the gradient by the random effects and return the log of their density."""
    total, d_values = 0.0, work.d_values
    for k in range(model.random_effects.size):
        effect = model.random_effects[k]
        sd, stop = work.values[effect.sd], effect.first + effect.size
        unit = _unit_of_levels(sd, effect.evidence_sd)
        if effect.grand_mean != ABSENT:
            for i in range(effect.first, stop):
                d_values[i] -= d_values[effect.grand_mean] / effect.size
            _householder_reflection(d_values[effect.first : stop])
        for i in range(effect.first, stop):
            total -= _HALF_LOG_2PI
            if i < effect.first + effect.n_noncentred:
                total -= 0.5 * point[i] * point[i]
                d_values[effect.sd] += d_values[i] * point[i]
                d_values[i] = sd * d_values[i] - point[i]
            else:
                z = point[i] * unit.size / sd
                total -= 0.5 * z * z + math.log(sd / unit.size)
                d_log_unit = unit.slope / unit.size - 1.0 / sd
                d_values[effect.sd] += d_values[i] * point[i] * unit.slope + (1.0 - z * z) * d_log_unit
                d_values[i] = unit.size * (d_values[i] - z / sd)
    return total


@copied
def transform_gradient(
    point: NDArray[np.float64], work: Workspace, model: ModelArrays, log_density: float
) -> float:
    """Finish the gradient by parameters with priors; return `log_density` plus the log Jacobians."""
    for i in range(model.priors.size):
        jacobian = _jacobian(point[i], work.constrained[i], model.priors[i])
        work.d_values[i] = work.d_values[i] * jacobian.slope + jacobian.d_log
        log_density += jacobian.log
    return log_density


class Jacobian(NamedTuple):
    """Slope of a transform, the log of slope over scale, and the derivative of that log."""

    slope: float
    log: float
    d_log: float


@inlined
def _jacobian(x: float, value: float, prior: Record) -> Jacobian:
    """Return the Jacobian of `_from_real_line`."""
    if prior.transform == _IDENTITY:
        return Jacobian(1.0, 0.0, 0.0)
    if prior.transform == _EXP:
        return Jacobian(value, x, 1.0)
    if prior.transform == _EXPIT:
        complement = 1.0 / (1.0 + math.exp(x))
        return Jacobian(value * complement, math.log(value) + math.log(complement), complement - value)
    log = x - value / prior.scale
    return Jacobian(prior.scale * math.exp(log), log, 1.0 - math.exp(log))
