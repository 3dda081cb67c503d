"""The design of a study: its arms, checked."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from petfit.model.strict import Strict

__all__ = ["Arm", "StudyDesign"]

_MOST_PEOPLE = 10_000
_FILLED_IN = frozenset(
    {"study", "cohort", "subject", "drug", "dose", "concentration", "region", "session", "condition"}
    | {"time_h", "value", "value_unit", "sd"}
)
"""Columns of the tables that follow from the other keys."""


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
