"""The table of the main answers: for each drug a typical person and, below, a new one."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pandas as pd

from petfit.report.table import Column, Table, percent, target
from petfit.report.tables.interval_columns import PEOPLE, exposure_and_interval, with_interval
from petfit.report.tables.parameter_table import parameter_name
from petfit.results import formatting

__all__ = ["person_column", "short_for", "summary_table"]


def summary_table(answers: pd.DataFrame, exposure: str) -> Table:
    """Return the main answers of a fit as a table; on a terminal, with the occupancy at a usual dose.

    Parameters
    ----------
    answers : pandas.DataFrame
        From `petfit.results.main_answers.main_answers`.
    exposure : str
        The exposure in words, such as "dose".
    """
    unit, ec50_unit = (_common_unit(answers[name]) for name in ("unit", "ec50_unit"))
    axis = exposure if (answers["unit"] == answers["ec50_unit"]).all() else "concentration"
    short = short_for(answers)
    dose = f"{exposure} for {target(answers['occupancy'].iloc[0])} %"
    columns = (
        person_column(answers, Column("drug", "drug"), Column("predict_for", "person", PEOPLE.__getitem__)),
        _column("ec50", (parameter_name("ec50", axis), ec50_unit), short, exposure_and_interval),
        _column("target_dose", (dose, unit), short, exposure_and_interval),
        _column("emax", ("Emax", "%"), _short_percentages, with_interval(percent)),
        Column(
            ("occupancy_at_dose", "occupancy_at_dose_low", "occupancy_at_dose_high", "at_dose"),
            f"occupancy, %\nat a {exposure}",
            _short_occupancy,
            wide=(),
        ),
        *(() if unit else (Column("unit", "unit"),)),
    )
    return Table("summary", "Main answers", answers, columns, _caption(answers))


def _common_unit(units: pd.Series) -> str:
    """Return the unit that all drugs share, for the heading; empty if there is none."""
    return "" if units.nunique() > 1 else str(units.iloc[0])


def _column(
    name: str, heading: tuple[str, str], short: Callable[..., str], formatter: Callable[..., str]
) -> Column:
    """Return the column of an answer; the heading is its name and the unit, if there is one."""
    names, words = (name, f"{name}_low", f"{name}_high"), tuple(filter(None, heading))
    return Column(names, "\n".join(words), short, (Column(names, ",\n".join(words), formatter),))


def person_column(answers: pd.DataFrame, *wide: Column) -> Column:
    """Return the column that says whom a row is for: the drug, if there are several, and the person.

    Where there is room, several drugs have the `wide` columns, or one that is headed by the drug.
    """
    if answers["drug"].nunique() == 1:
        return Column("predict_for", "", PEOPLE.__getitem__)
    names = ("drug", "predict_for")
    return Column(
        names, _people(answers), _drug_and_person, wide or (Column(names, "drug", _drug_and_person),)
    )


def _people(answers: pd.DataFrame) -> str:
    return "\n".join(
        f"{'  ' * (name != 'typical')}{PEOPLE[name]}" for name in answers["predict_for"].unique()
    )


def _drug_and_person(drug: str, predict_for: str) -> str:
    return drug if predict_for == "typical" else "  new person"


def short_for(answers: pd.DataFrame) -> Callable[..., str]:
    """Return `short_exposures`, with two digits of the ends where the names of several drugs need room."""
    return partial(short_exposures, digits=3 if answers["drug"].nunique() == 1 else 2)


def short_exposures(median: float, low: float, high: float, digits: int = 3) -> str:
    """Format an exposure with its interval, whose ends may have fewer digits, in few characters.

    Examples
    --------
    >>> short_exposures(18.1, 8.25, float("inf"))
    '18.1 (8.25-∞)'
    """
    return f"{_short_exposure(median)} ({_short_exposure(low, digits)}-{_short_exposure(high, digits)})"


def _short_exposure(value: float, digits: int = 3) -> str:
    return "\N{INFINITY}" if math.isinf(value) else formatting.number(value, digits)


def _short_percentages(median: float, low: float, high: float) -> str:
    return f"{100 * median:.0f} ({100 * low:.0f}-{100 * high:.0f})"


def _short_occupancy(median: float, low: float, high: float, dose: float) -> str:
    return f"{_short_percentages(median, low, high)} at {dose:.4g}"


def _caption(answers: pd.DataFrame) -> str:
    parts = [f"Median ({formatting.interval_words(answers.iloc[0])})"]
    if (answers[["target_dose", "target_dose_high"]] == math.inf).any(axis=None):
        parts.append(f"\N{INFINITY}: no dose reaches {target(answers['occupancy'].iloc[0])} %")
    return f"{'; '.join(filter(None, [*parts, *answers[['at', 'scan_times']].iloc[0]]))}."
