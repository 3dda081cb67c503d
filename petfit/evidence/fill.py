"""The defaults of what a table leaves out; each one used is named in a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from petfit.evidence.rows import Row, each_row

__all__ = ["fill"]


def fill(table: pd.DataFrame) -> list[str]:
    """Fill the gaps of a typed table of every canonical column, in place.

    Parameters
    ----------
    table : pandas.DataFrame
        Text is "" and numbers are NaN where missing.

    Returns
    -------
    list of str
        One sentence per default used.
    """
    rules: list[tuple[str, Callable[[Row], str], str]] = [
        ("study", lambda _: "this study", "every row belongs to one study"),
        ("value_unit", lambda _: "fraction", "occupancies are fractions"),
        ("dose_unit", lambda _: "mg/day", "doses are in mg/day"),
        ("use", lambda _: "yes", "every row is fitted"),
        (
            "level",
            _level,
            "a row with n > 1, sd or se is a group, one with low and high a range, one of BP_ND or V_T a "
            "scan, any other a person",
        ),
        ("outcome", _outcome, "every value is an occupancy"),
        ("condition", _condition, "a scan at dose 0, or of nobody's drug, is a baseline"),
        ("cohort", _cohort, "one cohort per study, drug and dose"),
    ]
    return [f"{name} not given: {meaning}" for name, rule, meaning in rules if _fill(table, name, rule)]


def _fill(table: pd.DataFrame, name: str, rule: Callable[[Row], str]) -> bool:
    """Fill the missing cells of one column by a rule of the row; say whether it filled any."""
    empty = table.index[table[name] == ""]
    filled = [rule(row) for _, row in each_row(table.loc[empty])]
    table.loc[empty, name] = filled
    return any(filled)


def _outcome(row: Row) -> str:
    return "" if row["level"] == "scan" else "occupancy"


def _condition(row: Row) -> str:
    if row["level"] != "scan":
        return ""
    exposures = [row[name] for name in ("dose", "concentration", "concentration_loq")]
    if any(one > 0 for one in exposures):
        return "drug"
    return "baseline" if not row["drug"] or 0 in exposures else "drug"


def _level(row: Row) -> str:
    if row["outcome"] in ("bpnd", "vt"):
        return "scan"
    given = {name for name in ("sd", "se", "low", "high", "value") if pd.notna(row[name])}
    if {"low", "high"} & given and "value" not in given:
        return "range"
    return "group" if {"sd", "se"} & given or row["n"] > 1 else "subject"


def _cohort(row: Row) -> str:
    ends = [row[name] for name in ("dose", "dose_low", "dose_high", "concentration") if pd.notna(row[name])]
    return " ".join([f"{row['study']}, {row['drug']}", *(f"{end:g}" for end in ends[:2])])
