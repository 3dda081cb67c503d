"""The log likelihood of each person's rows, integrated over the person's deviation in log EC50.

This states the integral on a dense grid of deviations; `petfit.inference.kernel.person_integral` computes it
with few nodes. A person here is also a cohort, whose rows share the mean deviation of its people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from petfit.evidence.ranges import in_complete_set
from petfit.model.design import Design, Draws
from petfit.model.likelihood.log_likelihood import log_likelihood
from petfit.model.ops import Array, Ops

__all__ = ["has_independent_people", "integrated_effect", "log_likelihood_of_people"]

_FARTHEST = 12.0
"""The end of the grid of deviations, in SDs."""


def has_independent_people(rows: pd.DataFrame) -> bool:
    """Return whether people depend on each other only through shared parameters.

    Scans have baselines of their own, and the means of a complete set of ranges depend on each other.
    """
    return not ((rows["level"] == "scan") | in_complete_set(rows)).any()


def integrated_effect(design: Design) -> int | None:
    """Return the place of the effect that the likelihood is integrated over, if there is one."""
    return next((k for k, effect in enumerate(design.effects) if effect.integrated), None)


def log_likelihood_of_people(
    ops: Ops,
    design: Design,
    draws: Draws,
    numbers: Mapping[str, Array],
    weights: Mapping[str, Array] | None = None,
    *,
    step: float = 0.01,
) -> Array:
    """Return the integrated log likelihood of each person.

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
    step : float
        Distance between the nodes of the trapezoidal rule, in SDs of the deviation. The error is below 1e-10
        where the likelihood of a person is twice as wide.

    Returns
    -------
    array
        Leading axes of the draws, then the levels of the effect.
    """
    k = integrated_effect(design)
    assert k is not None
    effect, size = design.effects[k], len(design.effects[k].levels)
    with_nodes = {name: draws[name][..., None] for name in design.scalar_priors}
    with_nodes |= {
        other.name: draws[other.name][..., None, :] for other in design.effects if other is not effect
    }
    deviations = np.arange(-_FARTHEST, _FARTHEST + step / 2, step)[:, None]
    with_nodes[effect.name] = with_nodes[effect.scale][..., None] * (deviations * np.ones(size))
    total: Array = -0.5 * deviations**2 - 0.5 * math.log(2.0 * math.pi) + math.log(step)
    for level, density in log_likelihood(ops, design, with_nodes, numbers).items():
        person = numbers["index"][k][numbers[f"{level}.rows"]]
        is_of_person = (person[:, None] - np.arange(size)) ** 2 < 0.5
        weight = 1.0 if weights is None else weights[level]
        total = total + (density * weight) @ (is_of_person * 1.0)
    return ops.logsumexp(total, axis=-2)
