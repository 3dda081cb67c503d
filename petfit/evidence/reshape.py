"""From a wide table, one column a level of a factor, to the long one."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.cells import Cells
from petfit.evidence.columns import COLUMNS
from petfit.evidence.parse import is_missing

__all__ = ["lengthened", "levels"]

_ALIKE = 0.75
_SAME_PEOPLE = {"subject", "cohort", "n", "sd", "se"}
"""Columns that say, or mean, that somebody else than one person stands behind a line."""


def lengthened(cells: Cells, wide: str | None, extra: Collection[str]) -> Cells:
    """Return one row per value of a wide table; a table that is not wide is returned as it is.

    Parameters
    ----------
    cells : Cells
        With petfit's names of columns.
    wide : str, optional
        The factor whose levels are the names of all columns that are neither canonical nor in `extra`.
    extra : collection of str
        Columns beyond the canonical ones.

    Raises
    ------
    EvidenceError
        When the factor is unknown, the table has it or a column of values already, no column is left to
        hold values, or the name of one is much like a canonical one.
    """
    if wide is None:
        return cells
    names = levels(cells, wide, extra)
    if problems := list(_problems(cells, wide, names, extra)):
        raise cells.error(problems)
    rows, unpivoted = [], {}
    for where, row in zip(cells.table.index, cells.table.to_dict("records"), strict=True):
        for level in names:
            if is_missing(row[level]):
                continue
            unpivoted[f"{where}, column {level}"] = (str(where), level)
            rows.append({**row, wide: level, "value": row[level]})
    others = [name for name in cells.table.columns if name not in names]
    index = pd.Index(list(unpivoted), dtype=object)
    table = pd.DataFrame(rows, index=index, columns=[*others, wide, "value"], dtype=object)
    if _SAME_PEOPLE & set(others):
        return cells.having(table, unpivoted=unpivoted)
    table["subject"] = [line for line, _ in unpivoted.values()]
    said = f"subject not given: each line of the table, wide in {wide}, is one person"
    return cells.having(table, default=said, unpivoted=unpivoted)


def levels(cells: Cells, wide: str | None, extra: Collection[str]) -> list[str]:
    """Return the columns of a wide table that hold values: those neither canonical nor in `extra`."""
    return [name for name in cells.table.columns if wide and name not in COLUMNS and name not in extra]


def _problems(cells: Cells, wide: str, names: list[str], extra: Collection[str]) -> Iterator[Problem]:
    factors = {column.name for column in COLUMNS.values() if column.kind == "text"} | set(extra)
    if wide not in factors:
        yield Problem("wide", wide, "", "the table cannot be wide in this", nearest(wide, factors))
    for name in (wide, "value"):
        if name in cells.table.columns:
            rule = f"a table that is wide in {wide} cannot have this column"
            yield Problem("header", name, "", rule, "Ignore or remove it, or leave out wide.")
    if not names:
        rule = f"a table that is wide in {wide} needs columns named by its levels, and has none"
        yield Problem("header", "", "", rule, "Leave out wide where each row has one value.")
    for level in names:
        alike = difflib.get_close_matches(level.lower(), COLUMNS, n=1, cutoff=_ALIKE)
        if alike:
            rule = f"this may be a {wide} or a misspelt {alike[0]}"
            yield Problem("header", level, "", rule, "Rename, map or ignore it.")
