"""The log posterior density and its gradient on the sampler's unconstrained scale.

The forward pass goes from free parameters through transforms and random effects to the linear predictors and
the rows; the reverse pass takes the same steps backwards. `petfit.model.pymc_model` states the same density
in PyMC, and tests compare the two.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.emax_curve import Curve
from petfit.inference.kernel.jit import aside, inlined
from petfit.inference.kernel.log_prior import log_prior
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import (
    ABSENT,
    BASELINE,
    BELOW,
    EC50,
    EMAX,
    ERROR,
    FLOOR,
    HILL,
    N_DERIVATIVES,
    NONDISPLACEABLE,
    OMEGA_SQUARED,
    PREDICTORS,
    RESIDUAL,
    SHARE,
    TRANSFORMS,
    Record,
    Records,
)
from petfit.inference.kernel.row_likelihood import (
    RANGE_SET,
    SET_ROW,
    SET_ROW_SIZE,
    RowDensity,
    log_likelihood_of_row,
    log_likelihood_of_set,
)
from petfit.inference.kernel.row_prediction import Parameters, add_gradient, make_noise, predict_row
from petfit.inference.kernel.simple_rows import log_likelihood_of_simple_rows

__all__ = ["log_posterior"]

_IDENTITY, _EXP, _EXPIT, _ = range(len(TRANSFORMS))
_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)


@inlined
def log_posterior(point: NDArray[np.float64], gradient: NDArray[np.float64], model: ModelArrays) -> float:
    """Return the log density at an unconstrained point and fill in its gradient.

    Parameters
    ----------
    point, gradient : array
        One number for each free parameter.
    model : ModelArrays
        The model.
    """
    work = _workspace(gradient, model)
    _transform(point, work, model)
    log = _log_priors(work, model)
    log += _log_likelihood(work, model)
    log_effects = _random_effects_gradient(point, work, model)
    return log + _transform_gradient(point, work, model, log_effects)


class Workspace(NamedTuple):
    """Intermediate results of one evaluation.

    ``constrained`` are the parameters with priors on their natural scale, ``values`` the same with the grand
    means removed from their centres, followed by the random effects as the model adds them up. ``d_values``
    are the derivatives of the log density by ``values``; they stand in the memory of the gradient, which
    replaces them in the end. ``centres`` and ``eta`` are the centres and the linear predictors of a pattern,
    ``d_eta`` the derivatives by the latter.
    """

    values: NDArray[np.float64]
    d_values: NDArray[np.float64]
    constrained: NDArray[np.float64]
    centres: NDArray[np.float64]
    eta: NDArray[np.float64]
    d_eta: NDArray[np.float64]
    set_rows: Records


@inlined
def _workspace(gradient: NDArray[np.float64], model: ModelArrays) -> Workspace:
    """Return the workspace as parts of one array, because allocations take time."""
    values = gradient.size
    constrained = values + model.priors.size
    centres = constrained + len(PREDICTORS)
    eta = centres + len(PREDICTORS)
    d_eta = eta + N_DERIVATIVES
    set_rows = d_eta + (model.rows.size * SET_ROW_SIZE if model.range_sets.size else 0)
    memory = np.empty(set_rows)
    gradient[:] = 0.0
    return Workspace(
        memory[:values],
        gradient,
        memory[values:constrained],
        memory[constrained:centres],
        memory[centres:eta],
        memory[eta:d_eta],
        memory[d_eta:set_rows].view(SET_ROW),
    )


# --- transforms and random effects ----------------------------------------------------------------


@inlined
def _transform(point: NDArray[np.float64], work: Workspace, model: ModelArrays) -> None:
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
        for i in range(effect.first, effect.first + effect.n_noncentred):
            values[i] *= values[effect.sd]
        if effect.grand_mean != ABSENT:
            levels = values[effect.first : effect.first + effect.size]
            _householder_reflection(levels)
            values[effect.grand_mean] -= levels.sum() / effect.size


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


@inlined
def _random_effects_gradient(point: NDArray[np.float64], work: Workspace, model: ModelArrays) -> float:
    """Fill in the gradient by the random effects and return the log of their density."""
    total, d_values = 0.0, work.d_values
    for k in range(model.random_effects.size):
        effect = model.random_effects[k]
        sd, stop = work.values[effect.sd], effect.first + effect.size
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
                z = point[i] / sd
                total -= 0.5 * z * z + math.log(sd)
                d_values[effect.sd] += (z * z - 1.0) / sd
                d_values[i] -= z / sd
    return total


@inlined
def _transform_gradient(
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


# --- priors and rows ------------------------------------------------------------------------------


@inlined
def _log_priors(work: Workspace, model: ModelArrays) -> float:
    total = 0.0
    for i in range(model.priors.size):
        prior = log_prior(work.values[i], model.priors[i])
        total += prior.log + model.priors[i].log_constant
        work.d_values[i] += prior.slope
    return total


@inlined
def _log_likelihood(work: Workspace, model: ModelArrays) -> float:
    """Return the log likelihood of all rows and add its derivatives to ``d_values``."""
    for p in range(len(PREDICTORS)):
        centre = model.centres[p]
        work.centres[p] = centre.fixed if centre.parameter == ABSENT else work.values[centre.parameter]
    total = _log_likelihood_of_sets(work, model) if model.range_sets.size else 0.0
    for k in range(model.patterns.size):
        pattern = model.patterns[k]
        parameters = _parameters(pattern, work, model)
        work.d_eta[:] = 0.0
        first, stop = pattern.first_row, pattern.first_row + pattern.n_rows
        if pattern.simple:
            total += log_likelihood_of_simple_rows(model.rows[first:stop], parameters, work.d_eta)
        else:
            for r in range(first, stop):
                total += _log_likelihood_of_any_row(r, parameters, work, model)
        _predictor_gradient(pattern, work, model)
    return total


@inlined
def _log_likelihood_of_any_row(r: int, parameters: Parameters, work: Workspace, model: ModelArrays) -> float:
    """Return the log likelihood of a row; add its derivatives by predictors and by EC50s of competitors."""
    row = model.rows[r]
    if row.included == 0.0 and row.level != RANGE_SET:
        return 0.0
    competing = _competing(r, work.values, model)
    prediction = predict_row(row, competing, parameters)
    if row.level == RANGE_SET:
        density = RowDensity(0.0, work.set_rows[r].d_mean, work.set_rows[r].d_sigma, 0.0)
    else:
        noise = prediction.noise
        density = log_likelihood_of_row(
            row, prediction.mean, noise.sigma, noise.inverse_sigma, noise.log_sigma, prediction.between
        )
    d_competing = add_gradient(row, competing, parameters, prediction, density, work.d_eta)
    n_competitors = model.competitors.size
    for j in range(n_competitors):
        log_ec50 = model.competitors[j]
        exposure = model.competitor_exposures[r * n_competitors + j]
        work.d_values[log_ec50] -= d_competing * exposure * math.exp(-work.values[log_ec50])
    return density.log


@aside
def _log_likelihood_of_sets(work: Workspace, model: ModelArrays) -> float:
    """Return the log likelihood of complete sets of ranges and set the derivatives in ``set_rows``."""
    set_rows = work.set_rows
    for k in range(model.patterns.size):
        pattern = model.patterns[k]
        parameters = _parameters(pattern, work, model)
        for r in range(pattern.first_row, pattern.first_row + pattern.n_rows):
            if model.rows[r].level == RANGE_SET:
                prediction = predict_row(model.rows[r], _competing(r, work.values, model), parameters)
                set_rows[r].mean, set_rows[r].sigma = prediction.mean, prediction.noise.sigma
    total = 0.0
    for k in range(model.range_sets.size):
        first = model.range_sets[k].first
        members = model.range_set_rows[first : first + model.range_sets[k].size]
        total += log_likelihood_of_set(model.rows, members, set_rows)
    return total


@inlined
def _competing(r: int, values: NDArray[np.float64], model: ModelArrays) -> float:
    """Return what the competing ligands add to ``u`` at a row."""
    total = 0.0
    n_competitors = model.competitors.size
    for j in range(n_competitors):
        total += model.competitor_exposures[r * n_competitors + j] * math.exp(-values[model.competitors[j]])
    return total


# --- linear predictors ----------------------------------------------------------------------------


@inlined
def _parameters(pattern: Record, work: Workspace, model: ModelArrays) -> Parameters:
    """Add up the linear predictors of a pattern in ``eta`` and return the parameters of its rows."""
    values, eta = work.values, work.eta
    eta[:] = work.centres
    for t in range(pattern.first_term, pattern.first_term + pattern.n_terms):
        term = model.terms[t]
        eta[term.predictor] += term.weight * values[term.parameter]
    sigma = pattern.fixed_sigma if pattern.sigma == ABSENT else values[pattern.sigma]
    return Parameters(
        Curve(
            math.exp(-eta[EC50]),
            1.0 / (1.0 + math.exp(-eta[EMAX])),
            _exp(eta[HILL]),
            model.hill_is_one,
            0.0 if model.omega == ABSENT else values[model.omega],
            model.quadrature,
        ),
        (eta[BELOW] if pattern.below_loq else 1.0) * _exp(eta[ERROR]),
        eta[SHARE],
        _exp(eta[BASELINE]),
        _exp(eta[NONDISPLACEABLE]),
        make_noise(sigma * _exp(eta[RESIDUAL])),
        0.0 if pattern.floor == ABSENT else values[pattern.floor],
    )


@inlined
def _exp(x: float) -> float:
    """Return ``exp(x)`` without computing it for predictors that the model does not have."""
    if x == 0.0:
        return 1.0
    return 0.0 if x == -math.inf else math.exp(x)


@inlined
def _predictor_gradient(pattern: Record, work: Workspace, model: ModelArrays) -> None:
    """Add the derivatives by the predictors of a pattern to those by the parameters (reverse pass)."""
    values, d_values, d_eta = work.values, work.d_values, work.d_eta
    for p in range(len(PREDICTORS)):
        centre = model.centres[p].parameter
        if centre != ABSENT:
            d_values[centre] += d_eta[p]
    if model.omega != ABSENT:
        d_values[model.omega] += 2.0 * values[model.omega] * d_eta[OMEGA_SQUARED]
    for t in range(pattern.first_term, pattern.first_term + pattern.n_terms):
        term = model.terms[t]
        derivative = d_eta[term.predictor]
        if term.predictor == BELOW:  # the only predictor that is a factor, not a logarithm
            derivative /= values[term.parameter]
        d_values[term.parameter] += term.weight * derivative
    if pattern.sigma != ABSENT:
        d_values[pattern.sigma] += d_eta[RESIDUAL] / values[pattern.sigma]
    if pattern.floor != ABSENT:
        d_values[pattern.floor] += d_eta[FLOOR]
