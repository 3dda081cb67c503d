"""The rows of a table as dictionaries, a hundred times faster than a `pandas.Series` for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

__all__ = ["Row", "each_row", "group_rows"]

type Row = Mapping[str, Any]
"""Typed cells by column: numbers as floats, NaN where missing; text as str."""


def each_row(table: pd.DataFrame) -> Iterator[tuple[str, Row]]:
    """Yield the place and the cells of each row.

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


def group_rows(table: pd.DataFrame, column: str) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Group rows by study and the name of a cohort or person.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows of a table of evidence.
    column : str
        ``cohort`` or ``subject``; rows without one are left out.

    Returns
    -------
    dict of (str, str) to list of (str, str)
        From study and name to the place and level of each row, in the order of the table.
    """
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    columns = (table[name].tolist() for name in ("study", column, "level"))
    for where, study, name, level in zip(table.index, *columns, strict=True):
        if name:
            groups.setdefault((study, name), []).append((str(where), level))
    return groups
