"""Drop the column of row numbers that R and pandas write first, without a name."""

from __future__ import annotations

from collections.abc import Sequence

from petfit.evidence.source_table import SourceTable

__all__ = ["drop_index_column", "is_row_numbers"]

_NAMES = ("", "Unnamed: 0", "...1")
"""As R and pandas write it, and as pandas and readr name it when they read it again."""


def drop_index_column(source: SourceTable) -> SourceTable:
    """Drop a first column without a name whose cells number the rows, from 0 or from 1."""
    first = str(source.table.columns[0]) if len(source.table.columns) else "drug"
    if first not in _NAMES or not is_row_numbers(list(source.table[first])):
        return source
    assumption = "the first column, which has no name and numbers the rows, was left out"
    return source.next(source.table.drop(columns=first), assumptions=[assumption])


def is_row_numbers(cells: Sequence[str]) -> bool:
    """Return whether cells count up from 0 or from 1.

    Examples
    --------
    >>> is_row_numbers(["1", "2", "3"]), is_row_numbers(["5", "10"])
    (True, False)
    """
    numbers = [str(cell) for cell in cells]
    return bool(numbers) and any(
        numbers == [str(start + place) for place in range(len(numbers))] for start in (0, 1)
    )
