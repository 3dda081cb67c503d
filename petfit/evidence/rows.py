"""The rows of a table as plain values: a `pandas.Series` for each takes a hundred times as long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

__all__ = ["Row", "by_name", "each_row"]

type Row = Mapping[str, Any]
"""Typed cells by column: numbers as floats, NaN where missing; text as text."""


def each_row(table: pd.DataFrame) -> Iterator[tuple[str, Row]]:
    """Yield each row's place and cells.

    Examples
    --------
    >>> table = pd.DataFrame({"drug": ["A", "B"], "dose": [5.0, 10.0]}, ["line 2", "line 3"])
    >>> list(each_row(table))[1]
    ('line 3', {'drug': 'B', 'dose': 10.0})
    """
    names = [str(name) for name in table.columns]
    columns = [table[name].tolist() for name in table.columns]
    for where, *cells in zip(table.index, *columns, strict=True):
        yield str(where), dict(zip(names, cells, strict=True))


def by_name(table: pd.DataFrame, column: str) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the places and levels of the rows of each study's cohort, or person, by name within the study.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows of a table of evidence.
    column : str
        ``cohort`` or ``subject``; rows without one are left out.

    Returns
    -------
    dict of (str, str) to list of (str, str)
        By study and name, in the table's order.
    """
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    columns = (table[name].tolist() for name in ("study", column, "level"))
    for where, study, name, level in zip(table.index, *columns, strict=True):
        if name:
            found.setdefault((study, name), []).append((str(where), level))
    return found
