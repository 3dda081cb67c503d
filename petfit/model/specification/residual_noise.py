"""The residual noise of a specification: of occupancies and of scans."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import model_validator

from petfit.model.specification.default_priors import SHRINKING, SIGMA
from petfit.model.specification.terms import Levelled
from petfit.model.strict import Spread

__all__ = ["Noise", "Residual", "ScanNoise"]


class Residual(Levelled):
    """Residual noise.

    Parameters
    ----------
    family : {"normal", "student"}
        Student's t is robust to outliers.
    nu : float
        Degrees of freedom of Student's t, above 2.
    sigma : Prior, optional
        Prior of the SD (the scale of Student's t).
    floor : Prior, optional
        Prior of the floor of the SD, where the contribution of `sigma` is 0.
    fixed : float, optional
        The SD as a number.
    separate : str, optional
        A factor with a separate SD for each level.
    **terms : Term
        Keyed by factor: on the log of the SD.
    """

    family: Literal["normal", "student"] = "normal"
    nu: float = 4.0
    sigma: Spread | None = None
    floor: Spread | None = None

    @model_validator(mode="after")
    def _check_state(self) -> Self:
        if (self.fixed is None) == (self.sigma is None):
            raise ValueError("needs either `fixed` (a number) or `sigma` (a prior)")
        if self.fixed is not None and (self.separate or self.terms or not self.fixed > 0):
            raise ValueError("is fixed, so it must be above 0 and can have no `separate` or terms")
        if not self.nu > 2:
            raise ValueError(f"nu must be above 2, where the variance is finite, not {self.nu:g}")
        return self


class Noise(Residual):
    """Residual noise of one person's occupancy, a fraction of the target.

    Parameters
    ----------
    shrinks : bool
        Whether noise shrinks with occupancy, as ratios of scans do:
        ``sd^2 = floor^2 + (sigma * (1 - occupancy))^2``.
    """

    shrinks: bool = False

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "fixed" in given:
            return given
        shrinks = given.get("shrinks", "floor" in given)
        defaults = SHRINKING if shrinks is True else {"sigma": SIGMA}
        return {**{name: prior.model_dump() for name, prior in defaults.items()}, "shrinks": shrinks, **given}

    @model_validator(mode="after")
    def _check_floor(self) -> Self:
        if self.shrinks != (self.floor is not None):
            raise ValueError("`floor` goes with `shrinks = true`; neither can be used with `fixed`")
        return self


class ScanNoise(Residual):
    """Residual noise of one scan: ``sd^2 = floor^2 + (sigma * mean)^2``, the mean being BP_ND or V_T."""
