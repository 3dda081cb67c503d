"""The rules that a table must obey before anything is fitted to it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.equal_rows import equal_people, equal_rows
from petfit.evidence.levels import LEVELS, one_person_levels
from petfit.evidence.ranges import range_set_problems
from petfit.evidence.rows import Row, each_row, group_rows
from petfit.evidence.source_table import SourceTable

__all__ = ["row_problems", "table_problems", "validate"]

_QUANTITIES = (
    ("dose", "dose_low", "dose_high", "concentration", "concentration_loq"),
    ("value", "low", "high", "low, high", *STATISTICS),
)
"""Columns that can take each other's place."""
_LARGEST_FRACTIONS = {"value": 2.0, "low": 2.0, "high": 2.0, "sd": 1.0, "se": 1.0}
_LARGEST_NOISE = 0.3
_EXPOSURE_COLUMNS = {"dose": ("dose", "dose_low"), "concentration": ("concentration", "concentration_loq")}
_MISSING_CODES = (-99.0, -999.0, -9999.0, 999.0, 9999.0)
_SEVERAL_UNITS_REMEDY = {
    "dose": (
        "Give the weight (kg) in every row with a dose by kg, the drug's molar_mass in a drug table where "
        "doses are molar, or convert the doses to one unit."
    ),
    "concentration": "Give the drug's molar_mass in a drug table, or convert to one unit.",
}


def validate(source: SourceTable) -> None:
    """Refuse a table that breaks a rule.

    A cell with one problem gets no second one that only follows from it.

    Raises
    ------
    EvidenceError
        With all problems of the table, in the order of its rows.
    """
    problems = list(source.problems)
    cells = {(problem.where, name) for problem in problems for name in problem.column.split(", ")}
    unreadable = {where for where, _ in cells}
    for where, row in each_row(source.table):
        found = [item for item in row_problems(where, row) if not _follows(item, cells)]
        problems += found
        unreadable |= {item.where for item in found}
    columns = {column for _, column in cells}
    readable = source.table[~source.table.index.isin(list(unreadable))]
    problems += [item for item in table_problems(source.table, readable) if item.column not in columns]
    if problems:
        order = {str(where): number for number, where in enumerate(source.table.index)}
        raise source.error(sorted(problems, key=lambda problem: order.get(problem.where, -1)))


def _follows(item: Problem, cells: set[tuple[str, str]]) -> bool:
    """Whether a problem only says that a number is missing, or is wrong, that could not be read."""
    quantity = next((names for names in _QUANTITIES if item.column in names), (item.column,))
    related = quantity if not item.seen else item.column.split(", ")
    return any((item.where, name) in cells for name in related)


def row_problems(where: str, row: Row) -> Iterator[Problem]:
    """Yield everything that is wrong with one row.

    Parameters
    ----------
    where : str
        The place of the row.
    row : mapping of str to value
        Typed cells: numbers as floats, NaN where missing; text as str.
    """
    for rule in (
        _missing_codes,
        _unknown_words,
        _no_drug,
        _impossible_numbers,
        _reversed_range,
        _not_a_fraction,
    ):
        yield from rule(where, row)
    if row["use"] == "no":
        yield from _no_exclusion_reason(where, row)
        return
    if row["condition"] != "baseline":
        yield from _below_loq(where, row)
        yield from _no_exposure(where, row)
    if row["level"] in LEVELS:
        yield from LEVELS[row["level"]].rules(where, row)


def table_problems(table: pd.DataFrame, readable: pd.DataFrame | None = None) -> Iterator[Problem]:
    """Yield what is wrong between rows, such as an empty table or the same people counted twice.

    Parameters
    ----------
    table : pandas.DataFrame
        The whole typed table, fitted rows (``use = yes``) and others.
    readable : pandas.DataFrame, optional
        The rows to compare with each other: those without a problem of their own; all by default.
    """
    if table.empty:
        yield Problem("table", "", "", "there is not one row below the header", "Add the evidence.")
        return
    rows = table if readable is None else readable
    yield from _nothing_used(table)
    for rule in (_people_and_summary, _scans_and_occupancy, range_set_problems, _duplicate_rows):
        yield from rule(rows)
    for _, of_drug in rows[rows["use"] == "yes"].groupby("drug", sort=False):
        for exposure in _EXPOSURE_COLUMNS:
            yield from _several_units(of_drug, exposure)


