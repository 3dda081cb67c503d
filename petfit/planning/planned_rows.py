"""The table that a study would report, with placeholders in the place of its numbers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pandas as pd

from petfit.planning.study_design import Arm, StudyDesign

__all__ = ["ARM", "LEAVES", "planned_rows"]

ARM, LEAVES = "arm_number", "leaves_with_probability"
"""Columns of planned rows that are no part of a table: the arm, and its probability of leaving."""

type _Row = dict[str, str | float]

_UNITS = {"occupancy": "fraction", "bpnd": "1", "vt": "mL/cm3"}
_PLACEHOLDERS = {"occupancy": 0.5, "bpnd": 1.0, "vt": 10.0}


def planned_rows(study: StudyDesign) -> pd.DataFrame:
    """Return the rows of a study without its numbers, in the columns of petfit's tables.

    Parameters
    ----------
    study : StudyDesign
        The design.

    Returns
    -------
    pandas.DataFrame
        A row for each person (or arm), session, time and region. ``value``, and ``sd`` of groups, are
        placeholders.

    Examples
    --------
    >>> study = StudyDesign(arms=[Arm(n=2, drug="X", doses=[0.0, 5.0], level="scan")])
    >>> planned_rows(study)[["subject", "condition", "dose"]].values.tolist()
    [['P1', 'baseline', 0.0], ['P1', 'drug', 5.0], ['P2', 'baseline', 0.0], ['P2', 'drug', 5.0]]
    """
    numbers = itertools.count(1)
    rows: list[_Row] = []
    for i, arm in enumerate(study.arms, 1):
        if arm.level == "group":
            # Each dose of an arm is a mean of the same people.
            rows += _rows_of(arm, {ARM: i, "cohort": f"arm {i}", "n": float(arm.n), "sd": 0.1})
        else:
            for _ in range(arm.n):
                rows += _rows_of(arm, {ARM: i, "subject": f"P{next(numbers)}"})
    return pd.DataFrame(rows).assign(study=study.study)


def _rows_of(arm: Arm, people: _Row) -> Iterator[_Row]:
    outcome = arm.outcome if arm.level == "scan" else "occupancy"
    common: _Row = {
        **people,
        "target": arm.target,
        "tracer": arm.tracer,
        "modality": arm.modality,
        "level": arm.level,
        "outcome": outcome,
        "value": _PLACEHOLDERS[outcome],
        "value_unit": _UNITS[outcome],
        LEAVES: arm.dropout,
        **arm.columns,
    }
    if arm.se is not None:
        common["se"] = arm.se
    for session, exposure in enumerate(arm.exposures, 1):
        treatment = _with_drug(arm, exposure) if exposure else _without_drug(arm)
        times: list[float | None] = [*arm.times] if exposure and arm.times else [None]
        for time, region in itertools.product(times, arm.regions or [""]):
            row = {**common, **treatment, "session": str(session), "region": region}
            yield row if time is None else {**row, "time_h": time}


def _without_drug(arm: Arm) -> _Row:
    return {"drug": "", arm.exposure_name: 0.0, **_unit(arm), "condition": "baseline"}


def _with_drug(arm: Arm, exposure: float) -> _Row:
    given = {"dosing_interval_h": arm.dosing_interval_h, "days_on_drug": arm.days_on_drug}
    return {
        "drug": arm.drug,
        arm.exposure_name: exposure,
        **_unit(arm),
        "regimen": arm.regimen,
        "condition": "drug" if arm.level == "scan" else "",
        **{name: value for name, value in given.items() if value is not None},
    }


def _unit(arm: Arm) -> _Row:
    return {f"{arm.exposure_name}_unit": arm.dose_unit if arm.doses else arm.concentration_unit}
