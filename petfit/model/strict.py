"""What all parts of a specification share: no unknown keys, and SDs above 0."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from petfit.model.prior import Prior

__all__ = ["Spread", "Strict"]


def _above_0(prior: Prior) -> Prior:
    if prior.family.support == "real":
        raise ValueError(f"an SD must be above 0, but {prior.dist} allows negative values; try HalfNormal")
    return prior


type Spread = Annotated[Prior, AfterValidator(_above_0)]
"""The prior of an SD."""


class Strict(BaseModel):
    """A part of a specification that allows no unknown keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=True, allow_inf_nan=False
    )
