"""Split columns whose header says that a number of people stands behind each cell: Study (n), Dose (n)."""

from __future__ import annotations

import re

import pandas as pd

from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable

__all__ = ["split_counts"]

_HEADER = re.compile(r"(?P<name>.*\w.*?)[\s,;]*[(\[]\s*n\s*[)\]]", re.IGNORECASE)
_CELL = re.compile(r"(?P<rest>.+?)\s*[(\[]\s*(?:n\s*=\s*)?(?P<count>\d+)\s*[)\]]", re.IGNORECASE)


def split_counts(source: SourceTable) -> SourceTable:
    """Write the numbers of people in a column of their own where the header and every cell have one.

    Of several such columns, each has its own number, as the regions of a wide table have.

    Parameters
    ----------
    source : SourceTable
        With the mapping of names applied.
    """
    splits = {name: header for name in source.names if (header := _header(source, name))}
    if "n" in map(str.lower, source.names) or not splits:
        return source
    columns: dict[str, list[str]] = {}
    labels = dict(source.column_labels)
    for name in source.names:
        cells = source.cells(name)
        if name not in splits:
            columns[name] = cells
            continue
        base = splits[name]
        new = name if name in labels else base
        labels[new] = base
        matches = [_CELL.fullmatch(text) for text in cells]
        columns[new] = [match["rest"] if match else "" for match in matches]
        columns["n" if len(splits) == 1 else f"{base} n"] = [
            match["count"] if match else "" for match in matches
        ]
    said = [f"numbers of people read from the cells of {', '.join(map(repr, splits))}"]
    table = pd.DataFrame(columns, source.table.index, dtype=object)
    return source.next(table, assumptions=said, column_labels=labels)


def _header(source: SourceTable, name: str) -> str:
    """Return the name of a column without its (n), "" if it has none or a cell has no number of people."""
    match = _HEADER.fullmatch(source.column_labels.get(name, name))
    filled = [text for text in source.cells(name) if not is_missing(text)]
    is_split = match and filled and all(map(_CELL.fullmatch, filled)) and match["name"] not in source.names
    return match["name"] if match and is_split else ""
