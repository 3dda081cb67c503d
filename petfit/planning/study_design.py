"""The design of a study: its arms, read from a TOML file or a DataFrame, and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

import pandas as pd
from pydantic import Field, ValidationError, model_validator

from petfit.errors import PetfitError, nearest
from petfit.model.strict import Strict

__all__ = ["Arm", "StudyDesign", "read_study_design"]

_MOST_PEOPLE = 10_000
_FILLED_IN = frozenset(
    {"study", "cohort", "subject", "drug", "dose", "concentration", "region", "session", "condition"}
    | {"time_h", "value", "value_unit", "sd"}
)
"""Columns of the tables that follow from the other keys."""
_MOST_CHARACTERS = 1_000_000


class Arm(Strict):
    """People of a study who are treated and scanned in the same way.

    Parameters
    ----------
    n : int
        Number of people.
    drug : str
        The drug.
    doses : list of float
        The doses of each person, in the order of the scanning sessions; 0 is a scan without the drug. With
        the level ``subject`` or ``group`` there is an occupancy at each dose.
    concentrations : list of float
        Planned concentrations in plasma at the scans, instead of doses, in `concentration_unit`.
    level : {"scan", "subject", "group"}
        What is reported: scans (BP_ND or V_T), the occupancy of each person, or the mean and SD of the arm.
    outcome : {"bpnd", "vt"}
        Of scans.
    regions : list of str
        Brain regions, each with a number of its own.
    times : list of float
        Hours from the last dose to the scans of a session; one scan a session if empty.
    dose_unit, concentration_unit, target, tracer, regimen, modality : str
        As in the columns of a table. The schedule is said by `regimen`, such as ``once daily``.
    dosing_interval_h, days_on_drug : float, optional
        As in the columns of a table.
    se : float, optional
        Standard error of each number of a person, beside the residual noise of the model.
    dropout : float
        Probability that a person leaves before a session with the drug, and is not scanned from then on.
    columns : dict of str to str or float
        Any other column of the table, such as a covariate of the model.

    Examples
    --------
    >>> Arm(n=4, drug="X", doses=[10]).level
    'subject'
    """

    n: int = Field(ge=1, le=_MOST_PEOPLE)
    drug: str = Field(min_length=1)
    doses: list[float] = Field(default_factory=list)
    concentrations: list[float] = Field(default_factory=list)
    level: Literal["scan", "subject", "group"] = "subject"
    outcome: Literal["bpnd", "vt"] = "bpnd"
    regions: list[str] = Field(default_factory=list)
    times: list[float] = Field(default_factory=list)
    dose_unit: str = "mg/day"
    concentration_unit: str = "ng/mL"
    target: str = ""
    tracer: str = ""
    regimen: str = ""
    modality: str = ""
    dosing_interval_h: float | None = Field(default=None, gt=0)
    days_on_drug: float | None = Field(default=None, ge=0)
    se: float | None = Field(default=None, gt=0)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    columns: dict[str, str | float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.doses) == bool(self.concentrations):
            raise ValueError("doses: give the doses of each person, or their concentrations, and not both.")
        name = "doses" if self.doses else "concentrations"
        for value in self.exposures:
            if value < 0:
                raise ValueError(f"{name}: {value:g} is below 0. Write 0 for a scan without the drug.")
            if value == 0 and self.level != "scan":
                raise ValueError(
                    f"{name}: an occupancy without the drug is 0 and is not planned. Leave out 0, or write "
                    'level = "scan" to plan the baseline scans themselves.'
                )
        if any(time < 0 for time in self.times):
            raise ValueError(f"times: {min(self.times):g} is below 0. Give hours after the last dose.")
        if self.level == "group" and (self.n < 2 or self.se is not None):
            raise ValueError("level: a mean with its SD needs two people or more, and no se of its own.")
        if repeated := sorted({region for region in self.regions if self.regions.count(region) > 1}):
            raise ValueError(f"regions: {repeated[0]!r} is given twice. Name each region once.")
        if known := sorted(set(self.columns) & (_FILLED_IN | set(Arm.model_fields))):
            raise ValueError(f"columns.{known[0]}: is a column that petfit fills in. Leave it out.")
        return self

    @property
    def exposures(self) -> list[float]:
        """The doses or concentrations."""
        return self.doses or self.concentrations

    @property
    def exposure_name(self) -> str:
        """The column of the exposures: dose or concentration."""
        return "dose" if self.doses else "concentration"

    @property
    def n_scans(self) -> int:
        """The number of scans of the whole arm if nobody leaves."""
        sessions = sum(len(self.times) or 1 if exposure else 1 for exposure in self.exposures)
        return self.n * sessions


class StudyDesign(Strict):
    """The design of a study.

    Parameters
    ----------
    arms : list of Arm
        The arms.
    title : str
        What the study is.
    study : str
        Its name in the column ``study`` of the tables. Evidence of the same name is of the same study.
    strengths : list of float
        The strengths to choose from, in the unit of the doses; those of the drug table if empty.
    truth : dict of str to float or dict
        Stated values that tables are simulated from, see `petfit.planning.simulation.simulate`.

    Examples
    --------
    >>> StudyDesign(arms=[Arm(n=4, drug="X", doses=[5.0]), Arm(n=4, drug="X", doses=[20.0])]).n
    8
    """

    arms: list[Arm] = Field(min_length=1)
    title: str = ""
    study: str = Field(default="planned study", min_length=1)
    strengths: list[float] = Field(default_factory=list)
    truth: dict[str, float | dict[str, float]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len({arm.exposure_name for arm in self.arms}) > 1:
            raise ValueError("arms: some have doses and others concentrations. Plan one of the two.")
        if self.n > _MOST_PEOPLE:
            raise ValueError(f"arms: {self.n:,} people are too many: at most {_MOST_PEOPLE:,}.")
        return self

    @property
    def n(self) -> int:
        """The number of people."""
        return sum(arm.n for arm in self.arms)

    @property
    def n_scans(self) -> int:
        """The number of scans if nobody leaves; a baseline behind an occupancy is not counted."""
        return sum(arm.n_scans for arm in self.arms)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs, sorted."""
        return tuple(sorted({arm.drug for arm in self.arms}))

    @property
    def words(self) -> str:
        """The arms in words.

        Examples
        --------
        >>> StudyDesign(arms=[Arm(n=4, drug="X", doses=[0.0, 5.0], level="scan")]).words
        '4 people at 0 and 5 mg/day of X'
        """
        return "; ".join(_arm_words(arm) for arm in self.arms)

    def with_people(self, n: list[int]) -> StudyDesign:
        """Return the design with other numbers of people; arms without people are left out.

        Examples
        --------
        >>> design = StudyDesign(arms=[Arm(n=4, drug="X", doses=[5.0]), Arm(n=4, drug="X", doses=[20.0])])
        >>> design.with_people([0, 6]).words
        '6 people at 20 mg/day of X'
        """
        arms = [arm.model_copy(update={"n": count}) for arm, count in zip(self.arms, n, strict=True) if count]
        return self.model_copy(update={"arms": arms})


