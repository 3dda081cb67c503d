"""People integrated out: for which designs, and their deviations drawn afterwards."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.inference import kernel
from petfit.model.design import Design
from petfit.model.design_matrix import n_averaged
from petfit.model.free_parameters import place_of
from petfit.model.likelihood.integrated_people import has_independent_people, with_people_integrated
from petfit.settings import Settings

__all__ = [
    "integrate_people",
    "log_likelihood_by_kernel",
    "reasons_to_sample",
    "sample_deviations",
]

_MANY_PEOPLE = 20
"""From this number of people on, integrating out takes less time for the same effective sample size, and the
sampler no longer sticks where the residual SD is small. Groups do not count: their shared deviation is small,
and the integral over their rows takes longer."""

_REFINEMENT = 8
"""How many times as many nodes as the integral needs the deviations are drawn with."""

_SIGNATURE = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_uint64] * 3, *[ctypes.c_void_p] * 5)


def integrate_people(design: Design, settings: Settings) -> Design:
    """Return the design with the deviations of people integrated out, where that pays.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    settings : Settings
        ``people`` decides: ``integrated``, ``sampled``, or ``auto``, which integrates where it can and there
        are many people.

    Raises
    ------
    PetfitError
        If they have to be integrated out and cannot be.
    """
    reasons = reasons_to_sample(design)
    if settings.people == "integrated" and reasons:
        raise PetfitError(f"people = 'integrated' is not possible: {'; '.join(reasons)}")
    many = design.rows["person"][n_averaged(design.rows) == 1].nunique() >= _MANY_PEOPLE
    if settings.people == "sampled" or reasons or not (many or settings.people == "integrated"):
        return design
    return with_people_integrated(design)


def reasons_to_sample(design: Design) -> list[str]:
    """Return why the deviations of people cannot be integrated out; nothing if they can."""
    reasons = []
    if not any(effect.kind == "people" for effect in design.effects):
        reasons.append("the model has no differences between people")
    if design.spec.pk:
        reasons.append("people differ in their kinetics as well")
    if not has_independent_people(design.rows):
        reasons.append("the table has scans or complete sets of ranges, which need the deviations")
    if not kernel.is_supported(design):
        reasons.append("the compiled code does not cover the model")
    return reasons


def sample_deviations(
    design: Design,
    points: NDArray[np.float64],
    rng: np.random.Generator,
    left_out: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Draw the deviation of each person given their rows, for each posterior draw.

    Parameters
    ----------
    design : Design
        A design with people integrated out.
    points : array
        Unconstrained points: chain, draw, free parameter.
    rng : numpy.random.Generator
        Source of randomness.
    left_out : array of bool, optional
        Rows that do not contribute to the likelihood.

    Returns
    -------
    array
        In log EC50: chain, draw, person.
    """
    uniforms = rng.random((*points.shape[:-1], _n_people(design)))
    return _integrals(design, points, uniforms, _REFINEMENT, left_out)[0]


def log_likelihood_by_kernel(design: Design, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the log likelihood of each person's rows, integrated over the deviation, with the kernel.

    Parameters
    ----------
    design : Design
        A design that was sampled, with the deviations of people integrated out or not.
    points : array
        Unconstrained points: chain, draw, free parameter.

    Returns
    -------
    array
        Chain, draw, person.
    """
    (people,) = (effect for effect in design.effects if effect.kind == "people")
    if not people.integrated:
        points = np.delete(points, place_of(design, people), axis=-1)
        design = with_people_integrated(design)
    uniforms = np.full((*points.shape[:-1], _n_people(design)), 0.5)
    return _integrals(design, points, uniforms)[1]


def _n_people(design: Design) -> int:
    (effect,) = (effect for effect in design.effects if effect.integrated)
    return len(effect.levels)


def _integrals(
    design: Design,
    points: NDArray[np.float64],
    uniforms: NDArray[np.float64],
    refinement: int = 1,
    left_out: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the deviations at quantiles of their conditional distribution, and the log likelihoods."""
    block = kernel.pack(kernel.model_arrays(design, left_out), kernel.source_digest())
    points = np.ascontiguousarray(points, dtype=float)
    deviations, log_likelihood = np.empty(uniforms.shape), np.empty(uniforms.shape)
    n_draws, size = int(np.prod(uniforms.shape[:-1])), points.shape[-1]
    addresses = (array.ctypes.data for array in (points, uniforms, deviations, log_likelihood, block))
    _SIGNATURE(kernel.compiled().deviations.address)(n_draws, size, refinement, *addresses)
    return deviations, log_likelihood
