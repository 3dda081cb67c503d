"""The log likelihood of each person's rows, integrated over the person's deviation in log EC50.

This states the integral on a dense grid of deviations; `petfit.inference.kernel.person_integral` computes it
with few nodes. A person here is also a cohort, whose rows share the mean deviation of its people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.evidence.ranges import in_complete_set
from petfit.model.design import Design, Draws
from petfit.model.likelihood.log_likelihood import log_likelihood
from petfit.model.ops import NUMPY, Array, Ops

__all__ = [
    "has_independent_people",
    "integrated_effect",
    "log_likelihood_by_adapted_nodes",
    "log_likelihood_by_grid",
    "parts_of_likelihood",
    "person_of_row",
    "with_new_people",
    "with_people_integrated",
]

_GRID_STEP = 0.01
_GRID = np.arange(-1200, 1201) * _GRID_STEP
"""Deviations of the fixed grid, in SDs."""

_NODES, _NEGLIGIBLE = 81, 45.0
"""Adapted nodes: how many, and how far below its largest value the log of the integrand is negligible."""


def has_independent_people(rows: pd.DataFrame) -> bool:
    """Return whether people depend on each other only through shared parameters.

    Scans have baselines of their own, and the means of a complete set of ranges depend on each other.
    """
    return not ((rows["level"] == "scan") | in_complete_set(rows)).any()


def parts_of_likelihood(rows: pd.DataFrame) -> tuple[str, list[str]]:
    """Return the dimension and the labels of the parts whose log likelihoods add up to that of the table.

    They are people and cohorts, named as rows (``row``) where each has a single one. Where people are not
    independent, they are rows.
    """
    people = list(dict.fromkeys(rows["person"]))
    if len(people) == len(rows) or not has_independent_people(rows):
        return "row", [str(where) for where in rows.index]
    return "person", people


def person_of_row(rows: pd.DataFrame) -> NDArray[np.intp]:
    """Return the place of each row's person or cohort among all, in the order of their first rows."""
    return pd.factorize(rows["person"])[0]


def with_new_people(
    design: Design, draws: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """Return the draws with other people in the place of those with evidence.

    Predictive draws then belong to the log likelihood: leaving a person out predicts a new one. Where people
    are not independent, the draws are returned as they are.
    """
    people = [effect for effect in design.effects if effect.kind == "people"]
    if not people or not has_independent_people(design.rows):
        return dict(draws)
    (effect,) = people
    deviations = draws[effect.scale][..., None] * rng.standard_normal(draws[effect.name].shape)
    return {**draws, effect.name: deviations}


def with_people_integrated(design: Design) -> Design:
    """Return the design with the deviations of people as an effect that the likelihood is integrated over."""
    effects = tuple(replace(effect, integrated=effect.kind == "people") for effect in design.effects)
    return replace(design, given_effects=effects)


def integrated_effect(design: Design) -> int | None:
    """Return the place of the effect that the likelihood is integrated over, if there is one."""
    return next((k for k, effect in enumerate(design.effects) if effect.integrated), None)


def log_likelihood_by_grid(
    ops: Ops,
    design: Design,
    draws: Draws,
    numbers: Mapping[str, Array],
    weights: Mapping[str, Array] | None = None,
) -> Array:
    """Return the integrated log likelihood of each person, by the trapezoidal rule on a fixed grid.

    Its error is below 1e-10 where the likelihood of a person is at least 0.02 SDs of the deviation wide.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    design : Design
        The design, one effect of which is integrated out.
    draws : mapping of str to array
        Scalars and the other effects; any leading axes.
    numbers : mapping of str to array
        The data from `petfit.model.likelihood.inputs`.
    weights : mapping of str to array, optional
        By level of evidence: the weight of each row in the likelihood, 1 if not given.

    Returns
    -------
    array
        Leading axes of the draws, then the levels of the effect.
    """
    log_integrand = _log_integrand(ops, design, draws, numbers, _GRID[:, None], weights)
    return ops.logsumexp(log_integrand + math.log(_GRID_STEP), axis=-2)


def log_likelihood_by_adapted_nodes(
    design: Design, draws: Draws, numbers: Mapping[str, Array]
) -> NDArray[np.float64]:
    """Return the integrated log likelihood of each person, with nodes placed for each draw and person.

    Nodes are placed where the integrand is not negligible, by narrowing until it fills three quarters of
    them; with so many, the trapezoidal rule is exact to rounding however narrow the likelihood is.

    Parameters
    ----------
    design, draws, numbers
        See `log_likelihood_by_grid`; the draws have one leading axis.

    Returns
    -------
    array
        Draw, then the levels of the effect.
    """
    k = integrated_effect(design)
    assert k is not None
    shape = (next(iter(draws.values())).shape[0], len(design.effects[k].levels))
    low, high = np.full(shape, _GRID[0]), np.full(shape, _GRID[-1])
    while True:
        nodes = np.linspace(low, high, _NODES, axis=-2)
        log_integrand = _log_integrand(NUMPY, design, draws, numbers, nodes)
        matters = log_integrand > log_integrand.max(axis=-2, keepdims=True) - _NEGLIGIBLE
        first = np.maximum(matters.argmax(axis=-2) - 1, 0)
        last = np.minimum(_NODES - matters[..., ::-1, :].argmax(axis=-2), _NODES - 1)
        if (last - first > 0.75 * _NODES).all():
            break
        low, high = (
            np.take_along_axis(nodes, place[..., None, :], axis=-2)[..., 0, :] for place in (first, last)
        )
    return np.asarray(NUMPY.logsumexp(log_integrand, axis=-2) + np.log(nodes[..., 1, :] - nodes[..., 0, :]))


def _log_integrand(
    ops: Ops,
    design: Design,
    draws: Draws,
    numbers: Mapping[str, Array],
    deviations: Array,
    weights: Mapping[str, Array] | None = None,
) -> Array:
    """Return the log of density times likelihood of each person, by draw, node and person.

    Deviations are in SDs: (draw,) node, and person or 1.
    """
    k = integrated_effect(design)
    assert k is not None
    effect, size = design.effects[k], len(design.effects[k].levels)
    with_nodes = {name: draws[name][..., None] for name in design.scalar_priors}
    with_nodes |= {
        other.name: draws[other.name][..., None, :] for other in design.effects if other is not effect
    }
    with_nodes[effect.name] = with_nodes[effect.scale][..., None] * (deviations * np.ones(size))
    total: Array = -0.5 * deviations**2 - 0.5 * math.log(2.0 * math.pi)
    for level, density in log_likelihood(ops, design, with_nodes, numbers).items():
        person = numbers["index"][k][numbers[f"{level}.rows"]]
        is_of_person = (person[:, None] - np.arange(size)) ** 2 < 0.5
        weight = 1.0 if weights is None else weights[level]
        total = total + (density * weight) @ (is_of_person * 1.0)
    return total
