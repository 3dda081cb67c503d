"""The doses before each scan: how much, how often, how many, and how long ago."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from petfit.errors import SpecError
from petfit.evidence.dosing_frequency import doses_per_day
from petfit.model.problems import Problems
from petfit.model.specification import ModelSpec

__all__ = ["DOSING_COLUMNS", "dosing"]

DOSING_COLUMNS = ("dose_time", "dose_interval", "n_doses")
"""Hours after the last dose, hours between doses, and the number of doses, infinite at steady state."""
_SINGLE = frozenset({"single", "single dose", "acute", "once"})
_REPEATED = frozenset({"repeated", "repeated doses", "multiple", "chronic", "steady state"})


def dosing(spec: ModelSpec, rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return the dosing of rows with doses of drugs whose kinetics the model has.

    Parameters
    ----------
    spec : ModelSpec
        The model, with ``pk``.
    rows : pandas.DataFrame
        Fitted rows with ``regimen``, ``time_h``, ``days_on_drug`` and ``dosing_interval_h``.
    problems : Problems
        What is added to if a time is missing, a dose is per body weight, or it is not clear whether it was
        repeated.

    Returns
    -------
    pandas.DataFrame
        `DOSING_COLUMNS`, by row. Repeated doses without ``days_on_drug`` are at steady state.

    Examples
    --------
    >>> from petfit.model.specification import read_model
    >>> columns = {"regimen": ["single"], "time_h": [6.0], "days_on_drug": [np.nan]}
    >>> row = pd.DataFrame(columns).assign(drug="sertraline", dosing_interval_h=np.nan, dose_unit="mg/day")
    >>> dosing(read_model("ssri_pk"), row, Problems())["n_doses"].tolist()
    [1.0]
    """
    interval = rows["dosing_interval_h"].fillna(rows["drug"].map(_intervals(spec))).astype(float)
    result = pd.DataFrame(np.nan, rows.index, DOSING_COLUMNS).assign(dose_interval=interval)
    with problems.collecting():
        result["dose_time"] = _times(spec, rows)
    with problems.collecting():
        _check_units(rows)
        columns = (rows["regimen"], rows["days_on_drug"], interval)
        n_doses = [
            _n_doses(str(where), str(regimen), days, every)
            for where, regimen, days, every in zip(rows.index, *columns, strict=True)
        ]
        result["n_doses"] = np.array(n_doses, float)
    return result


def _intervals(spec: ModelSpec) -> dict[str, float]:
    return {drug: kinetics.schedule.every_h for drug, kinetics in spec.pk.items()}


def _check_units(rows: pd.DataFrame) -> None:
    wrong = rows.index[rows["dose_unit"] != "mg/day"]
    if len(wrong):
        unit = rows.loc[wrong[0], "dose_unit"]
        raise SpecError(
            f"{wrong[0]}: kinetics need a dose in mg, not {unit}. Multiply it by the body weight."
        )
    intervals = rows["dosing_interval_h"]
    if (wrong := rows.index[intervals <= 0]).size:
        raise SpecError(
            f"{wrong[0]}, column dosing_interval_h: it must be above 0, not {intervals[wrong[0]]:g}."
        )


def _times(spec: ModelSpec, rows: pd.DataFrame) -> pd.Series:
    times = rows["time_h"]
    unknown = rows.index[times.isna()]
    if len(unknown) and spec.time_assumed is None:
        raise SpecError(
            f"{unknown[0]} has no time_h, and the model has no time_assumed. Give the hours from the last "
            "dose to the scan in the table, or time_assumed in the model."
        )
    return times.fillna(spec.time_assumed)


def _n_doses(where: str, regimen: str, days: float, interval: float) -> float:
    words = " ".join(regimen.casefold().replace("-", " ").split())
    if words in _SINGLE:
        return 1.0
    if not math.isnan(days):
        n_doses = max(1.0, round(days * 24.0 / interval))
        if n_doses == 1.0 and interval < 24.0:
            raise SpecError(
                f"{where}, column days_on_drug: {days:g} days are one dose of several a day. Write single in "
                "regimen, and the dose that was taken."
            )
        return n_doses
    if words in _REPEATED or doses_per_day(regimen) is not None:
        return math.inf
    raise SpecError(
        f"{where}, column regimen: kinetics need to know whether the dose was repeated (seen: {regimen!r}). "
        "Write single or repeated, or give days_on_drug, by --columns days_on_drug=NAME if that is what the "
        "column holds; --set regimen=repeated holds for every row of a table without it."
    )
