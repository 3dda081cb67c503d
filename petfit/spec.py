"""A model as data: one TOML file, read strictly and written back whole."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from petfit.bundled import models_folder
from petfit.curves import CURVES
from petfit.errors import SpecError, nearest
from petfit.priors import Prior

__all__ = [
    "PARAMETERS",
    "ModelSpec",
    "Noise",
    "Parameter",
    "People",
    "Term",
    "model_file",
    "parse_model",
    "read_model",
]

PARAMETERS = ("ec50", "emax", "hill")
NOT_FACTORS = frozenset({"dose", "value", "sd", "se", "n", "low", "high", "use", "why_not", "source", "note"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Term(_Strict):
    """How a parameter differs between the levels of a factor (or of an interaction, ``a:b``).

    Parameters
    ----------
    pooled : Prior, optional
        Partially pooled: the prior of the SD between levels.
    reference : dict of str to str, optional
        ``from`` in a file: the factor and the level that the shifts move away from.
    shift : Prior or dict of str to Prior, optional
        Prior of the shift, one for all levels or one for each.
    centred : bool
        Sample the levels themselves instead of standard normals times the SD.
    """

    pooled: Prior | None = None
    reference: dict[str, str] | None = Field(default=None, alias="from")
    shift: Prior | dict[str, Prior] | None = None
    centred: bool = False

    @model_validator(mode="after")
    def _one_state(self) -> Self:
        if (self.pooled is None) == (self.shift is None):
            raise ValueError("needs either `pooled` (a prior of the SD between levels) or `shift`")
        if (self.shift is None) != (self.reference is None):
            raise ValueError("`shift` and `from` belong together: from = { factor = 'level' }")
        if self.reference is not None and len(self.reference) != 1:
            raise ValueError("`from` names one factor and its reference level")
        return self


class People(_Strict):
    """Differences between people: the prior of their SD, omega."""

    sd: Prior


class Parameter(BaseModel):
    """One parameter of the curve in one of four states, on its link scale.

    Parameters
    ----------
    fixed : float, optional
        A number on the natural scale.
    centre : Prior, optional
        Prior of the centre, shared by all rows.
    separate : str, optional
        A factor, each level of which has a centre of its own.
    people : People, optional
        Differences between people (EC50 only).
    **terms : Term
        Keyed by factor: partial pooling and shifts.
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    __pydantic_extra__: dict[str, Term]

    fixed: float | None = None
    centre: Prior | None = None
    separate: str | None = None
    people: People | None = None

    @property
    def terms(self) -> dict[str, Term]:
        """Its terms by factor, in the file's order."""
        return dict(self.__pydantic_extra__)

    @model_validator(mode="after")
    def _one_state(self) -> Self:
        if (self.fixed is None) == (self.centre is None):
            raise ValueError("needs either `fixed` (a number) or `centre` (a prior)")
        if self.fixed is not None and (self.separate or self.people or self.terms):
            raise ValueError("is fixed, so nothing else can be said of it")
        return self


class Noise(_Strict):
    """Residual noise of one person's occupancy: normal, with the SD sigma."""

    family: Literal["normal"] = "normal"
    sigma: Prior = Prior.model_validate(
        {
            "dist": "LogNormal",
            "mu": -2.8134107167600364,
            "sigma": 0.5,
            "source": "test-retest gives an SD of occupancy of 4 to 12 points [Ogden2007]",
        }
    )


