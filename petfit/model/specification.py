"""The specification of a model: read from a TOML file, checked, and written back in full."""

from __future__ import annotations

import difflib
import html
import reprlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
import tomli_w
from pydantic import BaseModel, Field, ValidationError, model_validator

from petfit.errors import PetfitError, SpecError, nearest
from petfit.evidence.affinities import read_affinities
from petfit.evidence.bundled import data_folder, models_folder
from petfit.evidence.columns import NUMBERS
from petfit.model import prior_sentences
from petfit.model.affinity_ratios import affinity_pairs
from petfit.model.curves import CURVES
from petfit.model.kinetics.drug_kinetics import DrugKinetics, KineticPeople, Plasma, Saturable, Schedule
from petfit.model.parameters import CURVE_PARAMETERS, RESIDUALS, SCAN_PARAMETERS
from petfit.model.prior import Prior
from petfit.model.terms import (
    BELOW_LOQ,
    CURVE_DEFAULTS,
    SCAN_NOISE,
    SIGMA,
    Competitor,
    Covariate,
    Levelled,
    Noise,
    Parameter,
    People,
    Residual,
    ScanNoise,
    Selectivity,
    Strict,
)

__all__ = ["ModelSpec", "model_file", "parse_model", "read_model"]

_RANGES = {
    "emax": (0.0, 1.5, "write it as a fraction, near 1 or below"),
    "ec50_ratio": (1.0, float("inf"), "the low-affinity sites have the higher EC50, so it is above 1"),
    "high_affinity_fraction": (0.0, 1.0, "write it as a fraction"),
}
"""Where a fixed parameter must lie: above the first number, up to the second; and what to say otherwise."""
_SHARES = ("dose_share", "below_loq")
_NOT_FACTORS = frozenset(
    {*NUMBERS, "use", "exclusion_reason", "source", "note", "level", "value_unit", "censored"}
)
_RESERVED = frozenset(
    {"x", "x_high", "n", "person", "dose_range", "sample_below_loq", "sample", "chain", "draw", "row"}
    | {f"exposure_{name}" for name in ("low", "high", "error", "spread")}
)


