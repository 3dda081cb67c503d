"""The specification of a model: its parts, what they name, and its priors."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

import pandas as pd
import tomli_w
from pydantic import BaseModel, Field, ValidationError, model_validator

from petfit.errors import SpecError, nearest
from petfit.model import prior_sentences
from petfit.model.curves import CURVES
from petfit.model.kinetics.drug_kinetics import DrugKinetics, Plasma
from petfit.model.parameters import SCAN_PARAMETERS
from petfit.model.prior import Prior
from petfit.model.specification.competitor import Competitor
from petfit.model.specification.default_priors import SIGMA, with_defaults
from petfit.model.specification.error_messages import error_messages
from petfit.model.specification.outline import outline
from petfit.model.specification.residual_noise import Noise, Residual, ScanNoise
from petfit.model.specification.second_target import Selectivity
from petfit.model.specification.spec_rules import SHARES, check_parts
from petfit.model.specification.terms import Covariate, Levelled, Parameter
from petfit.model.strict import Strict

__all__ = ["ModelSpec"]


class ModelSpec(Strict):
    """The specification of a model.

    `print` shows its parts and priors, `priors` the sources of the priors, `to_toml` all of it.

    Parameters
    ----------
    title, description : str
        What the model is and when to use it.
    curve : str
        Name of the curve.
    exposure : {"dose", "concentration", "free_concentration", "plasma"}
        The x axis. Doses are divided by the drug's reference dose, concentrations are not. The free
        concentration is the total one times the free fraction ``fp``. In ``plasma``, doses become
        concentrations through the kinetics of the drug, and concentrations are taken as they are.
    n_assumed : int, optional
        Size of a group that was published without it.
    time_assumed : float, optional
        Hours from the last dose to a scan that was published without the time, for kinetics.
    also_fit : list of str
        Exclusion reasons: rows with ``use = no`` for one of them are fitted as well.
    reference_doses : dict of str to float
        By drug. Other drugs have the reference dose of the drug table, or else the geometric mean of the
        tested doses.
    answers_for : dict of str to str
        The level of each factor that answers are given for. Other factors are at their typical level,
        effect 0.
    ec50, emax : Parameter
        On the log and logit scale.
    hill : Parameter
        The exponent of ``sigmoid_emax``, on the log scale; fixed at 1 for other curves.
    ec50_ratio, high_affinity_fraction : Parameter, optional
        Of ``two_site``, on the scale of log (ratio - 1) and the logit scale.
    noise : Noise
        Residual noise of an occupancy.
    baseline, nondisplaceable : Parameter, optional
        Parameters of scans, on the log scale: specific binding without the drug (BP_ND, or V_T - V_ND),
        and V_ND.
    scan_noise : ScanNoise, optional
        Residual noise of a scan.
    dose_share : Prior, optional
        Prior of the share of people on the higher dose, for groups whose dose is known only as a range.
    below_loq : Prior, optional
        Prior of a concentration below the limit of quantification, as a share of the limit.
    competition : dict of str to Competitor
        Other ligands of the same site, by name.
    selectivity : dict of str to Selectivity
        Second targets of the drugs, by name.
    pk : dict of str to DrugKinetics
        Kinetics of the drugs, by name, for the exposure ``plasma``.
    plasma : Plasma, optional
        Measured concentrations beside doses, for the exposure ``plasma``.

    Examples
    --------
    >>> from petfit.model.specification import read_model
    >>> read_model("ssri").curve
    'emax'
    """

    title: str = ""
    description: str = ""
    curve: Annotated[str, Field(json_schema_extra={"enum": sorted(CURVES)})] = "emax"
    exposure: Literal["dose", "concentration", "free_concentration", "plasma"] = "dose"
    n_assumed: int | None = Field(default=None, ge=1)
    time_assumed: float | None = Field(default=None, ge=0)
    also_fit: list[str] = Field(default_factory=list)
    reference_doses: dict[str, float] = Field(default_factory=dict)
    answers_for: dict[str, str] = Field(default_factory=dict)
    ec50: Parameter
    emax: Parameter
    hill: Parameter = Parameter(fixed=1.0)
    ec50_ratio: Parameter | None = None
    high_affinity_fraction: Parameter | None = None
    noise: Noise = Noise(sigma=SIGMA)
    baseline: Parameter | None = None
    nondisplaceable: Parameter | None = None
    scan_noise: ScanNoise | None = None
    dose_share: Prior | None = None
    below_loq: Prior | None = None
    competition: dict[str, Competitor] = Field(default_factory=dict)
    selectivity: dict[str, Selectivity] = Field(default_factory=dict)
    pk: dict[str, DrugKinetics] = Field(default_factory=dict)
    plasma: Plasma | None = None

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        return with_defaults(given)

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_parts(self)
        return self

    @property
    def first_target(self) -> str:
        """The target that selectivity is measured from; empty if the model has no second target."""
        return next((part.first for part in self.selectivity.values()), "")

    @property
    def exposure_words(self) -> str:
        """The exposure of the answers as printed."""
        words = {"free_concentration": "free concentration", "plasma": "dose" if self.pk else "concentration"}
        return words.get(self.exposure, self.exposure)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of the curve, by name."""
        return {name: getattr(self, name) for name in CURVES[self.curve].parameters}

    @property
    def scan_parameters(self) -> dict[str, Parameter]:
        """The parameters of scans in the model, by name."""
        parameters = {name: getattr(self, name) for name in SCAN_PARAMETERS}
        return {name: parameter for name, parameter in parameters.items() if parameter is not None}

    @property
    def residuals(self) -> dict[str, Residual]:
        """The residual noise of occupancies and, if the model has it, of scans."""
        return {"noise": self.noise, **({"scan_noise": self.scan_noise} if self.scan_noise else {})}

    @property
    def factors(self) -> tuple[str, ...]:
        """The columns of the evidence that the model uses as factors, sorted."""
        return tuple(sorted(set(self.answers_for).union(*self.factors_by_part.values())))

    @property
    def factors_by_part(self) -> dict[str, frozenset[str]]:
        """The factors of each parameter and of each residual noise."""
        parts: dict[str, Levelled] = {**self.parameters, **self.scan_parameters, **self.residuals}
        factors = {}
        for name, part in parts.items():
            keys = [*part.terms, part.separate or ""]
            if isinstance(part, Parameter):
                keys += [covariate.by or "" for covariate in part.covariates.values()]
            factors[name] = frozenset(factor for key in keys for factor in key.split(":")) - {""}
        return factors

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the evidence that the model names, sorted."""
        numbers = {column for _, column, _ in self.covariates()}
        competitors = {competitor.column for competitor in self.competition.values()}
        return tuple(sorted({*self.factors, *numbers, *competitors}))

    @property
    def curve_columns(self) -> frozenset[str]:
        """The columns on which the curve depends, unlike those of baselines and of noise alone."""
        factors = (self.factors_by_part[name] for name in self.parameters)
        numbers = {column for name, column, _ in self.covariates() if name in self.parameters}
        competitors = {competitor.column for competitor in self.competition.values()}
        return frozenset(numbers | competitors).union(*factors)

    def covariates(self) -> Iterator[tuple[str, str, Covariate]]:
        """Yield every covariate with its parameter and column."""
        for name, parameter in (self.parameters | self.scan_parameters).items():
            for column, covariate in parameter.covariates.items():
                yield name, column, covariate

    def priors(self) -> pd.DataFrame:
        """Return every prior as a table for a methods section.

        Returns
        -------
        pandas.DataFrame
            Indexed by the path of the prior in the file, such as ``ec50.drug.pooled``. Columns are
            ``meaning``, ``prior``, ``median``, ``low`` and ``high`` (the equal-tailed 95 % interval),
            ``source``, and ``sentence``, which states all of them.
        """
        rows = {path: prior_sentences.describe(path, prior) for path, prior in self.each_prior()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("path")

    def each_prior(self) -> Iterator[tuple[str, Prior]]:
        """Yield every prior with its path in the file, in the file's order."""
        parts = ("competition", "selectivity", "pk", "plasma", *SHARES)
        for name in (*self.parameters, *self.scan_parameters, *self.residuals, *parts):
            yield from _priors_in(name, getattr(self, name))

    def with_prior(self, path: str, **arguments: Any) -> ModelSpec:
        """Return the same model with another prior.

        Parameters
        ----------
        path : str
            The path of a prior, as `priors` lists it, such as ``ec50.centre`` or ``ec50.drug.pooled``.
        **arguments
            What changes: arguments of the distribution, such as ``sigma=0.5``; with ``dist`` all arguments of
            another one; and ``source``, the reason for the prior, which is dropped if it is not given.

        Returns
        -------
        ModelSpec
            A new model; this one is unchanged.

        Raises
        ------
        SpecError
            If the model has no such prior, or the prior is not valid.

        Examples
        --------
        >>> from petfit.model.specification import read_model
        >>> narrow = read_model("emax").with_prior("ec50.centre", sigma=0.5, source="our pilot study")
        >>> str(dict(narrow.each_prior())["ec50.centre"])
        'Normal(mu=0, sigma=0.5)'
        """
        known = dict(self.each_prior())
        if path not in known:
            raise SpecError(f"with_prior: the model has no prior {path!r}. {nearest(path, known)}")
        kept = {} if "dist" in arguments else known[path].model_dump(exclude_none=True)
        prior = {**kept, "source": "", **arguments}
        content = self.model_dump(by_alias=True, exclude_none=True)
        _replace(content, path, prior)
        try:
            return ModelSpec.model_validate(content)
        except ValidationError as error:
            messages = error_messages(error, ModelSpec.model_fields)
            raise SpecError(f"with_prior: {'; '.join(messages)}") from None

    def __repr__(self) -> str:
        """Return one line: title, curve, exposure and number of priors."""
        n_priors = len(list(self.each_prior()))
        title = f"{self.title}: " if self.title else ""
        return f"<petfit.ModelSpec {title}{self.curve} curve over {self.exposure_words}, {n_priors} priors>"

    def __str__(self) -> str:
        """Return a line for each part and each prior; `to_toml` has all, `priors` the sources."""
        return outline(self)

    def _repr_html_(self) -> str:
        """Return the model's title and its priors for a notebook."""
        table = self.priors()[["meaning", "prior", "median", "low", "high", "source"]]
        shown = table.to_html(float_format="{:.3g}".format, index_names=False)
        return f"<p><strong>{html.escape(repr(self)[1:-1])}</strong></p>{shown}"

    def to_toml(self) -> str:
        """Return the specification as TOML with defaults filled in; reading it gives an equal one."""
        return tomli_w.dumps(self.model_dump(by_alias=True, exclude_none=True))


def _replace(content: dict[str, Any], path: str, value: Any) -> None:
    """Replace the value at a path in nested tables; names of levels may contain dots."""
    for key in content:
        if key == path:
            content[key] = value
            return
        if path.startswith(f"{key}.") and isinstance(content[key], dict):
            _replace(content[key], path.removeprefix(f"{key}."), value)


def _priors_in(path: str, part: Any) -> Iterator[tuple[str, Prior]]:
    """Yield the priors in a part of a specification, in the order of the file."""
    if isinstance(part, Prior):
        yield path, part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _priors_in(f"{path}.{key}", value)
    elif isinstance(part, BaseModel):
        for key, value in part:
            yield from _priors_in(f"{path}.{key}", value)
