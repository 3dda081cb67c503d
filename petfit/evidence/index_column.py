"""Drop the column of row labels that R and pandas write first, without a name."""

from __future__ import annotations

from collections.abc import Sequence

from petfit.evidence.source_table import SourceTable

__all__ = ["drop_index_column", "is_row_labels"]

_NAMES = ("", "Unnamed: 0", "...1")
"""As R and pandas write it, and as pandas and readr name it when they read it again."""


def drop_index_column(source: SourceTable) -> SourceTable:
    """Drop a first column without a name whose cells are different whole numbers."""
    first = str(source.table.columns[0]) if len(source.table.columns) else "drug"
    if first not in _NAMES or not is_row_labels(list(source.table[first])):
        return source
    assumption = "the first column, which has no name and numbers the rows, was left out"
    return source.next(source.table.drop(columns=first), assumptions=[assumption])


def is_row_labels(cells: Sequence[str]) -> bool:
    """Return whether cells can be the labels of rows, also of rows that were sorted, selected or added below.

    Examples
    --------
    >>> is_row_labels(["1", "2", "3"]), is_row_labels(["4", "0"]), is_row_labels(["5", "5"])
    (True, True, False)
    """
    labels = [str(cell) for cell in cells if cell]
    return bool(labels) and len(set(labels)) == len(labels) and all(label.isdecimal() for label in labels)
