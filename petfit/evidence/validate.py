"""What a row must obey before anything is fitted to it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS
from petfit.evidence.ranges import extremes_problems, range_problems
from petfit.evidence.rows import Row, by_name

__all__ = ["row_problems", "table_problems"]

_SAME_ROW = [name for name in COLUMNS if name not in ("note", "source", "exclusion_reason", "use")]
_ROW_OF = {"range": "a range row", "extremes": "a row of extremes"}
_ONE_UNIT = {
    "dose": "Give the weight (kg) in every row whose dose is by kg, or convert the doses to one unit.",
    "concentration": "Give the drug's molar_mass in a drug table, or convert to one unit.",
}
_GIVEN = {"dose": ("dose", "dose_low"), "concentration": ("concentration", "concentration_loq")}
_LARGEST_FRACTIONS = {"value": 2.0, "low": 2.0, "high": 2.0, "sd": 1.0, "se": 1.0}


def row_problems(where: str, row: Row) -> Iterator[Problem]:
    """Yield all that is wrong with one row.

    Parameters
    ----------
    where : str
        The row's place.
    row : mapping of str to value
        Typed cells: numbers as floats, NaN where missing; text as text.
    """
    yield from _choices(where, row)
    yield from _always(where, row)
    if row["use"] == "no":
        if not row["exclusion_reason"]:
            yield Problem(
                where,
                "exclusion_reason",
                "",
                "a row left out needs its reason",
                "Say why in exclusion_reason.",
            )
        return
    if row["condition"] != "baseline":
        yield from _exposure(where, row)
    rules = {"subject": _subject, "group": _group, "range": _range, "extremes": _extremes, "scan": _scan}
    if row["level"] in rules:
        yield from rules[row["level"]](where, row)


def _choices(where: str, row: Row) -> Iterator[Problem]:
    for column in COLUMNS.values():
        seen = row[column.name]
        if column.kind == "choice" and seen and seen not in column.levels:
            yield Problem(
                where, column.name, seen, "not one of the allowed words", nearest(seen, column.levels)
            )


def _always(where: str, row: Row) -> Iterator[Problem]:
    if not row["drug"] and row["condition"] != "baseline":
        yield Problem(where, "drug", "", "every row needs a drug", "Name the drug.")
    for name in ("dose", "dose_low", "dose_high", "concentration", "time_h", "days_on_drug"):
        if row[name] < 0:
            yield Problem(where, name, f"{row[name]:g}", "may not be negative", "Write 0 or more.")
    if row["fp"] <= 0 or row["fp"] > 1:
        remedy = "Write a fraction, as 0.02 for 2 % free, or leave it empty."
        yield Problem(where, "fp", f"{row['fp']:g}", "a free fraction lies above 0 and at most at 1", remedy)
    for name in ("sd", "se", "weight", "concentration_sd", "concentration_loq"):
        if row[name] <= 0:
            remedy = "Leave it empty where it is not known."
            yield Problem(where, name, f"{row[name]:g}", "must be above 0", remedy)
    n = row["n"]
    if n < 1 or (not math.isnan(n) and n != round(n)):
        yield Problem(
            where, "n", f"{n:g}", "must be a whole number of people, 1 or more", "Count the people."
        )
    if row["low"] >= row["high"]:
        seen = f"{row['low']:g} to {row['high']:g}"
        yield Problem(where, "low, high", seen, "low must lie below high", "Swap or mend them.")
    if row["outcome"] == "occupancy":
        for name, largest in _LARGEST_FRACTIONS.items():
            if abs(row[name]) > largest:
                remedy = "If the table holds percent, add a column value_unit that says percent in each row."
                yield Problem(
                    where, name, f"{row[name]:g}", "an occupancy is a fraction and lies near 0 to 1", remedy
                )


def _exposure(where: str, row: Row) -> Iterator[Problem]:
    if row["concentration"] < row["concentration_loq"]:
        seen = f"{row['concentration']:g} below {row['concentration_loq']:g}"
        remedy = "Leave the concentration empty; the limit then counts, and the row is censored."
        yield Problem(where, "concentration", seen, "it lies below its limit of quantification", remedy)
    if not all(math.isnan(row[name]) for name in ("dose", "concentration", "concentration_loq")):
        return
    if math.isnan(row["dose_low"]) or math.isnan(row["dose_high"]):
        rule = "a fitted row needs a dose, a range of doses or a concentration"
        yield Problem(where, "dose", "", rule, "Fill it, or set use to no.")
    elif row["dose_low"] >= row["dose_high"]:
        seen = f"{row['dose_low']:g} to {row['dose_high']:g}"
        yield Problem(
            where, "dose_low, dose_high", seen, "dose_low must lie below dose_high", "Swap or mend them."
        )


def _occupancy(where: str, row: Row) -> Iterator[Problem]:
    if row["outcome"] in ("bpnd", "vt"):
        remedy = "Give the occupancy itself, or set use to no."
        yield Problem(where, "outcome", row["outcome"], f"a {row['level']} row holds an occupancy", remedy)


def _value(where: str, row: Row) -> Iterator[Problem]:
    yield from _occupancy(where, row)
    if math.isnan(row["value"]):
        yield Problem(where, "value", "", f"a {row['level']} row needs a value", "Fill it, or set use to no.")


def _subject(where: str, row: Row) -> Iterator[Problem]:
    yield from _value(where, row)
    for name in ("sd", "se"):
        if not math.isnan(row[name]):
            remedy = "Leave it empty, or set level to group and give n."
            yield Problem(where, name, f"{row[name]:g}", "one person has no sd or se of a mean", remedy)
    if row["n"] > 1:
        yield Problem(where, "n", f"{row['n']:g}", "a subject row is one person", "Set level to group.")


def _group(where: str, row: Row) -> Iterator[Problem]:
    yield from _value(where, row)
    n, sd, se = row["n"], row["sd"], row["se"]
    if math.isnan(n):
        remedy = "Give the number of people, or set use to no with the reason."
        yield Problem(where, "n", "", "a group row needs n", remedy)
        return
    if n == 1 and not (math.isnan(sd) and math.isnan(se)):
        yield Problem(where, "n", "1", "one person has no sd or se", "Mend n, or leave sd and se empty.")
    if sd > 0 and se > 0 and abs(se * math.sqrt(n) / sd - 1) > 0.1:
        seen = f"sd {sd:g}, se {se:g}, n {n:g}"
        yield Problem(where, "sd, se", seen, "sd is not se times the root of n", "Keep the one published.")


def _range(where: str, row: Row) -> Iterator[Problem]:
    yield from _occupancy(where, row)
    for name in ("low", "high"):
        if math.isnan(row[name]):
            rule = f"{_ROW_OF[row['level']]} needs low and high"
            yield Problem(where, name, "", rule, "Fill it, or set use to no.")
    for name in ("value", "sd", "se"):
        if not math.isnan(row[name]):
            remedy = "Leave it empty, or set level to group."
            rule = f"{_ROW_OF[row['level']]} has only low and high"
            yield Problem(where, name, f"{row[name]:g}", rule, remedy)


def _extremes(where: str, row: Row) -> Iterator[Problem]:
    yield from _range(where, row)
    yield from extremes_problems(where, row)


def _scan(where: str, row: Row) -> Iterator[Problem]:
    if row["outcome"] not in ("bpnd", "vt"):
        rule = "a scan row holds a binding potential or a volume of distribution"
        yield Problem(where, "outcome", row["outcome"], rule, "Write bpnd or vt.")
    if math.isnan(row["value"]):
        yield Problem(where, "value", "", "a scan row needs a value", "Fill it, or set use to no.")
    if row["outcome"] == "vt" and row["value"] <= 0:
        yield Problem(where, "value", f"{row['value']:g}", "a V_T lies above 0", "Mend it, or set use to no.")
    if not row["subject"]:
        remedy = "Name the person, so that scans with and without drug find each other."
        yield Problem(where, "subject", "", "a scan row needs its person", remedy)
    if row["n"] > 1:
        yield Problem(where, "n", f"{row['n']:g}", "a scan row is one person", "Give one row per person.")
    for name in ("sd", "se", "low", "high"):
        if not math.isnan(row[name]):
            remedy = "Leave it empty; the noise of scans is a part of the model."
            yield Problem(where, name, f"{row[name]:g}", "a scan row holds one value", remedy)
    if row["condition"] == "baseline" and (row["dose"] > 0 or row["concentration"] > 0):
        seen = f"{max(row['dose'], row['concentration']):g}"
        rule = "a baseline scan has no drug on board"
        yield Problem(where, "condition", seen, rule, "Set condition to drug, or leave the exposure empty.")


def table_problems(table: pd.DataFrame) -> Iterator[Problem]:
    """Yield what is wrong between rows: an empty table, the same row or the same people twice."""
    if table.empty:
        yield Problem("table", "", "", "there is not one row below the header", "Add the evidence.")
        return
    used = table[table["use"] == "yes"]
    if used.empty:
        yield Problem(
            "table", "use", "no", "not one row is to be fitted", "Set use to yes where it should be."
        )
    for where, twin in _twins(table):
        remedy = "Remove one; if they are two people or scans, tell them apart by subject or session."
        yield Problem(where, "", "", f"the same row as {twin}", remedy)
    for (_, cohort), rows in by_name(used, "cohort").items():
        levels = {level for _, level in rows}
        if levels & {"subject", "scan"} and levels - {"subject", "scan"}:
            rule = f"cohort {cohort!r} is there as people and as their summary, so they would count twice"
            remedy = "Set use to no for one of the two, or name the cohorts apart if they are other people."
            yield Problem(rows[0][0], "cohort", cohort, rule, remedy)
    for (_, person), rows in by_name(used, "subject").items():
        if {"subject", "scan"} <= {level for _, level in rows}:
            rule = f"{person} is there by scans and by an occupancy made of them, so they would count twice"
            remedy = "Set use to no for one of the two."
            yield Problem(rows[0][0], "subject", person, rule, remedy)
    yield from range_problems(table)
    for _, of_drug in used.groupby("drug", sort=False):
        for exposure in _ONE_UNIT:
            yield from _unit_problems(of_drug, exposure)


def _unit_problems(rows: pd.DataFrame, exposure: str) -> Iterator[Problem]:
    """Yield where the rows of one drug first leave the unit of the others."""
    column = f"{exposure}_unit"
    given = rows[[name for name in rows.columns if name in _GIVEN[exposure]]].notna().any(axis=1)
    found = rows[column][given]
    units = sorted(set(found))
    if len(units) > 1:
        odd = "" if "" in units else units[-1]
        rule = f"{rows['drug'].iloc[0]} has several units of {exposure}"
        seen = ", ".join(unit or "(empty)" for unit in units)
        remedy = _ONE_UNIT[exposure] if odd else "Fill in the unit."
        yield Problem(str(found.index[found == odd][0]), column, seen, rule, remedy)


def _twins(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    others = [name for name in table.columns if name not in COLUMNS]
    first: dict[tuple[str, ...], str] = {}
    for where, *cells in table[[*_SAME_ROW, *others]].itertuples():
        key = tuple(map(str, cells))
        if key in first:
            yield str(where), first[key]
        else:
            first[key] = str(where)
