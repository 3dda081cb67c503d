"""People integrated out: for which designs, and their deviations drawn afterwards."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.inference import kernel
from petfit.model.design import Design
from petfit.model.likelihood.log_likelihood import levels_in
from petfit.settings import Settings

__all__ = ["draw_deviations", "integrate_people"]

_SAMPLED_LEVELS = {"scan", "range_set"}
"""Levels of evidence with deviations that have to be sampled: scans have baselines of their own, and the
means of a complete set of ranges depend on each other."""

_SIGNATURE = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_uint64, ctypes.c_uint64, *[ctypes.c_void_p] * 5)


def integrate_people(design: Design, settings: Settings) -> Design:
    """Return the design with the deviations of people integrated out, where that is possible.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    settings : Settings
        ``people`` decides: if possible (``auto``), ``integrated`` or ``sampled``.

    Raises
    ------
    PetfitError
        If they have to be integrated out and cannot be.
    """
    reasons = _reasons_to_sample(design)
    if settings.people == "integrated" and reasons:
        raise PetfitError(f"people = integrated: deviations have to be sampled, because {' and '.join(reasons)}")
    if settings.people == "sampled" or reasons:
        return design
    effects = tuple(replace(effect, integrated=effect.kind == "people") for effect in design.effects)
    return replace(design, given_effects=effects)


def _reasons_to_sample(design: Design) -> list[str]:
    reasons = []
    if not any(effect.kind == "people" for effect in design.effects):
        reasons.append("the model has no differences between people")
    levels = [level.name for level in levels_in(design) if level.name in _SAMPLED_LEVELS]
    reasons += [f"the table has rows of the level {name.partition('_')[0]}" for name in levels]
    if not kernel.is_supported(design):
        reasons.append("the compiled code does not cover the model")
    return reasons


def draw_deviations(
    design: Design,
    points: NDArray[np.float64],
    rng: np.random.Generator,
    left_out: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
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
    deviations : array
        In log EC50: chain, draw, person.
    log_likelihood : array
        Integrated log likelihood of each person's rows: chain, draw, person.
    """
    (effect,) = (effect for effect in design.effects if effect.integrated)
    block = kernel.pack(kernel.model_arrays(design, left_out), kernel.source_digest())
    points = np.ascontiguousarray(points, dtype=float)
    shape = (*points.shape[:-1], len(effect.levels))
    uniforms = rng.random(shape)
    deviations, log_likelihood = np.empty(shape), np.empty(shape)
    n_draws, size = int(np.prod(shape[:-1])), points.shape[-1]
    addresses = (array.ctypes.data for array in (points, uniforms, deviations, log_likelihood, block))
    _SIGNATURE(kernel.compiled().people.address)(n_draws, size, *addresses)
    return deviations, log_likelihood
