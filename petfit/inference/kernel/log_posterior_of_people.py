"""The log posterior density with the deviations of people integrated out, and their draws afterwards.

It is compiled apart from `petfit.inference.kernel.log_posterior`, so that a fit compiles only what it needs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import copied
from petfit.inference.kernel.linear_predictors import fill_in_centres
from petfit.inference.kernel.log_posterior import log_priors
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.person_integral import draw_deviation, log_likelihood_of_person
from petfit.inference.kernel.single_rows import log_likelihood_of_single_rows
from petfit.inference.kernel.transforms import random_effects_gradient, transform, transform_gradient
from petfit.inference.kernel.workspace import Workspace, make_workspace

__all__ = ["draw_deviations", "log_posterior_of_people"]


@copied
def log_posterior_of_people(
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
    log += _log_likelihood_of_people(work, model)
    log_effects = random_effects_gradient(point, work, model)
    return log + transform_gradient(point, work, model, log_effects)


@copied
def _log_likelihood_of_people(work: Workspace, model: ModelArrays) -> float:
    """Return the integrated log likelihood of all people and add its derivatives to ``d_values``."""
    log_likelihood, stop = 0.0, 0
    for i in range(model.people.size):
        if i < stop:
            continue
        stop = model.people[i].stop_of_single_rows
        if stop > i:
            log_likelihood += log_likelihood_of_single_rows(i, stop, work, model)
        else:
            log_likelihood += log_likelihood_of_person(model.people[i], work, model)
    return log_likelihood


@copied
def draw_deviations(
    point: NDArray[np.float64],
    refinement: int,
    uniforms: NDArray[np.float64],
    deviations: NDArray[np.float64],
    log_likelihoods: NDArray[np.float64],
    memory: NDArray[np.float64],
    model: ModelArrays,
) -> None:
    """Draw the deviation of each person given their rows, and fill in their integrated log likelihood.

    Parameters
    ----------
    point : array
        One number for each free parameter.
    refinement : int
        How many times as many nodes as the integral needs the deviations are drawn with.
    uniforms, deviations, log_likelihoods : array
        One number for each person; deviations are in log EC50.
    memory : array
        From `petfit.inference.kernel.workspace.workspace_memory`.
    model : ModelArrays
        The model.
    """
    work = make_workspace(memory, np.empty_like(point), model)
    transform(point, work, model)
    fill_in_centres(work, model)
    for i in range(model.people.size):
        person = model.people[i]
        drawn = draw_deviation(person, refinement, uniforms[person.level], work, model)
        deviations[person.level] = drawn.deviation * work.values[model.omega]
        log_likelihoods[person.level] = drawn.log_likelihood
