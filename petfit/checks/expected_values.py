"""The expected values of a fit's rows and their derivatives, at its posterior means, draws or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.effect import Effect
from petfit.model.ops import NUMPY
from petfit.model.parameters import PARAMETERS, RESIDUALS, competitor_name

__all__ = [
    "STEP",
    "Coordinate",
    "Numbers",
    "coordinates",
    "jacobian",
    "posterior_means",
    "posterior_points",
    "predict",
    "sample_rows",
]

type Array = NDArray[np.float64]
type Numbers = Mapping[str, NDArray[Any]]
"""The data of the likelihood, from `petfit.model.likelihood.inputs`."""

STEP = 1e-3
"""Step of numerical derivatives, on the link scale or in SDs of a prior."""

_WITH_VALUE = ("subject", "group", "scan", "censored_subject", "censored_group")
_MAX_ROWS = 1000
"""Larger tables are represented by so many rows, drawn at random, because covariances are dense matrices."""


class Coordinate(NamedTuple):
    """A centre or a level of an effect.

    Parameters
    ----------
    name : str
        The posterior variable.
    level : tuple of int
        The index of the level, empty for a centre.
    scale : str
        The posterior variable that holds the SD of a random effect; empty for others.
    prior_sd : float
        SD of the prior of kinetics and of measurement errors; infinite for a fixed effect.
    centre : float
        The value that the SD is around.
    """

    name: str
    level: tuple[int, ...] = ()
    scale: str = ""
    prior_sd: float = np.inf
    centre: float = 0.0

    @property
    def step(self) -> float:
        """The step of numerical derivatives: kinetics are not on a log scale, and can be far below 1."""
        return STEP * min(self.prior_sd, 1.0)

    def sd(self, point: Mapping[str, Array]) -> float:
        """Return the SD at a draw, infinite for a fixed effect."""
        return float(point[self.scale]) if self.scale else self.prior_sd


def sample_rows(fit: Fit) -> Design:
    """Return the design of all rows, or of 1000 of them if there are more."""
    n_rows = len(fit.design.rows)
    if n_rows <= _MAX_ROWS:
        return fit.design
    is_chosen = np.zeros(n_rows, bool)
    is_chosen[np.random.default_rng(1).choice(n_rows, _MAX_ROWS, replace=False)] = True
    return fit.design.subset(is_chosen)


def posterior_means(fit: Fit) -> dict[str, Array]:
    """Return posterior means; geometric means of positive scalars such as SDs."""
    means = {name: draws.mean(axis=(0, 1), keepdims=True)[0, 0] for name, draws in fit.posterior.items()}
    for name, prior in fit.design.scalar_priors.items():
        if prior.family.support != "real":
            means[name] = np.asarray(np.exp(np.log(fit.posterior[name]).mean()))
    return {name: np.asarray(mean) for name, mean in means.items()}


def posterior_points(fit: Fit, count: int) -> list[dict[str, Array]]:
    """Return some draws of the posterior, at equal distances in each chain."""
    draws = {name: np.asarray(values) for name, values in fit.posterior.items()}
    n_chains, n_draws = next(iter(draws.values())).shape[:2]
    places = [divmod(place, n_draws) for place in np.linspace(0, n_chains * n_draws - 1, count).astype(int)]
    return [{name: values[place] for name, values in draws.items()} for place in places]


def coordinates(design: Design) -> list[Coordinate]:
    """Return every centre and every level of an effect on the expected values of the rows."""
    return [*_centres(design), *_levels(design)]


def _centres(design: Design) -> Iterator[Coordinate]:
    centres = [parameter.linked_name for name, parameter in PARAMETERS.items() if name not in RESIDUALS]
    for name in (*centres, *map(competitor_name, design.spec.competition)):
        if name in design.scalar_priors:
            yield Coordinate(name)


def _levels(design: Design) -> Iterator[Coordinate]:
    matrix = design.fitted_matrix
    for i, effect in enumerate(design.effects):
        if effect.parameter in RESIDUALS:
            continue
        for level in map(int, np.unique(matrix.index[i][matrix.weight[i] != 0])):
            yield _level(effect, level)


def _level(effect: Effect, level: int) -> Coordinate:
    if effect.scale:
        return Coordinate(effect.name, (level,), effect.scale)
    if effect.kind in ("error", "kinetic", "kinetic_people"):
        low, middle, high = effect.priors[level].quantile([0.159, 0.5, 0.841])
        return Coordinate(effect.name, (level,), prior_sd=float(high - low) / 2.0, centre=float(middle))
    return Coordinate(effect.name, (level,))


def jacobian(
    design: Design,
    point: Mapping[str, Array],
    numbers: Numbers,
    moved: Sequence[Coordinate],
) -> Array:
    """Return the derivatives of the expected values by coordinates, NaN for ranges: rows, coordinates."""
    count = len(moved)
    batch = {name: np.repeat(values[None], 2 * count, axis=0) for name, values in point.items()}
    steps = np.array([one.step for one in moved])
    for i, one in enumerate(moved):
        batch[one.name][(i, *one.level)] += one.step
        batch[one.name][(count + i, *one.level)] -= one.step
    mean, _ = predict(design, batch, numbers)
    return np.asarray((mean[:count] - mean[count:]).T / (2 * steps))


def predict(design: Design, draws: Mapping[str, Array], numbers: Numbers) -> tuple[Array, Array]:
    """Return the expected value and the residual variance of each row, NaN for ranges.

    Parameters
    ----------
    design : Design
        The design of the rows.
    draws : mapping of str to array
        Scalars and effects, at one point or with leading axes.
    numbers : mapping of str to array
        From `petfit.model.likelihood.inputs`.
    """
    shape = (*design.draw_shape(draws), len(design.rows))
    mean, variance = np.full(shape, np.nan), np.full(shape, np.nan)
    for level, data, predicted in likelihood.predict_levels(NUMPY, design, draws, numbers):
        if level.name in _WITH_VALUE:
            mean[..., data["rows"]] = predicted.mean
            variance[..., data["rows"]] = predicted.variance / data.get("n", 1.0)
    return mean, variance
