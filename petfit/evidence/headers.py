"""Give columns the names, units and outcomes that their headers mean, and refuse what is unclear."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from petfit.errors import Problem
from petfit.evidence.header_meaning import Header, header_meaning, split_unit
from petfit.evidence.header_units import header_unit_problems, relative_spreads, with_units
from petfit.evidence.mapped_statistics import (
    mapped_statistic_problems,
    mapped_value_problems,
    means_of_medians,
)
from petfit.evidence.option_words import ignore_option
from petfit.evidence.outcome_words import outcome_of, split_outcome
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.table_format import TableFormat
from petfit.evidence.wide.target_names import is_target

__all__ = ["read_headers"]

_VALUES = {"value", "median"}
_CONVERTED = {"dvr": "bpnd", "change": "occupancy", "remaining": "occupancy"}
_RELATIVE_OUTCOMES = ("occupancy", "change", "remaining")
"""Outcomes that one column of numbers may be, as the user says."""


def read_headers(source: SourceTable, table_format: TableFormat, extra: Collection[str]) -> SourceTable:
    """Give columns petfit's names where they are spelt another way, and read units and outcomes in headers.

    Parameters
    ----------
    source : SourceTable
        With the mapping of names applied.
    table_format : TableFormat
        The factor of a wide table, whose values have no column of their own, and the outcome, which chooses
        a column of values where there are several.
    extra : collection of str
        Columns beyond the canonical ones.

    Raises
    ------
    EvidenceError
        When two columns would get the same name, two headers give different units, or a header gives another
        outcome than asked for.
    """
    names = source.names
    is_wide = table_format.wide is not None
    headers = [header for name in names if (header := header_meaning(source, name, extra, is_wide))]
    headers += [] if is_wide else _of_one_target(names, headers)
    headers = relative_spreads(source, headers, table_format)
    unit_problems = header_unit_problems(source, headers, table_format)
    wanted = table_format.outcome or table_format.constants.get("outcome")
    headers, left_out = _chosen_outcome(headers, wanted)
    names = [name for name in names if name not in left_out]
    problems = [
        *unit_problems,
        *mapped_value_problems(source, table_format),
        *mapped_statistic_problems(source, table_format),
        *_several_outcomes(headers, wanted),
        *_clashes(headers, names),
    ]
    if problems:
        raise source.error(problems)
    renamed = {header.theirs: header.column for header in headers}
    labels = dict(source.column_labels)
    labels |= {new: source.column_labels.get(old, old) for old, new in renamed.items() if old != new}
    said = [f"columns read by their headers: {', '.join(header.words for header in headers)}"] * bool(headers)
    said += [
        f"{column}: {labels[column]!r} gives no unit and is read in {unit}"
        for column, unit in (("time_h", "hours"), ("days_on_drug", "days"), ("weight", "kg"))
        if column in table_format.columns and column not in [header.column for header in headers]
    ]
    said += means_of_medians(source, table_format)
    said += [f"columns left out, as another outcome is asked for: {', '.join(left_out)}"] * bool(left_out)
    table = source.table.drop(columns=left_out).rename(columns=renamed)
    read = source.next(table, assumptions=said, column_labels=labels)
    read = with_units(read, headers, table_format)
    for header in headers:
        if header.outcome:
            read = _with_outcome(read, header)
    return read


def _of_one_target(names: list[str], headers: list[Header]) -> list[Header]:
    """Return the only column of values that there is, if its name is of a target: SERT occupancy."""
    if _VALUES & {*names, *(header.column for header in headers)}:
        return []
    found = []
    for name in names:
        base, unit = (name[1:].strip(), "%") if name.startswith("%") else split_unit(name, "value")
        rest, outcome = split_outcome(base, with_occ=True)
        if outcome and is_target(rest):
            found.append(Header(name, "value", unit, outcome))
    return found if len(found) == 1 else []


# --- outcomes -----------------------------------------------------------------------------------


def _chosen_outcome(headers: list[Header], wanted: str | None) -> tuple[list[Header], list[str]]:
    """Leave out columns of values of another outcome than the one asked for, if there are several."""
    values = _values(headers)
    if wanted in _RELATIVE_OUTCOMES and len(values) == 1 and values[0].outcome in _RELATIVE_OUTCOMES:
        headers = [header._replace(outcome=wanted) if header in values else header for header in headers]
        values = _values(headers)
    chosen = [header for header in values if _is_outcome(header, wanted)]
    if wanted is None or len(values) < 2 or len(chosen) != 1:
        return headers, []
    others = [header for header in values if header not in chosen]
    return [header for header in headers if header not in others], [header.theirs for header in others]


def _values(headers: list[Header]) -> list[Header]:
    return [header for header in headers if header.column == "value" and header.outcome]


def _is_outcome(header: Header, wanted: str | None) -> bool:
    return wanted in (header.outcome, _CONVERTED.get(header.outcome))


def _several_outcomes(headers: list[Header], wanted: str | None) -> Iterator[Problem]:
    values = _values(headers)
    names = ", ".join(header.theirs for header in values)
    outcomes = [header.outcome for header in values]
    if len(values) > 1 and len(set(outcomes)) == len(values):
        choices = " or ".join(f"--outcome {outcome}" for outcome in outcomes)
        yield Problem("header", names, "", "the table has several outcomes", f"Choose with {choices}.")
    elif wanted and values and not _is_outcome(values[0], wanted):
        rule = f"the header says {outcomes[0]}, and the outcome asked for is {wanted}"
        yield Problem("header", names, "", rule, "Leave out --outcome, or rename the column.")


def _with_outcome(source: SourceTable, header: Header) -> SourceTable:
    """Write the outcome of a header in the column for it; a row that gives another is a problem."""
    table = source.table
    given = source.cells("outcome")
    problems = [
        Problem(
            str(where),
            "outcome",
            text,
            f"the header {source.column_labels.get(header.column, header.theirs)!r} gives another outcome",
            "Correct one of them.",
        )
        for where, text in zip(table.index, given, strict=True)
        if not is_missing(text) and outcome_of(text) != header.outcome
    ]
    outcomes = [header.outcome if is_missing(text) else text for text in given]
    return source.next(table.assign(outcome=outcomes), problems=problems)


# --- names --------------------------------------------------------------------------------------


def _clashes(headers: list[Header], names: list[str]) -> Iterator[Problem]:
    by_column: dict[str, list[str]] = {}
    for header in headers:
        by_column.setdefault(header.column, []).append(header.theirs)
    for column, theirs in by_column.items():
        both = list(dict.fromkeys([*theirs, *([column] if column in names else [])]))
        outcomes = [header.outcome for header in headers if header.column == column and header.outcome]
        if len(both) > 1 and len(set(outcomes)) < len(both):
            others = (ignore_option(name for name in both if name != kept) for kept in both)
            remedy = f"Leave out what is not meant: {' or '.join(others)}."
            rule = f"these columns would all be read as {column}"
            yield Problem("header", ", ".join(both), "", rule, remedy)
