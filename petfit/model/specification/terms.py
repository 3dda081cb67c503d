"""A parameter of a specification: its centre, its terms by factor, its covariates, differences of people."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from petfit.model.prior import Prior
from petfit.model.strict import Spread, Strict

__all__ = ["Covariate", "Levelled", "Parameter", "People", "Term"]


class Term(Strict):
    """How a parameter differs between the levels of a factor (or of an interaction, ``a:b``).

    Parameters
    ----------
    pooled : Prior, optional
        Partially pooled: the prior of the SD between levels.
    reference : dict of str to str, optional
        ``from`` in a file: the factor and its reference level, from which the shifts are measured.
    shift : Prior or dict of str to Prior, optional
        Prior of the shift, one for all levels or one for each level.
    centred : bool, optional
        Whether to sample the levels (centred) or standard normals times the SD (non-centred). By default
        a short pilot run decides; see `petfit.inference.centring`.
    """

    pooled: Spread | None = None
    reference: dict[str, str] | None = Field(default=None, alias="from")
    shift: Prior | dict[str, Prior] | None = None
    centred: bool | None = None

    @model_validator(mode="after")
    def _check_state(self) -> Self:
        if (self.pooled is None) == (self.shift is None):
            raise ValueError("needs either `pooled` (a prior of the SD between levels) or `shift`")
        if (self.shift is None) != (self.reference is None):
            raise ValueError("`shift` and `from` belong together: from = { factor = 'level' }")
        if self.reference is not None and len(self.reference) != 1:
            raise ValueError("`from` names one factor and its reference level")
        if self.centred is not None and self.pooled is None:
            raise ValueError("`centred` goes with `pooled`")
        return self


class Covariate(Strict):
    """A linear effect of a column of numbers on the link scale.

    Parameters
    ----------
    centre : float
        The value at which the effect is 0, and for which answers are given by default.
    slope : Prior or dict of str to Prior
        Prior of the change per unit, one for all or one for each level of `by`.
    by : str, optional
        A factor with a separate slope for each level.
    missing : {"refuse", "centre"}
        Whether a row without a number is rejected or takes the centre.
    """

    centre: float
    slope: Prior | dict[str, Prior]
    by: str | None = None
    missing: Literal["refuse", "centre"] = "refuse"

    @model_validator(mode="after")
    def _check_slopes(self) -> Self:
        if isinstance(self.slope, dict) and self.by is None:
            raise ValueError("slopes by level need `by`, the factor that the levels belong to")
        return self


class People(Strict):
    """Differences between people in log EC50.

    Parameters
    ----------
    sd : Prior
        Prior of the SD between people, omega.
    groups : {"first_order", "quadrature"}
        How to derive the mean and variance of a group: from the slope of the curve at the median EC50, or
        by averaging the curve over the people.
    """

    sd: Spread
    groups: Literal["first_order", "quadrature"] = "first_order"


class Levelled(BaseModel):
    """A part that may be separate by a factor, or have terms keyed by factor."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)
    __pydantic_extra__: dict[str, Term]

    fixed: float | None = None
    separate: str | None = None

    @property
    def terms(self) -> dict[str, Term]:
        """The terms by factor, in the order of the file."""
        return dict(self.__pydantic_extra__)

    @model_validator(mode="after")
    def _check_separate(self) -> Self:
        if self.separate in self.terms:
            raise ValueError(f"is separate by {self.separate!r} already; it cannot be pooled by it as well")
        return self


class Parameter(Levelled):
    """A parameter of the curve: fixed, shared, separate by a factor, or partially pooled.

    Parameters
    ----------
    fixed : float, optional
        Its value on the natural scale.
    centre : Prior, optional
        Prior of the centre on the link scale.
    separate : str, optional
        A factor with a separate centre for each level.
    people : People, optional
        Differences between people (EC50 only).
    covariates : dict of str to Covariate
        By column.
    **terms : Term
        Keyed by factor: partial pooling and shifts.
    """

    centre: Prior | None = None
    people: People | None = None
    covariates: dict[str, Covariate] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_state(self) -> Self:
        if (self.fixed is None) == (self.centre is None):
            raise ValueError("needs either `fixed` (a number) or `centre` (a prior)")
        if self.fixed is not None and (self.separate or self.people or self.terms or self.covariates):
            raise ValueError("is fixed, so it can have no other keys")
        if self.fixed is not None and not self.fixed > 0:
            raise ValueError(f"is fixed at {self.fixed:g}, but must be above 0")
        return self
