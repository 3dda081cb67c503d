"""A row of units between the header and the data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable

__all__ = ["read_units_row"]

_NUMERIC = {**COLUMNS, **STATISTICS}
_SAME_UNIT = {"h": ("h", "hr", "hrs", "hour", "hours"), "day": ("d", "day", "days"), "kg": ("kg",)}
_NO_UNIT = ("", "n", "-", "1", "people", "subjects", "number", "count", "fraction", "unitless")


def read_units_row(source: SourceTable) -> SourceTable:
    """Take the units from a first row that has units and nothing else.

    Such a row has text in columns of numbers only, at least one in parentheses or brackets.

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
    if not units or not _is_units_row(cells, units):
        return source
    table = source.table.iloc[1:]
    new_columns = {column: unit for _, column, unit in _unit_columns(units) if column not in table.columns}
    problems = list(_problems(where, units, new_columns))
    words = ", ".join(f"{name} in {unit}" for name, unit in units.items())
    return source.next(
        table.assign(**new_columns),
        assumptions=[f"{where} read as a row of units: {words}"],
        problems=problems,
    )


def _unit(text: str) -> str:
    return re.sub(r"^[(\[](.*)[)\]]$", r"\1", text.strip()).strip()


def _is_units_row(cells: dict[str, str], units: dict[str, str]) -> bool:
    has_brackets = any(re.fullmatch(r"[(\[].+[)\]]", cells[name].strip()) for name in units)
    no_numbers = not any(re.fullmatch(r"[-+.,\d\s%]*\d[-+.,\d\s%]*", text) for text in units.values())
    numeric = all(name not in _NUMERIC or _NUMERIC[name].kind == "number" for name in units)
    return has_brackets and no_numbers and numeric


def _unit_columns(units: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for name, unit in units.items():
        column = _NUMERIC[name].unit if name in _NUMERIC else "value_unit"
        if column in COLUMNS:
            yield name, column, unit


def _problems(where: str, units: dict[str, str], new_columns: dict[str, str]) -> Iterator[Problem]:
    for name, column, unit in _unit_columns(units):
        if new_columns.get(column, unit) != unit:
            rule = f"this unit and {new_columns[column]} are given for columns of one unit"
            yield Problem(where, name, unit, rule, f"Remove the row of units and give {column} in each row.")
    for name, unit in units.items():
        wanted = _NUMERIC[name].unit if name in _NUMERIC else ""
        if (
            name in _NUMERIC
            and wanted not in COLUMNS
            and unit.lower() not in _SAME_UNIT.get(wanted, _NO_UNIT)
        ):
            rule = f"this column is in {wanted}" if wanted else "this column has no unit"
            yield Problem(where, name, unit, rule, "Convert the numbers and remove the unit.")
