"""Prior distributions by name, with the parameters PyMC gives them."""

from __future__ import annotations

from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from petfit.errors import nearest
from petfit.model.distributions import FAMILIES, Family

__all__ = ["FAMILIES", "Family", "Prior"]

_LIMITS = {"real": (-np.inf, np.inf), "positive": (0.0, np.inf), "unit": (0.0, 1.0)}
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

    @property
    def scale(self) -> float:
        """The family's scale with these numbers, 1 where it has none."""
        return 1.0 if self.family.scale is None else self.family.scale(*self.numbers)

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the log density at `x`, elementwise."""
        at = np.asarray(x, float)
        low, high = _LIMITS[self.family.support]
        inside = (at >= low) & (at <= high)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            found = self.family.log_density(np.where(inside, at, 0.5), *self.numbers)
        vanishing = ~inside | (np.isnan(found) & ~np.isnan(at))  # at an end of the support, inf - inf
        return np.where(vanishing, -np.inf, found)

    def quantile(self, q: ArrayLike) -> Any:
        """Return the quantile at the probability `q`, elementwise."""
        return self.family.quantile(q, *self.numbers)

    def draw(self, rng: np.random.Generator, size: int | tuple[int, ...]) -> NDArray[np.float64]:
        """Return independent draws of the shape `size`."""
        if self.family.draw is None:
            return np.asarray(self.quantile(rng.uniform(size=size)))
        return np.asarray(self.family.draw(rng, size, *self.numbers))
