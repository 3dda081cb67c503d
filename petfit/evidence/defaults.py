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
    rows = [dict(row) for _, row in each_row(table)]
    said = []
    for name, rule, meaning in rules:
        empty = [row for row in rows if row[name] == ""]
        for row in empty:
            row[name] = rule(row)
        if any(row[name] for row in empty):
            table[name] = [row[name] for row in rows]
            said.append(f"{name} not given: {meaning}")
    return said


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
