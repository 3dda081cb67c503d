"""Read a header as people write it: Dose (mg), Occupancy [%], SUBJECT."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.parse import is_missing
from petfit.evidence.quantities import FIXED_UNITS, PERCENT_WORDS, QUANTITY_COLUMNS, is_unit_of
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.statistics import statistic_name

__all__ = ["read_headers"]

_SYNONYMS = {
    **dict.fromkeys(["occupancy", "occ", "receptoroccupancy", "transporteroccupancy"], "value"),
    **dict.fromkeys(["conc", "plasmaconc", "plasmaconcentration"], "concentration"),
}
_QUANTITY_OF = {column: name for name, columns in QUANTITY_COLUMNS.items() for column in columns}
_UNIT_IN_BRACKETS = re.compile(r"(?P<name>.+?)[\s_,]*[(\[](?:in\s+)?(?P<unit>[^()\[\]]+(?:\([^()]*\))?)[)\]]")
_UNIT_AT_END = re.compile(r"(?P<name>.+?)(?:\s*,\s*|\s+in\s+|[\s_]+|(?=%))(?P<unit>[^\s_,]+)")
_LOGARITHM = re.compile(r"(?P<log>log10|log|ln)[\s_(]*(?P<name>.+?)\)?")
_LETTER = re.compile(r" \([A-Z]{1,3}\)$")
"""The letter of a workbook's column, which follows its header in messages."""


class _Header(NamedTuple):
    """What a header says: the column, and the unit of its numbers."""

    theirs: str
    column: str
    unit: str = ""

    @property
    def words(self) -> str:
        return f"{self.theirs!r} as {self.column}" + (f" in {self.unit}" if self.unit else "")


def read_headers(source: SourceTable, wide: str | None, extra: Collection[str]) -> SourceTable:
    """Give columns petfit's names where they are spelt another way, and read the units in headers.

    Parameters
    ----------
    source : SourceTable
        With the mapping of names applied.
    wide : str, optional
        The factor of a wide table, whose values have no column of their own.
    extra : collection of str
        Columns beyond the canonical ones.

    Raises
    ------
    EvidenceError
        When two columns would get the same name, or two headers give different units.
    """
    names = [str(name) for name in source.table.columns]
    headers = [header for name in names if (header := _header(source, name, extra, wide is not None))]
    problems = [*_clashes(headers, names), *_disagreeing_units(headers)]
    if problems:
        raise source.error(problems)
    renamed = {header.theirs: header.column for header in headers if header.theirs in names}
    labels = dict(source.column_labels)
    labels |= {new: source.column_labels.get(old, old) for old, new in renamed.items() if old != new}
    said = [header.words for header in headers]
    assumptions = [f"columns read by their headers: {', '.join(said)}"] if said else []
    read = source.next(source.table.rename(columns=renamed), assumptions=assumptions, column_labels=labels)
    for header in headers:
        if header.unit:
            read = _with_unit(read, header)
    return read


def _header(source: SourceTable, name: str, extra: Collection[str], is_wide: bool) -> _Header | None:
    """Return what a header says, or None where it is petfit's name or says nothing petfit knows."""
    if name in extra:
        return None
    if name in COLUMNS or name in STATISTICS:
        label = source.column_labels.get(name, name)
        return _mapped_unit(name, label) or _mapped_unit(name, _LETTER.sub("", label))
    if column := _column(name, extra, is_wide):
        return _Header(name, column)
    for pattern in (_UNIT_IN_BRACKETS, _UNIT_AT_END):
        match = pattern.fullmatch(name)
        column = _column(match["name"], extra, is_wide) if match else ""
        if match and column and is_unit_of(column, match["unit"]):
            return _Header(name, column, match["unit"].strip())
    match = _LOGARITHM.fullmatch(name.casefold())
    if match and _column(match["name"], extra, is_wide) == "concentration":
        return _Header(name, "concentration", match["log"])
    return None


def _mapped_unit(column: str, label: str) -> _Header | None:
    """Return the unit in the header of a column that the user mapped to petfit's name."""
    match = _UNIT_IN_BRACKETS.fullmatch(label) if label != column else None
    return _Header(column, column, match["unit"]) if match and is_unit_of(column, match["unit"]) else None


def _column(text: str, extra: Collection[str], is_wide: bool) -> str:
    key = spelling_key(text)
    names = _SYNONYMS | {spelling_key(name): name for name in (*COLUMNS, *STATISTICS, *extra)}
    statistic = statistic_name(text)
    column = names.get(key) or (statistic if statistic in ("value", "sd", "se", *STATISTICS) else None) or ""
    return "" if is_wide and column == "value" else column


def _clashes(headers: list[_Header], names: list[str]) -> Iterator[Problem]:
    columns = [header.column for header in headers if header.theirs != header.column]
    for header in headers:
        if header.theirs == header.column:
            continue
        if header.column in names or columns.count(header.column) > 1:
            rule = f"this and another column would both be read as {header.column}"
            remedy = f"Rename one, ignore it, or say which is meant: columns {header.column}={header.theirs}."
            yield Problem("header", header.theirs, "", rule, remedy)


def _disagreeing_units(headers: list[_Header]) -> Iterator[Problem]:
    first: dict[str, _Header] = {}
    for header in headers:
        quantity = _QUANTITY_OF.get(header.column, "")
        if header.unit and quantity:
            other = first.setdefault(quantity, header)
            if _standard(other.unit) != _standard(header.unit):
                rule = f"its unit is not that of {other.theirs!r}"
                remedy = f"Give the numbers of both in one unit, or in a column {quantity}_unit."
                yield Problem("header", header.theirs, header.unit, rule, remedy)


def _with_unit(source: SourceTable, header: _Header) -> SourceTable:
    """Write the unit of a header in the unit column; a row that gives another is a problem."""
    if header.column in FIXED_UNITS:
        return source
    column, unit = f"{_QUANTITY_OF[header.column]}_unit", header.unit
    given = list(source.table[column]) if column in source.table.columns else [""] * len(source.table)
    is_log = spelling_key(unit) in ("log", "ln", "log10")
    units, problems = [], []
    for where, text in zip(source.table.index, given, strict=True):
        if is_missing(text) or _standard(text) == _standard(unit):
            units.append(unit)
        elif is_log:
            units.append(f"{unit} {text}")
        else:
            units.append(text)
            rule = f"the header {header.theirs!r} gives the unit {unit}, and this row another"
            problems.append(Problem(str(where), column, text, rule, "Correct one of them."))
    return source.next(source.table.assign(**{column: units}), problems=problems)


def _standard(unit: str) -> str:
    return "percent" if spelling_key(unit) in PERCENT_WORDS else spelling_key(unit)
