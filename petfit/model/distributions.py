"""Families of distributions by PyMC's names, in closed form: `scipy.stats` takes long to import."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["FAMILIES", "Family", "Support", "Transform"]

type Support = Literal["real", "positive", "unit"]
type Transform = Literal["identity", "exp", "expit", "softplus"]
type _Numbers = Any
_HALF_LOG_2_PI = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True)
class Family:
    """A family of distributions.

    Parameters
    ----------
    arguments : tuple of str
        Its numbers, by PyMC's names.
    support : {"real", "positive", "unit"}
        Where it has mass.
    log_density : callable
        ``log_density(x, *numbers)`` within the support.
    quantile : callable
        ``quantile(q, *numbers)``.
    draw : callable, optional
        ``draw(rng, size, *numbers)``; by its quantiles if not given.
    scale : callable, optional
        ``scale(*numbers)``, where the density is largest at 0 and falls off at least as fast as an
        exponential: what is small for it.
    """

    arguments: tuple[str, ...]
    support: Support
    log_density: Callable[..., NDArray[np.float64]]
    quantile: Callable[..., NDArray[np.float64]]
    draw: Callable[..., NDArray[np.float64]] | None = None
    scale: Callable[..., float] | None = None

    @property
    def transform(self) -> Transform:
        """How a sampler's real line becomes the support: see `petfit.model.free_parameters`."""
        transforms: dict[Support, Transform] = {"real": "identity", "positive": "exp", "unit": "expit"}
        return "softplus" if self.scale else transforms[self.support]


def _normal(x: _Numbers, mu: float, sigma: float) -> _Numbers:
    return -0.5 * ((x - mu) / sigma) ** 2 - math.log(sigma) - _HALF_LOG_2_PI


def _student(x: _Numbers, nu: float, mu: float, sigma: float) -> _Numbers:
    constant = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(nu * math.pi)
    return constant - math.log(sigma) - (nu + 1) / 2 * np.log1p(((x - mu) / sigma) ** 2 / nu)


def _gamma(x: _Numbers, alpha: float, beta: float) -> _Numbers:
    return alpha * math.log(beta) - math.lgamma(alpha) + special.xlogy(alpha - 1, x) - beta * x


def _beta(x: _Numbers, alpha: float, beta: float) -> _Numbers:
    constant = special.betaln(alpha, beta)
    return special.xlogy(alpha - 1, x) + special.xlog1py(beta - 1, -x) - constant


FAMILIES: dict[str, Family] = {
    "Normal": Family(
        ("mu", "sigma"),
        "real",
        _normal,
        lambda q, mu, sigma: mu + sigma * special.ndtri(q),
        lambda rng, size, mu, sigma: mu + sigma * rng.standard_normal(size),
    ),
    "StudentT": Family(
        ("nu", "mu", "sigma"),
        "real",
        _student,
        lambda q, nu, mu, sigma: mu + sigma * special.stdtrit(nu, q),
        lambda rng, size, nu, mu, sigma: mu + sigma * rng.standard_t(nu, size),
    ),
    "HalfNormal": Family(
        ("sigma",),
        "positive",
        lambda x, sigma: math.log(2.0) + _normal(x, 0.0, sigma),
        lambda q, sigma: sigma * special.ndtri((1 + np.asarray(q)) / 2),
        lambda rng, size, sigma: sigma * np.abs(rng.standard_normal(size)),
        scale=lambda sigma: sigma / 3.0,
    ),
    "HalfCauchy": Family(
        ("beta",),
        "positive",
        lambda x, beta: math.log(2.0 / (math.pi * beta)) - np.log1p((x / beta) ** 2),
        lambda q, beta: beta * np.tan(0.5 * math.pi * np.asarray(q)),
    ),
    "LogNormal": Family(
        ("mu", "sigma"),
        "positive",
        lambda x, mu, sigma: _normal(np.log(x), mu, sigma) - np.log(x),
        lambda q, mu, sigma: np.exp(mu + sigma * special.ndtri(q)),
        lambda rng, size, mu, sigma: np.exp(mu + sigma * rng.standard_normal(size)),
    ),
    "Gamma": Family(
        ("alpha", "beta"),
        "positive",
        _gamma,
        lambda q, alpha, beta: special.gammaincinv(alpha, q) / beta,
        lambda rng, size, alpha, beta: rng.standard_gamma(alpha, size) / beta,
    ),
    "InverseGamma": Family(
        ("alpha", "beta"),
        "positive",
        lambda x, alpha, beta: np.asarray(_gamma(1 / x, alpha, beta) - 2.0 * np.log(x)),
        lambda q, alpha, beta: beta / special.gammainccinv(alpha, q),
    ),
    "Exponential": Family(
        ("lam",),
        "positive",
        lambda x, lam: math.log(lam) - lam * x,
        lambda q, lam: np.asarray(-np.log1p(-np.asarray(q)) / lam),
        lambda rng, size, lam: rng.standard_exponential(size) / lam,
        scale=lambda lam: 1.0 / (3.0 * lam),
    ),
    "Beta": Family(
        ("alpha", "beta"),
        "unit",
        _beta,
        lambda q, alpha, beta: np.asarray(special.betaincinv(alpha, beta, q)),
        lambda rng, size, alpha, beta: rng.beta(alpha, beta, size),
    ),
}
