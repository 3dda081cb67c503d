"""Other curves, fitted by least squares around a fit: which of them describes its rows better.

With the variances ``v`` of rows and ``sd^2`` of random effects that the fit has estimated, the sum of squares

    T = sum ((y - mean)^2 / v) + sum (b^2 / sd^2)

is minimised over centres and random effects ``b``: the penalised nonlinear least squares step of Lindstrom
and Bates (Biometrics 1990;46:673-687). The further parameters of a curve, such as its Hill exponent, stay
within the central 99.9 % of their default priors. A censored number counts only where the mean lies beyond
its limit. A wrong curve inflates the variances of its own fit, so only ratios of T count: ``n log(T1 / T2)``
is the difference of two deviances with the dispersion estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from petfit.checks.expected_values import coordinates, jacobian, posterior_means, predict, sample_rows
from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.curves import CURVES
from petfit.model.design import Design
from petfit.model.parameters import PARAMETERS
from petfit.model.prior import Prior
from petfit.model.specification.default_priors import CURVE_DEFAULTS
from petfit.model.specification.terms import Parameter

__all__ = ["deviance_difference", "sum_of_squares"]

type Array = NDArray[np.float64]

_MAX_EVALUATIONS = 50
_OUTSIDE = 0.001
"""Prior probability outside the bounds of a curve's further parameters."""


def deviance_difference(fit: Fit, curve: str, other: str) -> float:
    """Return the deviance of a curve less that of another one: above 0 if `other` fits better.

    Parameters
    ----------
    fit : Fit
        A fit with any curve, whose variances are used.
    curve, other : str
        Names of curves.
    """
    (squares, n_rows), (other_squares, _) = (sum_of_squares(fit, name) for name in (curve, other))
    return n_rows * float(np.log(squares / other_squares))


def sum_of_squares(fit: Fit, curve: str) -> tuple[float, int]:
    """Return the smallest sum of squares T of a curve, and the number of rows in it.

    Parameters
    ----------
    fit : Fit
        A fit with any curve, whose variances are used.
    curve : str
        Name of the curve.
    """
    sampled = sample_rows(fit)
    priors = {name: CURVE_DEFAULTS[name] for name in CURVES[curve].parameters if name in CURVE_DEFAULTS}
    further = {name: Parameter(centre=prior) for name, prior in priors.items()}
    spec = fit.spec.model_copy(update={"curve": curve, **further})
    design = replace(sampled, spec=spec, given_effects=sampled.effects)
    linked = {PARAMETERS[name].linked_name: prior for name, prior in priors.items()}
    point = posterior_means(fit) | {name: np.asarray(prior.quantile(0.5)) for name, prior in linked.items()}
    return _minimise(design, point, linked)


def _minimise(design: Design, point: Mapping[str, Array], priors: Mapping[str, Prior]) -> tuple[float, int]:
    """Minimise the sum of squares of a design from a point; some centres are bounded by their priors."""
    moved, numbers = coordinates(design), likelihood.inputs(design)
    positive = {effect.name for effect in design.effects if effect.kind == "kinetic"}
    low, high = np.array([_bounds(priors.get(one.name), one.name in positive) for one in moved]).T
    sd, centre = np.array([one.sd(point) for one in moved]), np.array([one.centre for one in moved])
    value, variance = design.rows["value"].to_numpy(float), predict(design, point, numbers)[1]
    has_value = np.isfinite(value) & np.isfinite(variance)
    row_sd = np.sqrt(variance)
    lowest = np.where(design.rows["censored"] == "above", 0.0, -np.inf)
    highest = np.where(design.rows["censored"] == "below", 0.0, np.inf)

    def at(centres_and_levels: Array) -> dict[str, Array]:
        copy = {name: np.array(values) for name, values in point.items()}
        for one, number in zip(moved, centres_and_levels, strict=True):
            copy[one.name][one.level] = number
        return copy

    def by_row(centres_and_levels: Array) -> Array:
        expected = predict(design, at(centres_and_levels), numbers)[0]
        return np.clip((value - expected) / row_sd, lowest, highest)

    def residuals(centres_and_levels: Array) -> Array:
        return np.concatenate([by_row(centres_and_levels)[has_value], (centres_and_levels - centre) / sd])

    def derivatives(centres_and_levels: Array) -> Array:
        slopes = -jacobian(design, at(centres_and_levels), numbers, moved) / row_sd[:, None]
        slopes[by_row(centres_and_levels) == 0.0] = 0.0
        return np.concatenate([slopes[has_value], np.diag(1.0 / sd)])

    start = np.array([point[one.name][one.level] for one in moved])
    found = optimize.least_squares(residuals, start, derivatives, (low, high), max_nfev=_MAX_EVALUATIONS)
    return 2.0 * float(found.cost), int(has_value.sum())


def _bounds(prior: Prior | None, is_positive: bool) -> tuple[float, float]:
    if prior is None:
        return 0.0 if is_positive else -np.inf, np.inf
    low, high = prior.quantile([_OUTSIDE / 2, 1.0 - _OUTSIDE / 2])
    return float(low), float(high)
