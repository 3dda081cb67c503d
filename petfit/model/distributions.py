"""Families of prior distributions under PyMC's names, as distributions of `scipy.stats`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from scipy import stats

__all__ = ["FAMILIES", "Family", "Support", "Transform"]

type Support = Literal["real", "positive", "unit"]
type Transform = Literal["identity", "exp", "expit", "softplus"]

_TRANSFORMS: dict[Support, Transform] = {"real": "identity", "positive": "exp", "unit": "expit"}


@dataclass(frozen=True)
class Family:
    """A family of distributions.

    Parameters
    ----------
    arguments : tuple of str
        Names of its arguments in PyMC.
    support : {"real", "positive", "unit"}
        The support.
    distribution : callable
        ``distribution(*numbers)``: the frozen distribution of `scipy.stats`.
    scale : callable, optional
        ``scale(*numbers)`` of a family whose density is largest at 0 and falls at least exponentially:
        values well below this scale are small for the prior.

    Examples
    --------
    >>> FAMILIES["Gamma"].arguments, FAMILIES["Gamma"].transform
    (('alpha', 'beta'), 'exp')
    """

    arguments: tuple[str, ...]
    support: Support
    distribution: Callable[..., Any]
    scale: Callable[..., float] | None = None

    @property
    def transform(self) -> Transform:
        """The transform from the real line to the support; see `petfit.model.free_parameters`."""
        return "softplus" if self.scale else _TRANSFORMS[self.support]


FAMILIES: dict[str, Family] = {
    "Normal": Family(("mu", "sigma"), "real", stats.norm),
    "StudentT": Family(("nu", "mu", "sigma"), "real", stats.t),
    "HalfNormal": Family(
        ("sigma",),
        "positive",
        lambda sigma: stats.halfnorm(scale=sigma),
        scale=lambda sigma: sigma / 3.0,
    ),
    "HalfCauchy": Family(("beta",), "positive", lambda beta: stats.halfcauchy(scale=beta)),
    "LogNormal": Family(
        ("mu", "sigma"), "positive", lambda mu, sigma: stats.lognorm(sigma, scale=math.exp(mu))
    ),
    "Gamma": Family(("alpha", "beta"), "positive", lambda alpha, beta: stats.gamma(alpha, scale=1.0 / beta)),
    "InverseGamma": Family(
        ("alpha", "beta"), "positive", lambda alpha, beta: stats.invgamma(alpha, scale=beta)
    ),
    "Exponential": Family(
        ("lam",),
        "positive",
        lambda lam: stats.expon(scale=1.0 / lam),
        scale=lambda lam: 1.0 / (3.0 * lam),
    ),
    "Beta": Family(("alpha", "beta"), "unit", stats.beta),
}
"""The families by PyMC's names."""