class ModelSpec(Strict):
    """The specification of a model.

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
        if not isinstance(given, dict):
            return given
        filled = dict(given)
        curve = CURVES.get(str(given.get("curve")))
        for name in CURVE_DEFAULTS.keys() & set(curve.parameters if curve else ()):
            filled.setdefault(name, {"centre": CURVE_DEFAULTS[name].model_dump()})
        if given.get("exposure", "dose") != "dose":
            filled.setdefault("below_loq", BELOW_LOQ.model_dump())
        if given.get("exposure") == "plasma":
            filled.setdefault("plasma", {})
        noise = given.get("scan_noise", {})
        if "baseline" in given and isinstance(noise, dict):
            defaults = SCAN_NOISE["vt" if "nondisplaceable" in given else "bpnd"]
            if "fixed" in noise:
                defaults = {name: prior for name, prior in defaults.items() if name != "sigma"}
            filled["scan_noise"] = {**defaults, **noise}
        return filled

    @model_validator(mode="after")
    def _check_curve(self) -> Self:
        if self.curve not in CURVES:
            raise ValueError(f"curve: there is no curve {self.curve!r}. {nearest(self.curve, CURVES)}")
        for name in CURVE_DEFAULTS:
            is_free = getattr(self, name) not in (None, Parameter(fixed=1.0))
            if is_free and name not in CURVES[self.curve].parameters:
                owner = next(curve.name for curve in CURVES.values() if name in curve.parameters)
                raise ValueError(
                    f"{name}: the {self.curve} curve has none; write curve = {owner!r} to free it"
                )
        for name in ("competition", "selectivity"):
            if getattr(self, name) and not CURVES[self.curve].is_one_site:
                raise ValueError(
                    f"{name}: assumes one EC50 at a target, but the {self.curve} curve has two; remove it, "
                    "or write curve = 'emax'"
                )
        for name, (low, high, words) in _RANGES.items():
            parameter = getattr(self, name)
            if parameter and parameter.fixed is not None and not low < parameter.fixed <= high:
                raise ValueError(f"{name}: is fixed at {parameter.fixed:g}; {words}")
        for name, parameter in (self.parameters | self.scan_parameters).items():
            if name != "ec50" and parameter.people is not None:
                raise ValueError(f"{name}.people: people differ in EC50 only; pool {name} by subject instead")
        return self

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for factor in self.factors:
            if factor in _NOT_FACTORS:
                raise ValueError(f"{factor!r} cannot be a factor; list columns of numbers under covariates")
        covariates = [column for _, column, _ in self.covariates()]
        for name in (*self.factors, *covariates, *self.competition):
            if name in _RESERVED or "/" in name:
                raise ValueError(f"{name!r} is reserved by petfit or contains a slash; rename it")
        for name in set(covariates) & set(self.factors):
            raise ValueError(f"{name!r} cannot be both a factor and a covariate")
        return self

    @model_validator(mode="after")
    def _check_scans(self) -> Self:
        if self.baseline is None and (self.nondisplaceable or self.scan_noise):
            raise ValueError("baseline: is missing; a model of scans needs it")
        if self.baseline is not None and self.emax.fixed is not None and self.emax.fixed > 1:
            raise ValueError("emax: is fixed above 1, where the expected BP_ND of a scan is negative")
        return self

    @model_validator(mode="after")
    def _check_exposures(self) -> Self:
        for drug, dose in self.reference_doses.items():
            if not 0 < dose < float("inf"):
                raise ValueError(f"reference_doses.{drug}: must be above 0, not {dose}")
        for name in _SHARES:
            prior = getattr(self, name)
            if prior is not None and prior.family.support != "unit":
                raise ValueError(f"{name}: a share lies between 0 and 1; use Beta, not {prior.dist}")
        return self

    @model_validator(mode="after")
    def _check_selectivity(self) -> Self:
        firsts = sorted({part.first for part in self.selectivity.values()})
        if len(firsts) > 1:
            raise ValueError(f"selectivity: all targets must be from one, not {' and '.join(firsts)}")
        if firsts and firsts[0] in self.selectivity:
            raise ValueError(f"selectivity.{firsts[0]}: a target cannot be compared with itself")
        if self.selectivity and "target" in self.factors:
            raise ValueError("selectivity: takes the place of the factor target; remove one of the two")
        return self

    @model_validator(mode="after")
    def _check_kinetics(self) -> Self:
        if self.exposure != "plasma":
            if self.pk or self.plasma:
                raise ValueError('pk: kinetics need exposure = "plasma"')
            return self
        if self.reference_doses:
            raise ValueError("reference_doses: EC50 is a plasma concentration, which has none; remove them")
        twice = [key for key in self.ec50.terms if "regimen" in key.split(":")]
        twice += [key for key in self.ec50.covariates if key in ("time_h", "days_on_drug")]
        if self.pk and twice:
            raise ValueError(
                f"ec50.{twice[0]}: kinetics account for the regimen and the time after the dose; remove it"
            )
        if self.pk and self.competition:
            raise ValueError(
                "competition: the kinetics of a competitor are unknown; use concentrations instead"
            )
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
            ``prior``, ``median``, ``low`` and ``high`` (the equal-tailed 95 % interval), ``source``, and
            ``sentence``, which states all of them.
        """
        rows = {path: prior_sentences.describe(path, prior) for path, prior in self.each_prior()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("path")

    def each_prior(self) -> Iterator[tuple[str, Prior]]:
        """Yield every prior with its path in the file, in the file's order."""
        parts = ("competition", "selectivity", "pk", "plasma", *_SHARES)
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
            text = tomli_w.dumps(content)
        except TypeError:
            raise SpecError(f"with_prior: {path}: the arguments of a prior are numbers and text") from None
        return parse_model(text, f"with_prior({path!r})")

    def __repr__(self) -> str:
        """Return one line: title, curve, exposure and number of priors."""
        n_priors = len(list(self.each_prior()))
        title = f"{self.title}: " if self.title else ""
        return f"<petfit.ModelSpec {title}{self.curve} curve over {self.exposure_words}, {n_priors} priors>"

    def _repr_html_(self) -> str:
        """Return the model's title and its priors for a notebook."""
        table = self.priors()[["prior", "median", "low", "high", "source"]]
        return f"<p><strong>{html.escape(repr(self))}</strong></p>{table.to_html()}"

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


def read_model(source: str | Path | ModelSpec = "emax") -> ModelSpec:
    """Read a model.

    Parameters
    ----------
    source : str, path or ModelSpec
        The name of a bundled model, a TOML file, or a specification, which is returned unchanged.

    Returns
    -------
    ModelSpec
        The model.

    Raises
    ------
    SpecError
        If there is no such model, or the file has errors. The message lists all of them.

    Examples
    --------
    >>> read_model("emax").exposure
    'dose'
    """
    if isinstance(source, ModelSpec):
        return source
    path = model_file(source)
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_MAX_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: cannot be read as text ({error}). Save it as UTF-8.") from None
    return parse_model(text, path.name, path.parent)


def model_file(source: str | Path) -> Path:
    """Return the file of a model, given its path or the name of a bundled model.

    Raises
    ------
    SpecError
        If there is no such file or bundled model.
    """
    path, bundled = Path(source), models_folder() / f"{source}.toml"
    if path.is_file():
        return path
    if bundled.is_file():
        return bundled
    names = [file.stem for file in models_folder().glob("*.toml")]
    raise SpecError(
        f"model {str(source)!r}: neither a bundled model nor a file. "
        f"{nearest(str(source), names)} Or give the path of a TOML file."
    )


def parse_model(text: str, name: str = "model", folder: Path = Path()) -> ModelSpec:
    """Read a model from the text of its TOML file; see `read_model`.

    Parameters
    ----------
    text : str
        The text.
    name : str
        What messages call it.
    folder : Path
        Where the tables that it names are.
    """
    longest = max(map(len, text.split("\n")))
    if len(text) > _MAX_CHARACTERS or longest > _MAX_LINE:
        raise SpecError(
            f"{name}: this is too long for a model: at most {_MAX_CHARACTERS:,} characters and {_MAX_LINE:,} "
            "in a line. Give the TOML file of a model."
        )
    try:
        spec = ModelSpec.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise SpecError(f"{name}: " + f"\n{name}: ".join(_error_messages(error))) from None
    except RecursionError:
        raise SpecError(f"{name}: tables or arrays too deep in each other. Remove brackets.") from None
    except ValueError as error:  # also of an integer of thousands of digits
        raise SpecError(f"{name}: not valid TOML: {error}. Quote text, and close every bracket.") from None
    targets = {
        target: _with_pairs(f"{name}: selectivity.{target}", target, part, folder)
        for target, part in spec.selectivity.items()
    }
    return spec.model_copy(update={"selectivity": targets})


def _with_pairs(where: str, target: str, part: Selectivity, folder: Path) -> Selectivity:
    """Return the part of a second target with its pairs of affinities, read from their table."""
    if not isinstance(part.affinities, str):
        return part
    places = (folder / part.affinities, data_folder() / part.affinities)
    source = next((place for place in places if place.is_file()), part.affinities)
    try:
        pairs = affinity_pairs(read_affinities(source), part.first, target, mix=part.mix)
    except PetfitError as error:
        raise SpecError(f"{where}: {error}") from None
    return part.model_copy(update={"affinities": pairs})


_MAX_CHARACTERS, _MAX_LINE, _MAX_PROBLEMS = 1_000_000, 10_000, 100
"""Limits of a model file: reading keys with very many dots would take minutes."""
_SHORT = reprlib.Repr(maxstring=80, maxlong=80, maxother=80)
_PARTS = (*CURVE_PARAMETERS, *SCAN_PARAMETERS)
_PYDANTIC_PARTS = ("Prior", "float", "dict[str,Prior]", "function-after[_check(), Prior]")
_KEYS: dict[str, list[str]] = {
    "": list(ModelSpec.model_fields),
    "noise": list(Noise.model_fields),
    "scan_noise": list(ScanNoise.model_fields),
    "people": list(People.model_fields),
    "covariates": list(Covariate.model_fields),
    "competition": list(Competitor.model_fields),
    "selectivity": ["from", *(name for name in Selectivity.model_fields if name != "first")],
    "pk": list(DrugKinetics.model_fields),
    "saturable": list(Saturable.model_fields),
    "schedule": list(Schedule.model_fields),
    "plasma": list(Plasma.model_fields),
    "term": ["pooled", "from", "shift", "centred"],
    "parameter": list(Parameter.model_fields),
}


def _error_messages(error: ValidationError) -> list[str]:
    """Return the messages of the problems of a model, sorted; of very many, the first."""
    problems = error.errors()
    messages = sorted({_error_message(problem) for problem in problems[:_MAX_PROBLEMS]})
    omitted = len(problems) - _MAX_PROBLEMS
    return [*messages, f"and {omitted:,} more problems"] if omitted > 0 else messages


def _error_message(error: Any) -> str:
    """Return the message of a pydantic error: the path of the key, the problem and the remedy."""
    keys = [str(part) for part in error["loc"] if str(part) not in _PYDANTIC_PARTS]
    path = ".".join(keys) or "the file"
    message = str(error["msg"]).removeprefix("Value error, ")
    allowed = _KEYS[keys[0] if keys and keys[0] in RESIDUALS else "parameter"]
    if len(keys) >= 2 and keys[0] in (*_PARTS, *RESIDUALS) and _is_typo(keys[1], allowed):
        return f"unknown key {'.'.join(keys[:2])!r}. {nearest(keys[1], allowed)}"
    if error["type"] == "extra_forbidden":
        return f"unknown key {path!r}. {nearest(keys[-1], _allowed_keys(keys))}"
    if error["type"] == "missing":
        return f"{path} is missing; the model needs it"
    if error["type"] == "model_type" and len(keys) == 2 and keys[0] in _PARTS:
        return (
            f"unknown key {path!r}: a parameter has {', '.join(_KEYS['parameter'])} and one table per factor"
        )
    is_clear = isinstance(error["input"], dict) or message.endswith(".")
    return f"{path}: {message}" + ("" if is_clear else f" (seen: {_SHORT.repr(error['input'])})")


def _is_typo(key: str, keys: list[str]) -> bool:
    return key not in keys and bool(difflib.get_close_matches(key, keys, n=1, cutoff=0.75))


def _allowed_keys(path: list[str]) -> list[str]:
    """Return the keys that are allowed where an unknown key was found."""
    if "pk" in path[:-1] and "people" in path[:-1]:
        return list(KineticPeople.model_fields)
    for part in (
        "competition",
        "selectivity",
        "covariates",
        "saturable",
        "schedule",
        "people",
        "pk",
        "plasma",
    ):
        if part in path[:-1]:
            return _KEYS[part]
    return _KEYS["" if len(path) == 1 else "term"]
