"""Read a DataFrame."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pandas as pd

from petfit.errors import EvidenceError, Problem
from petfit.evidence.parse import NumberText
from petfit.evidence.readers.base import Reader, Request, Source
from petfit.evidence.readers.header_rows import duplicate_names
from petfit.evidence.readers.repeated_statistics import name_repeated_statistics
from petfit.evidence.readers.size import check_cells, check_columns
from petfit.evidence.source_table import SourceTable

__all__ = ["READER", "as_text", "read_frame"]


def read_frame(frame: pd.DataFrame, name: str = "the DataFrame") -> SourceTable:
    """Return the cells of a DataFrame as text, "" where missing, with places ``row LABEL``.

    Named levels of the index are columns, as are the levels of column names, joined: ``occ mean``.

    Raises
    ------
    EvidenceError
        When a column name occurs twice, or a cell is not valid Unicode.
    """
    check_columns(name, frame.shape[1])
    check_cells(name, *frame.shape)
    levels = [level for level in frame.index.names if level is not None and level not in frame.columns]
    frame = frame.reset_index(level=levels) if levels else frame
    names = [_name(column) for column in frame.columns]
    names[1:] = [name or f"unnamed {number}" for number, name in enumerate(names[1:], start=2)]
    names, renamed = name_repeated_statistics(names)
    if problems := duplicate_names(names):
        raise EvidenceError(name, problems)
    index = pd.Index(_places(frame), dtype=object)
    columns = {
        column: pd.Series([as_text(value) for value in frame.iloc[:, position]], index, dtype=object)
        for position, column in enumerate(names)
    }
    problems = [
        Problem(str(where), column, repr(text), "this text is not valid Unicode", "Type it again.")
        for column, texts in columns.items()
        for where, text in texts.items()
        if any("\ud800" <= character <= "\udfff" for character in text)
    ]
    if problems:
        raise EvidenceError(name, problems)
    said = [f"columns named after the one before them: {', '.join(renamed)}"] * bool(renamed)
    said += [f"index read as columns: {', '.join(map(str, levels))}"] * bool(levels)
    return SourceTable(name, pd.DataFrame(columns, index=index, dtype=object), tuple(said))


def _name(column: object) -> str:
    parts = column if isinstance(column, tuple) else (column,)
    return " ".join(filter(None, map(str, parts)))


def _places(frame: pd.DataFrame) -> list[str]:
    """Return ``row LABEL`` of each row, or ``row NUMBER`` where labels repeat."""
    labels = [str(label) for label in frame.index]
    unique = len(set(labels)) == len(labels)
    return [f"row {label}" for label in (labels if unique else range(len(labels)))]


def as_text(value: object) -> str:
    """Return a value as text that can be read back to the last bit.

    Examples
    --------
    >>> as_text(0.1), as_text(5.0), as_text(None), as_text(True)
    ('0.1', '5', '', 'yes')
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return "" if math.isnan(value) else NumberText(repr(float(value)).removesuffix(".0"))
    if isinstance(value, int | np.integer):
        return NumberText(Decimal(int(value)))
    if isinstance(value, Decimal):
        return "" if value.is_nan() else NumberText(value)
    return str(value).strip()


def _accepts(source: Source) -> bool:
    return source.frame is not None


def _read(source: Source, _request: Request) -> SourceTable:
    return read_frame(pd.DataFrame() if source.frame is None else source.frame, source.name)


READER = Reader(_accepts, _read)
