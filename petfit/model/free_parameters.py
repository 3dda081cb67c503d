"""The free parameters: their order, transforms and initial point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from petfit.model.design import Design
from petfit.model.distributions import Transform
from petfit.model.effect import Effect
from petfit.model.parametrisation import grand_mean_name
from petfit.model.prior import Prior

__all__ = [
    "constrain",
    "initial_point",
    "n_free_parameters",
    "parameters_with_priors",
    "place_of",
    "random_effects",
]

type _Map = Callable[[Any], NDArray[np.float64]]

_TRANSFORMS: dict[Transform, tuple[_Map, _Map]] = {
    "identity": (np.asarray, np.asarray),
    "exp": (np.exp, np.log),
    "expit": (special.expit, special.logit),
    "softplus": (lambda y: np.logaddexp(0.0, y), lambda x: x + np.log(-np.expm1(-x))),
}
"""Each transform from the real line to the support, and its inverse, in units of the prior's scale.

An SD whose prior density is largest at 0 is sampled as ``scale * log(1 + exp(y))``, which is nearly linear
except for values that are small compared with the prior's scale. Under a log transform the upper tail of such
a prior is double exponential, and this curvature, not the evidence, would limit the step size.
"""


def parameters_with_priors(design: Design) -> Iterator[tuple[str, tuple[Prior, ...]]]:
    """Yield parameters with priors of their own: scalars, then effects with one prior per level."""
    for name, prior in design.scalar_priors.items():
        yield name, (prior,)
    for effect in design.effects:
        if effect.priors:
            yield effect.name, effect.priors


def random_effects(design: Design) -> list[Effect]:
    """Return the random effects; they come after the parameters with priors of their own."""
    return [effect for effect in design.effects if effect.scale and not effect.integrated]


def n_free_parameters(design: Design) -> int:
    """Return the number of free parameters."""
    return sum(len(priors) for _, priors in parameters_with_priors(design)) + sum(
        len(effect.levels) for effect in random_effects(design)
    )


def place_of(design: Design, effect: Effect) -> slice:
    """Return where the free parameters of a random effect stand."""
    start = sum(len(priors) for _, priors in parameters_with_priors(design))
    for other in random_effects(design):
        if other is effect:
            break
        start += len(other.levels)
    return slice(start, start + len(effect.levels))


def initial_point(design: Design) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the medians and scales of the prior on the unconstrained scale.

    They depend on the design alone, so that every implementation of the density starts at the same point.

    Returns
    -------
    tuple of array
        Medians and half the widths of the central 68 %, in the order of the sampler.
    """
    points = [
        _TRANSFORMS[priors[0].family.transform][1](
            np.array([prior.quantile([0.16, 0.5, 0.84]) / prior.scale for prior in priors])
        )
        for _, priors in parameters_with_priors(design)
    ]
    normals = np.array([[-1.0, 0.0, 1.0]] * sum(len(effect.levels) for effect in random_effects(design)))
    low, middle, high = np.concatenate([*points, normals.reshape(-1, 3)]).T
    return middle, (high - low) / 2


def constrain(design: Design, points: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return free parameters, as `from_free_parameters` takes them, from unconstrained points.

    Parameters
    ----------
    design : Design
        The design of the model.
    points : array
        Any leading axes, then coordinates in the order of the sampler.

    Returns
    -------
    dict of str to array
        Leading axes, and an axis of levels where a parameter has several.
    """
    constrained, start = {}, 0
    for name, priors in parameters_with_priors(design):
        transform, scales = _TRANSFORMS[priors[0].family.transform][0], [prior.scale for prior in priors]
        values = transform(points[..., start : start + len(priors)]) * scales
        start += len(priors)
        free_name = grand_mean_name(name) if name in design.grand_means else name
        constrained[free_name] = values[..., 0] if name in design.scalar_priors else values
    for effect in random_effects(design):
        constrained[effect.free_name] = points[..., start : start + len(effect.levels)]
        start += len(effect.levels)
    return constrained
