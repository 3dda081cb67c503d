"""One effect of a model, such as that of a tracer: a term that `petfit.model.linear_predictor` adds up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from petfit.model.parameters import PARAMETERS
from petfit.model.prior import Prior

__all__ = ["STUDY_OFFSET", "Effect", "Kind", "Level", "effect_name"]

type Kind = Literal[
    "separate",
    "pooled",
    "shift",
    "slope",
    "people",
    "share",
    "below",
    "error",
    "kinetic",
    "kinetic_people",
]
STUDY_OFFSET = "log_concentration_study"
"""The effect of a study on the log of measured over predicted concentrations."""
type Level = tuple[str, ...]
"""A level of one factor or of several crossed ones: one label for each."""


@dataclass(frozen=True)
class Effect:
    """One term of the linear predictor of a parameter.

    Parameters
    ----------
    name : str
        The posterior variable that holds its levels.
    parameter : str
        A key of `petfit.model.parameters.PARAMETERS`, or ``exposure``.
    kind : str
        What its levels are. Of a parameter of the curve or of the noise: ``separate``, values of their own;
        ``pooled``, random effects; ``shift``, differences from a reference level; ``slope``, slopes over a
        covariate; ``people``, deviations of people. Of the exposure: ``share``, where a dose lies in its
        range; ``below``, where a concentration lies below its limit of quantification; ``error``, errors of
        measured concentrations, in SDs; ``kinetic``, kinetics of drugs; ``kinetic_people``, in what people
        differ from them, in SDs.
    factors : tuple of str
        The columns whose values name its levels.
    levels : tuple of Level
        The levels that the evidence has.
    priors : tuple of Prior
        One for each level, where they have priors of their own.
    scale : str
        Of random effects: the name of their SD.
    reference : tuple of str
        The factor and level where a shift is 0.
    covariate : tuple of str and float
        The column and centre of a slope.
    centred : bool, optional
        Whether random effects are sampled centred; None if not decided yet.
    evidence_sd : float
        Of centred random effects: about the SD of a level if the evidence alone determined it. The levels are
        sampled in units of the posterior SD that this implies; if 0, as they are.
    integrated : bool
        Whether the likelihood is integrated over a random effect, so that it has no free parameters.
    """

    name: str
    parameter: str
    kind: Kind
    factors: tuple[str, ...]
    levels: tuple[Level, ...]
    priors: tuple[Prior, ...] = ()
    scale: str = ""
    reference: tuple[str, str] = ("", "")
    covariate: tuple[str, float] = ("", 0.0)
    centred: bool | None = None
    evidence_sd: float = 0.0
    integrated: bool = False

    @property
    def dim(self) -> str:
        """The dimension its levels are stored along."""
        joined = ":".join(self.factors)
        suffix = {
            "shift": f" from {self.reference[1]}",
            "slope": f" slope over {self.covariate[0]}",
            "kinetic": f" with {self.name}",
            "kinetic_people": f" with {self.name}",
        }
        return f"{joined}{suffix.get(self.kind, '')}".strip().replace(
            "/", "|"
        )  # netCDF forbids slashes in names

    @property
    def labels(self) -> list[str]:
        """The levels as printed."""
        return [":".join(level) or "all" for level in self.levels]

    @cached_property
    def level_index(self) -> dict[Level, int]:
        """The index of each level."""
        return {level: index for index, level in enumerate(self.levels)}

    @property
    def has_grand_mean(self) -> bool:
        """Whether its mean may be part of a grand mean: every row has a level of it."""
        return self.kind == "pooled"

    @property
    def has_new_level(self) -> bool:
        """Whether the effect of a new level can be drawn."""
        return bool(self.scale) or self.kind == "kinetic_people"

    @property
    def has_prior_of_its_own(self) -> bool:
        """Whether its priors are assumptions: not the standard normals that are multiplied by a known SD."""
        return bool(self.priors) and self.kind not in ("error", "kinetic_people")

    @property
    def free_name(self) -> str:
        """The name of its free parameters: the levels, or the coordinates of a random effect."""
        return f"{self.name}_free" if self.scale else self.name


def effect_name(parameter: str, key: str) -> str:
    """Return the name of the posterior variable of an effect from the key of its term."""
    return f"{PARAMETERS[parameter].linked_name}_{key.replace(':', '_')}"
