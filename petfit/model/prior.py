"""Prior distributions, with names and arguments as in PyMC."""

from __future__ import annotations

from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from petfit.errors import nearest
from petfit.model.distributions import FAMILIES, Family

__all__ = ["FAMILIES", "Family", "Prior"]

_ANY_SIGN = frozenset({"mu"})
_KEYS: list[JsonValue] = [
    "dist",
    "source",
    *sorted({name for family in FAMILIES.values() for name in family.arguments}),
]


class Prior(BaseModel):
    """A prior distribution with its source.

    Parameters
    ----------
    dist : str
        Name of the family, a key of `petfit.model.distributions.FAMILIES`.
    source : str
        The reason for the numbers.
    **numbers : float
        The arguments of the family.

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
        arguments, numbers = self.family.arguments, self.__pydantic_extra__
        all_arguments = ", ".join(arguments)
        for name in numbers.keys() - set(arguments):
            raise ValueError(f"{self.dist} takes {all_arguments}, not {name!r}. {nearest(name, arguments)}")
        for name in arguments:
            if name not in numbers:
                raise ValueError(f"{self.dist} needs {name!r} as well; it takes {all_arguments}")
            if not np.isfinite(numbers[name]) or (name not in _ANY_SIGN and numbers[name] <= 0):
                rule = "finite" if name in _ANY_SIGN else "finite and above 0"
                raise ValueError(f"{name} of {self.dist} must be {rule}, not {numbers[name]}")
        return self

    def __str__(self) -> str:
        pairs = zip(self.family.arguments, self.numbers, strict=True)
        return f"{self.dist}({', '.join(f'{name}={value:g}' for name, value in pairs)})"

    @property
    def family(self) -> Family:
        """The family of the distribution."""
        return FAMILIES[self.dist]

    @property
    def numbers(self) -> tuple[float, ...]:
        """The arguments, in the order of the family."""
        return tuple(float(self.__pydantic_extra__[name]) for name in self.family.arguments)

    @property
    def scale(self) -> float:
        """The scale of the family with these numbers; 1 if it has none."""
        return 1.0 if self.family.scale is None else self.family.scale(*self.numbers)

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the log density at each `x`; it is -inf outside the support."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(self._distribution.logpdf(x))

    def quantile(self, q: ArrayLike) -> Any:
        """Return the quantile at each probability `q`."""
        return self._distribution.ppf(q)

    def draw(self, rng: np.random.Generator, size: int | tuple[int, ...]) -> NDArray[np.float64]:
        """Return independent draws of the shape `size`."""
        return np.asarray(self._distribution.rvs(size=size, random_state=rng))

    @property
    def _distribution(self) -> Any:
        return self.family.distribution(*self.numbers)
