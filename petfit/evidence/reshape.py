"""From a wide table, with one column for each level of a factor, to a long one."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS
from petfit.evidence.parse import is_missing_number
from petfit.evidence.source_table import SourceTable

__all__ = ["value_columns", "wide_to_long"]

_SIMILARITY_CUTOFF = 0.75
_PEOPLE_COLUMNS = {"subject", "cohort", "n", "sd", "se"}
"""Where a wide table has one of these, a line is not simply one unnamed person."""


def wide_to_long(source: SourceTable, wide: str | None, extra: Collection[str]) -> SourceTable:
    """Make one row of each value of a wide table; return a long table unchanged.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    wide : str, optional
        The factor whose levels are the columns that are neither canonical nor in `extra`.
    extra : collection of str
        Columns beyond the canonical ones.

    Raises
    ------
    EvidenceError
        When the factor is unknown, the table already has it or a column of values, no column of values is
        left, or the name of one resembles a canonical column.
    """
    if wide is None:
        return source
    levels = value_columns(source, wide, extra)
    if problems := list(_problems(source, wide, levels, extra)):
        raise source.error(problems)
    rows, wide_cells = [], {}
    for where, row in zip(source.table.index, source.table.to_dict("records"), strict=True):
        for level in levels:
            if is_missing_number(row[level]):
                continue
            wide_cells[f"{where}, column {level}"] = (str(where), level)
            rows.append({**row, wide: level, "value": row[level]})
    others = [name for name in source.table.columns if name not in levels]
    index = pd.Index(list(wide_cells), dtype=object)
    table = pd.DataFrame(rows, index=index, columns=[*others, wide, "value"], dtype=object)
    if _PEOPLE_COLUMNS & set(others):
        return source.next(table, wide_cells=wide_cells)
    table["subject"] = [line for line, _ in wide_cells.values()]
    assumption = f"subject not given: each line of the table, wide in {wide}, is one person"
    return source.next(table, assumptions=[assumption], wide_cells=wide_cells)


def value_columns(source: SourceTable, wide: str | None, extra: Collection[str]) -> list[str]:
    """Return the columns of a wide table that contain values: those neither canonical nor in `extra`."""
    return [name for name in source.table.columns if wide and name not in COLUMNS and name not in extra]


def _problems(source: SourceTable, wide: str, levels: list[str], extra: Collection[str]) -> Iterator[Problem]:
    factors = {column.name for column in COLUMNS.values() if column.kind == "text"} | set(extra)
    if wide not in factors:
        yield Problem("wide", wide, "", "a table cannot be wide in this", nearest(wide, factors))
    for name in (wide, "value"):
        if name in source.table.columns:
            rule = f"a table that is wide in {wide} cannot have this column"
            yield Problem("header", name, "", rule, "Ignore or remove it, or leave out wide.")
    if not levels:
        rule = f"a table that is wide in {wide} needs columns named by its levels, and this one has none"
        yield Problem("header", "", "", rule, "Leave out wide if each row has one value.")
    for level in levels:
        if similar := difflib.get_close_matches(level.lower(), COLUMNS, n=1, cutoff=_SIMILARITY_CUTOFF):
            rule = f"this may be a {wide} or a misspelt {similar[0]}"
            yield Problem("header", level, "", rule, "Rename, map or ignore it.")
