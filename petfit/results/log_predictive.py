"""The log predictive density of rows that were left out of a fit."""

from __future__ import annotations

import arviz_stats
import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from petfit.model import likelihood
from petfit.model.design import Design, DesignMatrix
from petfit.model.effect import Effect
from petfit.model.ops import NUMPY

__all__ = ["log_predictive"]

_NEW_LEVEL_DRAWS = 50
type Draws = dict[str, NDArray[np.float64]]


def log_predictive(
    design: Design,
    draws: Draws,
    left_out: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Return the joint log predictive density of rows that were left out, and its Monte Carlo error.

    Levels that only these rows have are integrated out: each posterior draw is combined with several draws
    of them from their distribution or prior.

    Parameters
    ----------
    design : Design
        The design of all rows.
    draws : dict of str to array
        Posterior draws given the other rows: chain, draw, then levels.
    left_out : array of bool
        The rows that were left out.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    tuple of float
        The log density, and its Monte Carlo standard error.
    """
    subset, remaining = design.subset(left_out), design.matrix(design.rows[~left_out])
    inputs = likelihood.inputs(subset)
    unseen = {effect: _unseen(remaining, i, effect) for i, effect in enumerate(design.effects)}
    densities = []
    for _ in range(_NEW_LEVEL_DRAWS):
        completed = draws | {
            effect.name: _redrawn(effect, levels, draws, rng)
            for effect, levels in unseen.items()
            if levels.any()
        }
        by_row = likelihood.log_likelihood(NUMPY, subset, completed, inputs)
        densities.append(sum(density.sum(axis=-1) for density in by_row.values()))
    by_draw = logsumexp(densities, axis=0) - np.log(_NEW_LEVEL_DRAWS)
    largest = by_draw.max()
    weights = np.exp(by_draw - largest)
    error = weights.std(ddof=1) / weights.mean() / np.sqrt(_relative_ess(weights) * weights.size)
    return float(largest + np.log(weights.mean())), float(error)


def _relative_ess(draws: NDArray[np.float64]) -> float:
    return float(arviz_stats.ess(draws, method="mean", relative=True))


def _unseen(remaining: DesignMatrix, i: int, effect: Effect) -> NDArray[np.bool_]:
    """Return which levels of the i-th effect none of the remaining rows has."""
    unseen = np.ones(len(effect.levels), bool)
    unseen[remaining.index[i][remaining.weight[i] != 0]] = False
    return unseen


def _redrawn(
    effect: Effect, levels: NDArray[np.bool_], draws: Draws, rng: np.random.Generator
) -> NDArray[np.float64]:
    values = draws[effect.name].copy()
    shape = values.shape[:2]
    for i in np.flatnonzero(levels):
        if effect.scale:
            values[..., i] = draws[effect.scale] * rng.standard_normal(shape)
        else:
            values[..., i] = effect.priors[i].draw(rng, shape)
    return values