def _arm_words(arm: Arm) -> str:
    people = "1 person" if arm.n == 1 else f"{arm.n} people"
    *others, last = [f"{value:g}" for value in arm.exposures]
    values = f"{', '.join(others)} and {last}" if others else last
    unit = arm.dose_unit if arm.doses else arm.concentration_unit
    return f"{people} at {values} {unit} of {arm.drug}"


def read_study_design(source: str | Path | pd.DataFrame | StudyDesign) -> StudyDesign:
    """Read the design of a study.

    Parameters
    ----------
    source : str, path, DataFrame or StudyDesign
        A TOML file with a table ``[[arms]]`` for each arm; keys of an arm that stand above the first one hold
        for all arms. Or a DataFrame with a row for each arm and the keys of `Arm` as columns; a cell may hold
        a list, or numbers separated by semicolons.

    Returns
    -------
    StudyDesign
        The design.

    Raises
    ------
    PetfitError
        If there is no such file, or anything in it is wrong; the message lists every problem.

    Examples
    --------
    >>> arms = pd.DataFrame({"n": [4, 4], "drug": "X", "doses": ["0; 10", "0; 40"], "level": "scan"})
    >>> read_study_design(arms).words
    '4 people at 0 and 10 mg/day of X; 4 people at 0 and 40 mg/day of X'
    """
    if isinstance(source, StudyDesign):
        return source
    if isinstance(source, pd.DataFrame):
        return _validated({"arms": list(_records(source))}, "the DataFrame")
    path = Path(source)
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise PetfitError(f"{path}: cannot be read as text ({error}). Give a TOML file with arms.") from None
    if len(text) > _MOST_CHARACTERS:
        raise PetfitError(f"{path}: this is too long for a design: at most {_MOST_CHARACTERS:,} characters.")
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PetfitError(
            f"{path.name}: not valid TOML: {error}. Quote text, and close every bracket."
        ) from None
    return _validated(_with_defaults(content, path.name), path.name)


