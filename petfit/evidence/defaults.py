"""Defaults for what a table leaves out; each one that is used is noted as an assumption."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.outcome_words import split_condition
from petfit.evidence.parse import DASHES
from petfit.evidence.placebo import is_placebo
from petfit.evidence.rows import Row, each_row
from petfit.evidence.source_table import SourceTable

__all__ = ["fill_defaults"]


class _Default(NamedTuple):
    """How to fill an empty cell of a column, and what that means, by the value where there are several."""

    column: str
    value: Callable[[Row], str]
    meaning: str | dict[str, str]


def _level(row: Row) -> str:
    if row["outcome"] in ("bpnd", "vt"):
        return "scan"
    given = {name for name in ("sd", "se", "low", "high", "value") if pd.notna(row[name])}
    if {"low", "high"} & given and "value" not in given:
        return "range"
    is_person = bool(row["subject"]) or row["n"] == 1
    return "group" if row["n"] > 1 or ({"sd", "se"} & given and not is_person) else "subject"


def _outcome(row: Row) -> str:
    return "" if row["level"] == "scan" else "occupancy"


def _condition(row: Row) -> str:
    if row["level"] != "scan":
        return ""
    exposures = [row[name] for name in ("dose", "concentration")]
    if any(exposure > 0 for exposure in exposures):
        return "drug"
    return "baseline" if not row["drug"] or 0 in exposures else "drug"


def _cohort(row: Row) -> str:
    exposures = [
        row[name] for name in ("dose", "dose_low", "dose_high", "concentration") if pd.notna(row[name])
    ]
    return " ".join([f"{row['study']}, {row['drug']}", *(f"{exposure:g}" for exposure in exposures[:2])])


def _has_one_region(rows: Sequence[Row]) -> bool:
    """Whether all rows are scans, none names its region, and no person has two in one session."""
    scan = ("study", "subject", "drug", "dose", "condition", "time_h", "session")
    sessions = Counter(tuple(str(row[name]) for name in scan) for row in rows)
    are_scans = all(row["level"] == "scan" and not row["region"] for row in rows)
    return are_scans and max(sessions.values(), default=0) == 1


_DEFAULTS = (
    _Default("study", lambda _: "this study", "every row belongs to one study"),
    _Default("value_unit", lambda _: "fraction", "occupancies are fractions"),
    _Default("dose_unit", lambda _: "mg/day", "doses are in mg/day"),
    _Default("use", lambda _: "yes", "every row is fitted"),
    _Default(
        "level",
        _level,
        {
            "subject": "read as one person each, with their own se if there is one",
            "group": "with n > 1, or with sd or se and neither a subject nor n = 1, read as groups",
            "range": "with low and high read as ranges",
            "scan": "of BP_ND or V_T read as scans",
        },
    ),
    _Default("region", lambda _: "this region", "every scan is of one region"),
    _Default("outcome", _outcome, "every value is an occupancy"),
    _Default("condition", _condition, "a scan with dose 0 or without a drug is a baseline"),
    _Default("cohort", _cohort, "one cohort per study, drug and dose"),
)
"""In order: a later default can depend on an earlier one."""


def fill_defaults(source: SourceTable) -> SourceTable:
    """Fill the gaps of a typed table that has every canonical column."""
    rows = [dict(row) for _, row in each_row(source.table)]
    problems = [*_ambiguous_error(source), *_ambiguous_level(source), *_excluded_in_words(source)]
    problems += [*_ambiguous_scans(rows, source), *_several_people(source)]
    filled, assumptions = {}, []
    for column, value, meaning in _DEFAULTS:
        empty = [row for row in rows if row[column] == ""]
        if column == "region" and not _has_one_region(rows):
            continue
        for row in empty:
            row[column] = value(row)
        if any(row[column] for row in empty):
            filled[column] = [row[column] for row in rows]
            doses = ("dose", "dose_low")
            if column == "dose_unit" and not any(pd.notna(row[name]) for row in empty for name in doses):
                continue
            assumptions.append(f"{column} not given: {_words(meaning, [row[column] for row in empty])}")
    scans = [row["condition"] for row in rows if row["level"] == "scan" and row["use"] == "yes"]
    if scans and "baseline" not in scans:
        assumptions.append(
            "no scan is a baseline: binding without the drug follows from the curve and its prior"
        )
    if any(pd.notna(row["concentration"]) and not row["concentration_unit"] for row in rows):
        assumptions.append("concentration_unit not given: concentrations are in one unit, whatever it is")
    return source.next(source.table.assign(**filled), assumptions=assumptions, problems=problems)


def _words(meaning: str | dict[str, str], values: list[str]) -> str:
    """Return what filling in these values means, with the number of rows of each where there are several."""
    if isinstance(meaning, str):
        return meaning
    counts = {value: values.count(value) for value in meaning if value in values}
    return "; ".join(f"{n} {'row' if n == 1 else 'rows'} {meaning[value]}" for value, n in counts.items())


_EXCLUDED = re.compile(
    r"\W*(?:exclu|outlier|not used|not analy[sz]ed|discard|dropped|ausgeschlossen|escluso|除外|排除)",
    re.IGNORECASE,
)
"""How a note begins that excludes its row."""


def _excluded_in_words(source: SourceTable) -> Iterator[Problem]:
    """Yield the rows that a reason or a note excludes, and ``use`` does not."""
    for where, row in each_row(source.table):
        noted = row["note"] if _EXCLUDED.match(row["note"]) else ""
        if not row["use"] and (text := row["exclusion_reason"] or noted):
            column = "exclusion_reason" if row["exclusion_reason"] else "note"
            rule = "this says that the row is excluded, and use is empty"
            remedy = "Write no in use and the reason in exclusion_reason to leave the row out, yes to fit it."
            yield Problem(where, column, text, rule, remedy)


def _ambiguous_scans(rows: Sequence[Row], source: SourceTable) -> Iterator[Problem]:
    """Yield the scans with a dose that may be baselines: in a session called so, or at 0 h beside others."""
    scans = [
        (str(where), row)
        for where, row in zip(source.table.index, rows, strict=True)
        if row["outcome"] in ("bpnd", "vt") and row["use"] != "no"
    ]
    unsaid = [(where, row) for where, row in scans if not row["condition"] and row["dose"] > 0]
    later = {_person(row) for _, row in unsaid if row["time_h"] > 0}
    baselines = {_person(row) for _, row in scans if row["condition"] == "baseline" or row["dose"] == 0}
    later -= baselines
    alone = {_person(row) for _, row in unsaid if row["subject"]} - baselines
    first: dict[tuple[str, ...], str] = {}
    for where, row in unsaid:
        remedy = (
            "Write baseline in a column condition if it is without the drug, drug if it is not; if no scan "
            "is, use --set condition=drug."
        )
        is_without = is_placebo(row["session"]) or _OFF.search(row["session"])
        if is_without or split_condition(row["session"])[1] == "baseline":
            rule = f"its dose is {row['dose']:g}, and the session is called {row['session']}"
            yield Problem(where, "session", row["session"], rule, remedy)
        elif row["time_h"] == 0 and _person(row) in later:
            rule = (
                "this scan with a dose is at 0 h, and others of the person are later, none of them a baseline"
            )
            yield Problem(where, "time_h", "0", rule, remedy)
        elif (
            _person(row) in alone
            and first.setdefault(tuple(str(row[name]) for name in _SCAN), where) != where
        ):
            rule = "this scan has the dose of another one of this person, who has no baseline"
            yield Problem(where, "session", row["session"], rule, remedy)


_SCAN = ("study", "subject", "drug", "region", "tracer", "dose", "time_h", "concentration")
_OFF = re.compile(r"(?<![^\W_])(?:off|wash[\s-]?out)(?![^\W_])", re.IGNORECASE)


def _person(row: Row) -> tuple[str, str]:
    return row["study"], row["subject"]


_RANGE = re.compile(rf"(\D*?)(\d+)\s*(?:[{DASHES}-]|to|bis|through)\s*\1(\d+)", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\D*\d+(?:\s*(?:[,;&]|and|und|et)\s*\D*\d+)+|\d+\s*(?:subjects|people|patients|volunteers|participants)|"
    r"(?:all|pooled)(?:\s.*)?|(?:group|cohort|arm)\s*\w{0,3}",
    re.IGNORECASE,
)
"""Several names in one cell, a number of people, or the name of a group."""


def _several_people(source: SourceTable) -> Iterator[Problem]:
    """Yield the rows of a subject that seems to be several people, such as 1-5, where nothing says so."""
    matches = map(_RANGE.fullmatch, {*source.cells("subject")})
    ends = [
        end for pair in sorted((int(match[2]), int(match[3])) for match in matches if match) for end in pair
    ]
    are_ranges = all(low < high < low + 50 for low, high in pairwise(ends))
    for where, row in each_row(source.table):
        text = row["subject"]
        is_said = row["level"] or row["n"] > 1 or row["use"] == "no"
        if not is_said and (_PEOPLE.fullmatch(text) or (are_ranges and _RANGE.fullmatch(text))):
            rule = "this may be several people, whose mean the row is, or the name of one"
            remedy = "Use --set level=group, with their number in n, or --set level=subject if each is one."
            yield Problem(where, "subject", text, rule, remedy)


_OF_MEAN = re.compile(r"sem\b|mean", re.IGNORECASE)


def _ambiguous_error(source: SourceTable) -> Iterator[Problem]:
    """Yield the first row whose se may be that of a group's mean or of one person's own number."""
    if _OF_MEAN.search(source.column_labels.get("se", "")):
        return
    for where, row in each_row(source.table):
        is_said = row["level"] or row["subject"] or row["cohort"] or row["outcome"] in ("bpnd", "vt")
        if not is_said and pd.notna(row["se"]) and pd.isna(row["sd"]) and pd.isna(row["n"]):
            rule = (
                "this is the standard error of a group's mean or of one person's own number, and no level, "
                "n, subject or cohort says of which"
            )
            remedy = "Say so with --set level=group or --set level=subject."
            yield Problem(where, "se", f"{row['se']:g}", rule, remedy)
            return


def _ambiguous_level(source: SourceTable) -> Iterator[Problem]:
    """Yield the first row among groups that may be a group's mean or one person."""
    rows = [(where, row) for where, row in each_row(source.table) if row["use"] != "no"]
    unsaid = [(where, row) for where, row in rows if not (row["level"] or row["subject"] or row["cohort"])]
    alone = [
        (where, row)
        for where, row in unsaid
        if _level(row) == "subject" and pd.isna(row["n"]) and pd.isna(row["se"]) and pd.notna(row["value"])
    ]
    if alone and any(_level(row) == "group" for _, row in unsaid):
        where, row = alone[0]
        more = f" and {len(alone) - 1} more rows" if len(alone) > 2 else " and 1 more row" * (len(alone) - 1)
        rule = "other rows are of groups, and no n, sd, subject or level says whether this one is"
        are_groups = len(alone) + sum(_level(row) == "group" for _, row in unsaid) == len(rows)
        group = "Use --set level=group" if are_groups else "Write group in a column level"
        remedy = f"{group} if it is a group's mean, or write 1 in n if it is one person."
        yield Problem(where, "n", f"value {row['value']:g}{more}", rule, remedy)