# --- one row ------------------------------------------------------------------------------------


def _missing_codes(where: str, row: Row) -> Iterator[Problem]:
    """Yield the problem of a value such as -99, which stands for a missing one."""
    scales = (1.0, 0.01) if row["outcome"] == "occupancy" else (1.0,)
    if any(math.isclose(row["value"], code * scale) for code in _MISSING_CODES for scale in scales):
        rule = "this seems to be a code for a missing value"
        yield Problem(where, "value", f"{row['value']:g}", rule, "Leave the cell empty, with use = no.")
    if re.fullmatch(r"-9+(?:\.0*)?", row["subject"]):
        rule = "this seems to be a code for an unknown person"
        yield Problem(where, "subject", row["subject"], rule, "Leave the cell empty.")


def _unknown_words(where: str, row: Row) -> Iterator[Problem]:
    for column in COLUMNS.values():
        seen = row[column.name]
        if column.kind == "choice" and seen and seen not in column.levels:
            rule = "this is not one of the allowed words"
            yield Problem(where, column.name, seen, rule, nearest(seen, column.levels))


def _no_drug(where: str, row: Row) -> Iterator[Problem]:
    if not row["drug"] and row["condition"] != "baseline":
        remedy = "Name the drug, in each row if it stands only in the first of several."
        yield Problem(where, "drug", "", "every row needs a drug", remedy)


def _impossible_numbers(where: str, row: Row) -> Iterator[Problem]:
    for name in ("dose", "dose_low", "dose_high", "concentration", "time_h", "days_on_drug"):
        if row[name] < 0:
            yield Problem(where, name, f"{row[name]:g}", "this cannot be negative", "Write 0 or more.")
    if row["fp"] <= 0 or row["fp"] > 1:
        rule = "a free fraction is above 0 and at most 1"
        remedy = "Write a fraction, such as 0.02 for 2 % free, or leave it empty."
        yield Problem(where, "fp", f"{row['fp']:g}", rule, remedy)
    for name in ("sd", "se", "weight", "concentration_sd", "concentration_loq"):
        if row[name] <= 0:
            yield Problem(where, name, f"{row[name]:g}", "this must be above 0", "Leave it empty if unknown.")
    n = row["n"]
    if n < 1 or (not math.isnan(n) and n != round(n)):
        rule = "n must be a whole number of people, 1 or more"
        yield Problem(where, "n", f"{n:g}", rule, "Count the people.")


def _reversed_range(where: str, row: Row) -> Iterator[Problem]:
    if row["low"] >= row["high"]:
        seen = f"{row['low']:g} to {row['high']:g}"
        yield Problem(where, "low, high", seen, "low must be below high", "Swap or correct them.")


def _not_a_fraction(where: str, row: Row) -> Iterator[Problem]:
    if row["outcome"] != "occupancy":
        return
    for name, largest in _LARGEST_FRACTIONS.items():
        if abs(row[name]) > largest:
            rule = "an occupancy is a fraction, between about 0 and 1"
            remedy = "If the table is in percent, use --set value_unit=percent or write it in each row."
            if name in ("sd", "se") and abs(row["value"]) <= _LARGEST_FRACTIONS["value"]:
                rule = f"the value is a fraction, and this {name} is not"
                remedy = f"Write {row[name] / 100:g} if it is in percent."
            yield Problem(where, name, f"{row[name]:g}", rule, remedy)
        elif name in ("sd", "se") and row["level"] == "group" and row[name] > _largest_sd(row):
            rule = "people between 0 and 1 with this mean cannot differ as much"
            remedy = "Give the SD or SE: if this is where an error bar ends, its distance from the mean."
            yield Problem(where, name, f"{row[name]:g}", rule, remedy)


