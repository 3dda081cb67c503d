"""The linear predictors of a covariate pattern, the parameters that follow, and the reverse pass."""

from __future__ import annotations

import math

from petfit.inference.kernel.emax_curve import Curve
from petfit.inference.kernel.jit import copied, inlined
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
    NONDISPLACEABLE,
    OMEGA_SQUARED,
    PREDICTORS,
    RESIDUAL,
    SHARE,
    Record,
)
from petfit.inference.kernel.row_prediction import Parameters, make_noise
from petfit.inference.kernel.workspace import Workspace

__all__ = ["add_predictor_gradient", "fill_in_centres", "parameters_of"]


@copied
def fill_in_centres(work: Workspace, model: ModelArrays) -> None:
    """Fill in the centre of every linear predictor."""
    for p in range(len(PREDICTORS)):
        centre = model.centres[p]
        work.centres[p] = centre.fixed if centre.parameter == ABSENT else work.values[centre.parameter]


@inlined
def parameters_of(pattern: Record, work: Workspace, model: ModelArrays) -> Parameters:
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
def add_predictor_gradient(pattern: Record, work: Workspace, model: ModelArrays) -> None:
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
