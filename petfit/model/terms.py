"""The parts of a specification: parameters, their terms, covariates, noise, competitors, second targets."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from petfit.model.affinity_ratios import split_qualifier
from petfit.model.prior import Prior

__all__ = [
    "BELOW_LOQ",
    "CURVE_DEFAULTS",
    "SCAN_NOISE",
    "SIGMA",
    "Competitor",
    "Covariate",
    "Levelled",
    "Noise",
    "Parameter",
    "People",
    "Residual",
    "ScanNoise",
    "Selectivity",
    "Strict",
    "Term",
]


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


CURVE_DEFAULTS = {
    "hill": Prior.model_validate(
        {
            "dist": "Normal",
            "mu": 0.0,
            "sigma": 0.3,
            "source": "one site gives 1; kinetics and several sites bend it a little: 95 % of the prior lies "
            "between 0.56 and 1.8",
        }
    ),
    "ec50_ratio": Prior.model_validate(
        {
            "dist": "Normal",
            "mu": 2.995732273553991,
            "sigma": 1.5,
            "source": "median 21: the affinities of five ligands for the two forms of TSPO differ by a "
            "factor of 4 to 50 [Owen2011]; widened, as this is one target: 95 % of the prior lies between 2 "
            "and 380",
        }
    ),
    "high_affinity_fraction": Prior.model_validate(
        {
            "dist": "Normal",
            "mu": 0.0,
            "sigma": 1.0,
            "source": "either kind may prevail, with a half where both are expressed alike; 95 % of the "
            "prior lies between 0.12 and 0.88",
        }
    ),
}
"""Default prior of the centre of each parameter that some curves have, on its link scale."""

SIGMA = Prior.model_validate(
    {
        "dist": "LogNormal",
        "mu": -2.8134107167600364,
        "sigma": 0.5,
        "source": "test-retest gives an SD of occupancy of 4 to 12 points [Ogden2007]",
    }
)

SHRINKING = {
    "sigma": Prior.model_validate(
        {
            "dist": "LogNormal",
            "mu": -2.1628231506188871,
            "sigma": 0.5,
            "source": "median 0.115: eleven [11C]DASB test-retest pairs give about 12 points of SD "
            "at no occupancy, 7 at 50 % and 4 at 80 % [Ogden2007]",
        }
    ),
    "floor": Prior.model_validate(
        {
            "dist": "LogNormal",
            "mu": -3.3524072174927233,
            "sigma": 0.5,
            "source": "median 0.035, the part of that noise that is left near full occupancy [Ogden2007]",
        }
    ),
}
"""Default priors of noise with ``shrinks = true``."""


SCAN_NOISE = {
    "vt": {
        "sigma": Prior.model_validate(
            {
                "dist": "LogNormal",
                "mu": -2.9187712324178627,
                "sigma": 0.4,
                "source": "median 0.054: the SD of log V_T within people over eleven [11C]DASB test-retest "
                "pairs [Ogden2007]; widened, because other tracers and regions may differ",
            }
        )
    },
    "bpnd": {
        "sigma": Prior.model_validate(
            {
                "dist": "LogNormal",
                "mu": -2.4651040224918206,
                "sigma": 0.5,
                "source": "median 0.085: eleven [11C]DASB test-retest pairs give 0.054 of V_T near 27 "
                "[Ogden2007], which is 0.085 of V_T - V_ND if V_ND is near 10; widened, as other tracers "
                "and regions may differ",
            }
        ),
        "floor": Prior.model_validate(
            {
                "dist": "LogNormal",
                "mu": -2.9957322735539909,
                "sigma": 0.5,
                "source": "median 0.05: with all sites occupied V_T is V_ND, and 0.054 of that is 0.05 of "
                "BP_ND [Ogden2007]",
            }
        ),
    },
}
"""Default priors of the noise of scans, by outcome."""


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


BELOW_LOQ = Prior.model_validate(
    {
        "dist": "Beta",
        "alpha": 1.0,
        "beta": 1.0,
        "source": "a concentration below the limit of quantification is only known to lie between 0 and "
        "the limit",
    }
)


class Competitor(Strict):
    """A second ligand of the same site, such as an active metabolite.

    Parameters
    ----------
    column : str
        The column with its exposure (0 where it is absent).
    ec50 : Prior
        Prior of its log EC50, in the unit of that column.
    """

    column: str
    ec50: Prior


IN_VIVO = Prior.model_validate(
    {
        "dist": "Normal",
        "mu": 0.0,
        "sigma": 1.4,
        "source": "for four drugs with PET at two targets, affinities in vitro miss the log ratio of the two "
        "EC50s by 0.6 [Moriguchi2017], 0.75 [Nogami2013], 0.9 [Smith2015] and 2.4 [DeLorenzo2011], a root "
        "mean square of 1.4",
    }
)


def _valid_pairs(affinities: str | dict[str, dict[str, list[float | str]]]) -> Any:
    for pair in [] if isinstance(affinities, str) else _pairs_in(affinities):
        if len(pair) != 2:
            raise ValueError(f"two affinities are needed, at the first and the second target, not {pair}")
        for affinity in pair:
            split_qualifier(affinity)
    return affinities


def _pairs_in(affinities: dict[str, dict[str, list[float | str]]]) -> list[list[float | str]]:
    return [pair for by_drug in affinities.values() for pair in by_drug.values()]


class Selectivity(Strict):
    """Occupancy at a second target, from affinities in vitro.

    Parameters
    ----------
    first : str
        ``from`` in a file: the target of the fitted rows.
    affinities : str or dict
        A table of affinities, the bundled one by default; or, by laboratory and drug, the affinity at the
        first and at the second target in nmol/L.
    mix : bool
        Whether affinities of two laboratories may be paired.
    between_laboratories : float
        SD between laboratories of the log ratio of two affinities.
    in_vivo : Prior
        Prior of the log of the ratio in people over that in vitro.
    emax : float
        Maximum occupancy of the second target.
    """

    first: str = Field(alias="from")
    affinities: Annotated[str | dict[str, dict[str, list[float | str]]], AfterValidator(_valid_pairs)] = (
        "affinities"
    )
    mix: bool = False
    between_laboratories: float = Field(default=0.5, gt=0)
    in_vivo: Prior = IN_VIVO
    emax: float = Field(default=1.0, gt=0, le=1)

    @property
    def pairs(self) -> dict[str, dict[str, list[float | str]]]:
        """The affinities by laboratory and drug; the table must have been read."""
        assert not isinstance(self.affinities, str)
        return self.affinities
