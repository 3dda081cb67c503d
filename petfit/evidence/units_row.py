"""A row of units between the header and the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.quantities import FIXED_UNITS, is_unit_of
from petfit.evidence.source_table import SourceTable

__all__ = ["read_units_row"]

_KNOWN = {**COLUMNS, **STATISTICS}
_NO_UNIT = ("", "n", "-", "1", "people", "subjects", "number", "count", "fraction", "unitless")


def read_units_row(source: SourceTable) -> SourceTable:
    """Take the units from a first row that has units and nothing else.

    Such a row has no number, and a unit or nothing in each column of numbers.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    """
    if source.table.empty:
        return source
    where = str(source.table.index[0])
    cells = {str(name): text for name, text in source.table.iloc[0].items()}
    units = {name: _unit(text) for name, text in cells.items() if not is_missing(text)}
    units = {name: unit for name, unit in units.items() if not _is_text_column(name)}
    if not units or not _is_units_row(cells, units):
        return source
    source = replace(source, table=source.table.iloc[1:])
    columns = {column: unit for _, column, unit in _unit_columns(units)}
    filled = {
        column: [unit if is_missing(text) else text for text in source.cells(column)]
        for column, unit in columns.items()
    }
    fixed = {name: unit for name, unit in units.items() if name in FIXED_UNITS and is_unit_of(name, unit)}
    words = ", ".join(f"{name} in {unit}" for name, unit in units.items())
    return source.next(
        source.table.assign(**filled),
        assumptions=[f"{where} read as a row of units: {words}"],
        problems=list(_problems(where, source, units, columns)),
        header_units={**source.header_units, **fixed},
    )


def _is_text_column(name: str) -> bool:
    return name in _KNOWN and _KNOWN[name].kind != "number"


def _unit(text: str) -> str:
    return re.sub(r"^[(\[](.*)[)\]]$", r"\1", text.strip()).strip()


def _is_units_row(cells: dict[str, str], units: dict[str, str]) -> bool:
    if any(parse_number(text) is not None for text in units.values()):
        return False
    is_unit = {name: is_unit_of(name if name in _KNOWN else "value", unit) for name, unit in units.items()}
    in_brackets = all(re.fullmatch(r"[(\[].+[)\]]", cells[name].strip()) for name in units)
    others_fit = all(
        is_unit[name] or unit.lower() in _NO_UNIT or (in_brackets and name in _KNOWN)
        for name, unit in units.items()
    )
    return any(is_unit.values()) and others_fit


def _unit_columns(units: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for name, unit in units.items():
        column = _KNOWN[name].unit if name in _KNOWN else "value_unit"
        if column in COLUMNS:
            yield name, column, unit


def _problems(
    where: str, source: SourceTable, units: dict[str, str], columns: dict[str, str]
) -> Iterator[Problem]:
    for name, column, unit in _unit_columns(units):
        given = {text for text in source.cells(column) if not is_missing(text)}
        others = {columns[column], *given} - {unit}
        if others:
            rule = f"the columns of one unit, {column}, have this unit and {', '.join(sorted(others))}"
            yield Problem(where, name, unit, rule, f"Remove the row of units and give {column} in each row.")
    for name, unit in units.items():
        is_plain = name in _KNOWN and _KNOWN[name].unit not in COLUMNS
        if is_plain and unit.lower() not in _NO_UNIT and not (name in FIXED_UNITS and is_unit_of(name, unit)):
            wanted = _KNOWN[name].unit
            rule = f"this column is in {wanted}" if wanted else "this column has no unit"
            yield Problem(where, name, unit, rule, "Convert the numbers and remove the unit.")