_LISTS = frozenset({"doses", "concentrations", "times", "regions"})
_NUMBERS = frozenset({"doses", "concentrations", "times"})


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the arms in a DataFrame, without missing cells."""
    for record in frame.to_dict("records"):
        arm = {str(name): _plain(value) for name, value in record.items() if not _is_missing(value)}
        yield {name: _as_list(name, value) if name in _LISTS else value for name, value in arm.items()}


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and pd.isna(value))


def _plain(value: Any) -> Any:
    """Return a number of NumPy as one of Python, and an integer where it has no fraction."""
    value = value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_list(name: str, value: Any) -> Any:
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(";")]
        return [_number(part) for part in parts] if name in _NUMBERS else parts
    return [_plain(part) for part in value] if hasattr(value, "__len__") else [value]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _with_defaults(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the content of a file with the keys that hold for all arms copied into each."""
    arms = content.get("arms")
    if not isinstance(arms, list) or not all(isinstance(arm, dict) for arm in arms):
        raise PetfitError(f"{name}: arms is missing. Write a table [[arms]] with n and doses for each arm.")
    of_all = {key: value for key, value in content.items() if key in Arm.model_fields}
    rest = {key: value for key, value in content.items() if key not in Arm.model_fields}
    return {**rest, "arms": [{**of_all, **arm} for arm in arms]}


def _validated(content: Mapping[str, Any], name: str) -> StudyDesign:
    try:
        return StudyDesign.model_validate(content)
    except ValidationError as error:
        messages = dict.fromkeys(_message(problem) for problem in error.errors())
        raise PetfitError(f"{name}: " + f"\n{name}: ".join(messages)) from None


def _message(problem: Any) -> str:
    """Return the message of a pydantic error: the place, what is wrong, and what to write."""
    keys = list(problem["loc"])
    in_arm = len(keys) > 1 and keys[0] == "arms"
    where = f"arm {int(keys[1]) + 1}: " if in_arm else ""
    key = ".".join(str(part) for part in keys[2 if in_arm else 0 :])
    if problem["type"] == "extra_forbidden":
        allowed = Arm.model_fields if in_arm else {**StudyDesign.model_fields, **Arm.model_fields}
        return f"{where}unknown key {key!r}. {nearest(key, allowed)} Further columns belong in columns."
    if problem["type"] == "missing":
        return f"{where}{key} is missing. Write it in the arm, or above the first arm for all of them."
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"{where}{message}"
    return f"{where}{key}: {message} (seen: {problem['input']!r:.80})"