class ModelSpec(_Strict):
    """A whole model.

    Parameters
    ----------
    title, description : str
        What it is and when to use it.
    curve : str
        Name of the curve.
    exposure : {"dose", "concentration"}
        The x axis. Doses are divided by the drug's reference dose, concentrations are not.
    n_assumed : int, optional
        Size of a group whose range was published without it.
    reference_doses : dict of str to float
        By drug; the drug table and the tested doses stand in for those not named.
    answers_for : dict of str to str
        The level of each factor that answers are given for; a factor not named is at its typical
        level, effect 0.
    ec50, emax, hill : Parameter
        On the log, logit and log scale.
    noise : Noise
        Residual noise.

    Examples
    --------
    >>> read_model("ssri").curve
    'emax'
    """

    title: str = ""
    description: str = ""
    curve: str = "emax"
    exposure: Literal["dose", "concentration"] = "dose"
    n_assumed: int | None = Field(default=None, ge=1)
    reference_doses: dict[str, float] = {}
    answers_for: dict[str, str] = {}
    ec50: Parameter
    emax: Parameter
    hill: Parameter = Parameter(fixed=1.0)
    noise: Noise = Noise()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.curve not in CURVES:
            raise ValueError(f"curve: there is no curve {self.curve!r}. {nearest(self.curve, CURVES)}")
        if "hill" not in CURVES[self.curve].parameters and self.hill.fixed != 1.0:
            raise ValueError("hill: the emax curve has none; write curve = 'sigmoid_emax' to free it")
        for name in ("emax", "hill"):
            if getattr(self, name).people is not None:
                raise ValueError(f"{name}.people: people differ in EC50 only")
        for drug, dose in self.reference_doses.items():
            if not dose > 0:
                raise ValueError(f"reference_doses.{drug}: must be above 0, not {dose}")
        return self

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of the curve, by name."""
        return {name: getattr(self, name) for name in CURVES[self.curve].parameters}

    @property
    def factors(self) -> tuple[str, ...]:
        """The columns of the evidence that the model uses as factors, sorted."""
        return tuple(sorted({factor for _, factor in self._factor_uses()}))

    def _factor_uses(self) -> Iterator[tuple[str, str]]:
        for name, parameter in self.parameters.items():
            keys = [*parameter.terms, *([parameter.separate] if parameter.separate else [])]
            for key in keys:
                for factor in key.split(":"):
                    yield f"{name}.{key}", factor
        for factor in self.answers_for:
            yield "answers_for", factor

    def priors(self) -> Iterator[tuple[str, Prior]]:
        """Yield every prior with its path in the file, such as ``ec50.drug.pooled``."""
        for name, parameter in self.parameters.items():
            if parameter.centre is not None:
                yield f"{name}.centre", parameter.centre
            for key, term in parameter.terms.items():
                if term.pooled is not None:
                    yield f"{name}.{key}.pooled", term.pooled
                elif isinstance(term.shift, Prior):
                    yield f"{name}.{key}.shift", term.shift
                elif term.shift is not None:
                    for level, prior in term.shift.items():
                        yield f"{name}.{key}.shift.{level}", prior
            if parameter.people is not None:
                yield f"{name}.people.sd", parameter.people.sd
        yield "noise.sigma", self.noise.sigma

    def to_toml(self) -> str:
        """Return the whole spec, defaults filled in, as TOML; reading it gives an equal spec."""
        return tomli_w.dumps(self.model_dump(by_alias=True, exclude_none=True))


def read_model(source: str | Path | ModelSpec = "emax") -> ModelSpec:
    """Read a model.

    Parameters
    ----------
    source : str, path or ModelSpec
        The name of a bundled model, a TOML file, or a spec, which is returned as it is.

    Returns
    -------
    ModelSpec
        The model.

    Raises
    ------
    SpecError
        When there is no such model, or the file says something petfit does not understand.

    Examples
    --------
    >>> read_model("emax").exposure
    'dose'
    """
    if isinstance(source, ModelSpec):
        return source
    path = model_file(source)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: cannot be read as text ({error}). Save it as UTF-8.") from None
    return parse_model(text, path.name)


def model_file(source: str | Path) -> Path:
    """Return the file of a model: a path, or the name of a bundled one.

    Raises
    ------
    SpecError
        When it is neither.
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


def parse_model(text: str, name: str = "model") -> ModelSpec:
    """Read a model from the text of its TOML file; see `read_model`."""
    try:
        return ModelSpec.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{name}: not valid TOML: {error}. Quote text, and close every bracket.") from None
    except ValidationError as error:
        lines = sorted({_sentence(item) for item in error.errors()})
        raise SpecError(f"{name}: " + f"\n{name}: ".join(lines)) from None


_KEYS: dict[str, list[str]] = {
    "": list(ModelSpec.model_fields),
    "noise": list(Noise.model_fields),
    "people": list(People.model_fields),
    "term": ["pooled", "from", "shift", "centred"],
    "parameter": ["fixed", "centre", "separate", "people"],
}


def _sentence(item: Any) -> str:
    """Turn one of pydantic's complaints into the key's path, what is wrong, and what to do."""
    at = [
        str(part)
        for part in item["loc"]
        if str(part) not in ("Prior", "dict[str,Prior]", "function-after[_check(), Prior]")
    ]
    path = ".".join(at) or "the file"
    message = str(item["msg"]).removeprefix("Value error, ")
    if len(at) >= 2 and at[0] in PARAMETERS and _is_typo(at[1]):
        return f"unknown key {'.'.join(at[:2])!r}. {nearest(at[1], _KEYS['parameter'])}"
    if item["type"] == "extra_forbidden":
        return f"unknown key {path!r}. {nearest(at[-1], _keys_beside(at))}"
    if item["type"] == "missing":
        return f"{path} is missing; the model needs it"
    if item["type"] == "model_type" and len(at) == 2 and at[0] in PARAMETERS:
        return (
            f"unknown key {path!r}: a parameter has {', '.join(_KEYS['parameter'])} and one table per factor"
        )
    seen = "" if isinstance(item["input"], dict) or message.endswith(".") else f" (seen: {item['input']!r})"
    return f"{path}: {message}{seen}"


def _is_typo(key: str) -> bool:
    keys = _KEYS["parameter"]
    return key not in keys and bool(difflib.get_close_matches(key, keys, n=1, cutoff=0.75))


def _keys_beside(at: list[str]) -> list[str]:
    if len(at) == 1:
        return _KEYS[""]
    if at[0] == "noise":
        return _KEYS["noise"]
    return _KEYS["people" if at[1] == "people" else "term"]
