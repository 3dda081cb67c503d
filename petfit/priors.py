"""Prior distributions by name, with the parameters PyMC gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from scipy import stats

from petfit.errors import nearest

__all__ = ["FAMILIES", "Family", "Prior"]

type Support = Literal["real", "positive", "unit"]


@dataclass(frozen=True)
class Family:
    """A family of distributions.

    Parameters
    ----------
    arguments : tuple of str
        Its numbers, by PyMC's names.
    support : {"real", "positive", "unit"}
        Where it has mass.
    frozen : callable
        From those numbers to the same distribution in SciPy.
    """

    arguments: tuple[str, ...]
    support: Support
    frozen: Callable[..., Any]


FAMILIES: dict[str, Family] = {
    "Normal": Family(("mu", "sigma"), "real", lambda mu, sigma: stats.norm(mu, sigma)),
    "StudentT": Family(("nu", "mu", "sigma"), "real", lambda nu, mu, sigma: stats.t(nu, loc=mu, scale=sigma)),
    "HalfNormal": Family(("sigma",), "positive", lambda sigma: stats.halfnorm(scale=sigma)),
    "HalfCauchy": Family(("beta",), "positive", lambda beta: stats.halfcauchy(scale=beta)),
    "LogNormal": Family(
        ("mu", "sigma"), "positive", lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu))
    ),
    "Gamma": Family(
        ("alpha", "beta"), "positive", lambda alpha, beta: stats.gamma(alpha, scale=1 / np.asarray(beta))
    ),
    "InverseGamma": Family(
        ("alpha", "beta"), "positive", lambda alpha, beta: stats.invgamma(alpha, scale=beta)
    ),
    "Exponential": Family(("lam",), "positive", lambda lam: stats.expon(scale=1 / np.asarray(lam))),
    "Beta": Family(("alpha", "beta"), "unit", lambda alpha, beta: stats.beta(alpha, beta)),
}

_ANY_SIGN = frozenset({"mu"})
_KEYS: list[JsonValue] = [
    "dist",
    "source",
    *sorted({name for family in FAMILIES.values() for name in family.arguments}),
]


class Prior(BaseModel):
    """One prior: a distribution by name, its numbers, and where they come from.

    Parameters
    ----------
    dist : str
        Name of the family, a key of ``FAMILIES``.
    source : str
        The reason for these numbers, in words.
    **numbers : float
        The family's arguments.

    Examples
    --------
    >>> prior = Prior(dist="Normal", mu=0, sigma=2, source="wide")
    >>> str(prior), float(prior.quantile(0.5))
    ('Normal(mu=0, sigma=2)', 0.0)
    """

    model_config = ConfigDict(
        extra="allow", frozen=True, strict=True, json_schema_extra={"propertyNames": {"enum": _KEYS}}
    )
    __pydantic_extra__: dict[str, float]

    dist: Annotated[str, Field(json_schema_extra={"enum": sorted(FAMILIES)})]
    source: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.dist not in FAMILIES:
            raise ValueError(f"there is no distribution {self.dist!r}. {nearest(self.dist, FAMILIES)}")
        wanted, given = self.family.arguments, self.__pydantic_extra__
        for name in given.keys() - set(wanted):
            raise ValueError(f"{self.dist} takes {', '.join(wanted)}, not {name!r}. {nearest(name, wanted)}")
        for name in wanted:
            if name not in given:
                raise ValueError(f"{self.dist} needs {name!r} as well; it takes {', '.join(wanted)}")
            if not np.isfinite(given[name]) or (name not in _ANY_SIGN and given[name] <= 0):
                rule = "finite" if name in _ANY_SIGN else "finite and above 0"
                raise ValueError(f"{name} of {self.dist} must be {rule}, not {given[name]}")
        return self

    def __str__(self) -> str:
        pairs = zip(self.family.arguments, self.numbers, strict=True)
        return f"{self.dist}({', '.join(f'{name}={value:g}' for name, value in pairs)})"

    @property
    def family(self) -> Family:
        """The family it belongs to."""
        return FAMILIES[self.dist]

    @property
    def numbers(self) -> tuple[float, ...]:
        """Its numbers, in the family's order."""
        return tuple(float(self.__pydantic_extra__[name]) for name in self.family.arguments)

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the log density at `x`, elementwise."""
        return np.asarray(self.family.frozen(*self.numbers).logpdf(x))

    def quantile(self, q: ArrayLike) -> Any:
        """Return the quantile at the probability `q`, elementwise."""
        return self.family.frozen(*self.numbers).ppf(q)

    def draw(self, rng: np.random.Generator, size: int | tuple[int, ...]) -> NDArray[np.float64]:
        """Return independent draws of the shape `size`."""
        return np.asarray(self.family.frozen(*self.numbers).rvs(size=size, random_state=rng))
