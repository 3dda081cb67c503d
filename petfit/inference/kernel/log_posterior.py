"""The log posterior density and its gradient on the sampler's unconstrained scale.

The forward pass goes from free parameters through transforms and random effects to the linear predictors and
the rows; the reverse pass takes the same steps backwards. `petfit.model.pymc_model` states the same density
in PyMC, and tests compare the two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.any_row import (
    add_competitor_gradient,
    add_gradient_of_any_row,
    competing_ligands,
)
from petfit.inference.kernel.jit import copied, not_inlined
from petfit.inference.kernel.linear_predictors import add_predictor_gradient, fill_in_centres, parameters_of
from petfit.inference.kernel.log_prior import log_prior
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.plasma_rows import add_concentration_gradient, fill_in_concentrations
from petfit.inference.kernel.records import EC50, OMEGA_SQUARED, Record, Records
from petfit.inference.kernel.row_likelihood import RANGE_SET, RowDensity, log_likelihood_of_set
from petfit.inference.kernel.row_prediction import Parameters, add_gradient, predict_row
from petfit.inference.kernel.simple_rows import log_likelihood_of_simple_rows
from petfit.inference.kernel.transforms import random_effects_gradient, transform, transform_gradient
from petfit.inference.kernel.workspace import Workspace, make_workspace

__all__ = ["log_posterior", "log_priors"]


@copied
def log_posterior(
    point: NDArray[np.float64],
    gradient: NDArray[np.float64],
    memory: NDArray[np.float64],
    model: ModelArrays,
) -> float:
    """Return the log density at an unconstrained point and fill in its gradient.

    Parameters
    ----------
    point, gradient : array
        One number for each free parameter.
    memory : array
        From `petfit.inference.kernel.workspace.workspace_memory`.
    model : ModelArrays
        The model.
    """
    work = make_workspace(memory, gradient, model)
    transform(point, work, model)
    log = log_priors(work, model)
    fill_in_centres(work, model)
    rows = model.rows
    if model.kinetics.size:
        log += fill_in_concentrations(work, model)
        rows = work.rows
    log += _log_likelihood_of_patterns(rows, work, model)
    if model.kinetics.size:
        add_concentration_gradient(work, model)
    log_effects = random_effects_gradient(point, work, model)
    return log + transform_gradient(point, work, model, log_effects)


@copied
def log_priors(work: Workspace, model: ModelArrays) -> float:
    """Return the log prior density of the parameters with priors and add its derivatives to ``d_values``."""
    total = 0.0
    for i in range(model.priors.size):
        prior = log_prior(work.values[i], model.priors[i])
        total += prior.log + model.priors[i].log_constant
        work.d_values[i] += prior.slope
    return total


@copied
def _log_likelihood_of_patterns(rows: Records, work: Workspace, model: ModelArrays) -> float:
    """Return the log likelihood of all rows, pattern by pattern, and add its derivatives to ``d_values``."""
    total = _log_likelihood_of_sets(rows, work, model) if model.range_sets.size else 0.0
    for k in range(model.patterns.size):
        pattern = model.patterns[k]
        parameters = parameters_of(pattern, work, model)
        work.d_eta[:] = 0.0
        first, stop = pattern.first_row, pattern.first_row + pattern.n_rows
        if pattern.simple:
            total += log_likelihood_of_simple_rows(rows[first:stop], parameters, work.d_eta)
        else:
            for r in range(first, stop):
                total += _log_likelihood_of_any_row(rows[r], r, parameters, work, model)
        if model.kinetics.size:  # each row is a pattern
            work.plasma[first].d_log_x -= work.d_eta[EC50]
            work.plasma[first].d_variance = work.d_eta[OMEGA_SQUARED]
        add_predictor_gradient(pattern, work, model)
    return total


@copied
def _log_likelihood_of_any_row(
    row: Record, r: int, parameters: Parameters, work: Workspace, model: ModelArrays
) -> float:
    """Return the log likelihood of a row; add its derivatives by predictors and by EC50s of competitors."""
    log = 0.0
    competing = competing_ligands(r, work.values, model)
    if row.level == RANGE_SET:
        d_competing = _add_gradient_of_set_row(row, competing, parameters, work.set_rows[r], work.d_eta)
    elif row.included != 0.0:
        log, d_competing = add_gradient_of_any_row(row, competing, parameters, 1.0, work.d_eta)
    else:
        return 0.0
    add_competitor_gradient(r, d_competing, work.values, work.d_values, model)
    return log


@not_inlined
def _add_gradient_of_set_row(
    row: Record, competing: float, parameters: Parameters, set_row: Record, d_eta: NDArray[np.float64]
) -> float:
    """Add the derivatives of the density of a complete set by the linear predictors of one of its rows."""
    density = RowDensity(0.0, set_row.d_mean, set_row.d_sigma, 0.0)
    return add_gradient(row, competing, parameters, predict_row(row, competing, parameters), density, d_eta)


@not_inlined
def _log_likelihood_of_sets(rows: Records, work: Workspace, model: ModelArrays) -> float:
    """Return the log likelihood of complete sets of ranges and set the derivatives in ``set_rows``."""
    set_rows = work.set_rows
    for k in range(model.patterns.size):
        pattern = model.patterns[k]
        parameters = parameters_of(pattern, work, model)
        for r in range(pattern.first_row, pattern.first_row + pattern.n_rows):
            if rows[r].level == RANGE_SET:
                prediction = predict_row(rows[r], competing_ligands(r, work.values, model), parameters)
                set_rows[r].mean, set_rows[r].sigma = prediction.mean, prediction.noise.sigma
    total = 0.0
    for k in range(model.range_sets.size):
        first = model.range_sets[k].first
        members = model.range_set_rows[first : first + model.range_sets[k].size]
        total += log_likelihood_of_set(rows, members, set_rows)
    return total
