"""The parametrisation: centred or non-centred random effects, and grand means instead of centres.

Random effects are sampled as standard normals times their SD tau (non-centred), or as their levels (centred);
the model says which, or `petfit.inference.centring` chooses. What it chooses for effects that the evidence
determines lies between the two: levels over 1 / sqrt(1 / tau^2 + 1 / e^2), their posterior SD if e is the SD
of a level by the evidence alone. Their posterior then has about the same width whatever tau is.

A constant can be moved from a centre to every level of one of its random effects without changing any linear
predictor. Centre and levels are therefore highly correlated a posteriori. The sampler instead moves their
grand mean (the centre plus the means of its random effects), which the evidence identifies, and coordinates
of the levels that a Householder reflection maps to levels, the first coordinate being their mean. The mean of
an effect under a grand mean is always non-centred, since the evidence does not identify it.

All these maps keep the posterior the same; grand mean and reflection also preserve volume.
"""

from __future__ import annotations

import numpy as np

from petfit.model.design import Design, Draws
from petfit.model.effect import Effect
from petfit.model.ops import Array

__all__ = ["from_free_parameters", "grand_mean_name", "householder_reflection", "unit_of_coordinates"]


def grand_mean_name(centre: str) -> str:
    """Return the name of the grand mean that is sampled instead of a centre."""
    return f"{centre}_grand_mean"


def from_free_parameters(design: Design, free: Draws) -> dict[str, Array]:
    """Return scalars and effects from the free parameters, which the sampler moves.

    Parameters
    ----------
    design : Design
        The design of the model.
    free : mapping of str to array
        Scalars, with grand means instead of their centres; coordinates of random effects, or levels.

    Returns
    -------
    dict of str to array
        Scalars, then effects with their levels along the last axis.
    """
    grand_means = {effect.name for effects in design.grand_means.values() for effect in effects}
    levels: dict[str, Array] = {}
    for effect in design.effects:
        if effect.integrated:
            continue
        coordinates = free[effect.free_name]
        if effect.scale:
            coordinates = coordinates * unit_of_coordinates(design, effect, free[effect.scale])
        if effect.name in grand_means:
            coordinates = householder_reflection(coordinates, len(effect.levels))
        levels[effect.name] = coordinates
    scalars: dict[str, Array] = {}
    for name in design.scalar_priors:
        if name in design.grand_means:
            means = sum(levels[effect.name].mean(axis=-1) for effect in design.grand_means[name])
            scalars[name] = free[grand_mean_name(name)] - means
        else:
            scalars[name] = free[name]
    return scalars | levels


def unit_of_coordinates(design: Design, effect: Effect, sd: Array) -> Array:
    """Return the unit in which each coordinate of a random effect is sampled, levels last.

    Parameters
    ----------
    design : Design
        The design of the model.
    effect : Effect
        A random effect.
    sd : array
        The SD between its levels.
    """
    is_noncentred = np.arange(len(effect.levels)) < design.n_standard_normal(effect)
    sd = sd[..., None]
    unit = sd * (1.0 + (sd / effect.evidence_sd) ** 2) ** -0.5 if effect.evidence_sd else 1.0
    return is_noncentred * sd + ~is_noncentred * unit


def householder_reflection(vectors: Array, size: int) -> Array:
    """Reflect vectors (last axis) so that the first coordinate becomes their mean times the root of `size`.

    The reflection is its own inverse, and orthogonal: independent standard normals stay so.

    Examples
    --------
    >>> bool(abs(householder_reflection(np.array([2.0, 0.3, -0.3, 0.1]), 4).mean() - 1.0) < 1e-12)
    True
    """
    if size == 1:
        return vectors
    axis = -np.ones(size) / np.sqrt(size)
    axis[0] += 1.0
    axis /= np.linalg.norm(axis)
    return vectors - 2.0 * (vectors @ axis)[..., None] * axis