def _largest_sd(row: Row) -> float:
    """Return the largest SD of n numbers from 0 to 1 with a mean (Bhatia and Davis 2000), and some noise."""
    mean, n = min(max(row["value"], 0.0), 1.0), row["n"] if row["n"] > 1 else 2.0
    return max(_LARGEST_NOISE, 1.1 * math.sqrt(mean * (1 - mean) * n / (n - 1)))


def _no_exclusion_reason(where: str, row: Row) -> Iterator[Problem]:
    if not row["exclusion_reason"]:
        rule = "a row with use = no needs a reason"
        yield Problem(where, "exclusion_reason", "", rule, "Give the reason in exclusion_reason.")


def _below_loq(where: str, row: Row) -> Iterator[Problem]:
    if row["concentration"] < row["concentration_loq"]:
        seen = f"{row['concentration']:g} below {row['concentration_loq']:g}"
        rule = "the concentration is below its limit of quantification"
        remedy = "Leave the concentration empty; the row is then censored at the limit."
        yield Problem(where, "concentration", seen, rule, remedy)


def _no_exposure(where: str, row: Row) -> Iterator[Problem]:
    if not all(math.isnan(row[name]) for name in ("dose", "concentration", "concentration_loq")):
        return
    if math.isnan(row["dose_low"]) or math.isnan(row["dose_high"]):
        rule = "a fitted row needs a dose, a range of doses or a concentration"
        or_baseline = ", set condition to baseline if it is a baseline scan" * (row["level"] == "scan")
        yield Problem(where, "dose", "", rule, f"Fill it in{or_baseline}, or set use to no.")
    elif row["dose_low"] >= row["dose_high"]:
        seen = f"{row['dose_low']:g} to {row['dose_high']:g}"
        rule = "dose_low must be below dose_high"
        yield Problem(where, "dose_low, dose_high", seen, rule, "Swap or correct them.")


# --- between rows -------------------------------------------------------------------------------


def _nothing_used(table: pd.DataFrame) -> Iterator[Problem]:
    if not (table["use"] == "yes").any():
        yield Problem("table", "use", "no", "no row is to be fitted", "Set use to yes where it should be.")


def _duplicate_rows(table: pd.DataFrame) -> Iterator[Problem]:
    repeated, people = equal_rows(table), equal_people(table)
    for where, twin in repeated.items():
        if where not in people:
            remedy = "Remove one; if they are two people or scans, distinguish them by subject or session."
            yield Problem(where, "", "", f"this is the same row as {twin}", remedy)


def _people_and_summary(table: pd.DataFrame) -> Iterator[Problem]:
    one_person = set(one_person_levels())
    for (_, cohort), rows in group_rows(table[table["use"] == "yes"], "cohort").items():
        levels = {level for _, level in rows}
        if levels & one_person and levels - one_person:
            rule = (
                f"cohort {cohort!r} has rows of single people and of their summary, which would count twice"
            )
            remedy = (
                "Set use to no for one of the two, or give the cohorts different names if the people differ."
            )
            yield Problem(rows[0][0], "cohort", cohort, rule, remedy)


def _scans_and_occupancy(table: pd.DataFrame) -> Iterator[Problem]:
    for (_, person), rows in group_rows(table[table["use"] == "yes"], "subject").items():
        if {"subject", "scan"} <= {level for _, level in rows}:
            rule = f"{person} has scans and an occupancy calculated from them, which would count twice"
            yield Problem(rows[0][0], "subject", person, rule, "Set use to no for one of the two.")


def _several_units(rows: pd.DataFrame, exposure: str) -> Iterator[Problem]:
    """Yield the first row of a drug whose unit of exposure differs from the others."""
    column = f"{exposure}_unit"
    units_given = rows.loc[rows[list(_EXPOSURE_COLUMNS[exposure])].notna().any(axis=1), column]
    units = sorted(set(units_given))
    if len(units) > 1:
        odd = "" if "" in units else units[-1]
        rule = f"{rows['drug'].iloc[0]} has several units of {exposure}"
        seen = ", ".join(unit or "(empty)" for unit in units)
        remedy = _SEVERAL_UNITS_REMEDY[exposure] if odd else "Fill in the unit."
        yield Problem(str(units_given.index[units_given == odd][0]), column, seen, rule, remedy)
