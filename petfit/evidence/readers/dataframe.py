"""Cells of a DataFrame."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pandas as pd

from petfit.errors import EvidenceError, Problem
from petfit.evidence.cells import Cells, Plain, repeated

__all__ = ["as_text", "read_frame"]


def read_frame(frame: pd.DataFrame, name: str = "the DataFrame") -> Cells:
    """Return a DataFrame's cells as text, indexed by ``row LABEL``; missing cells become empty.

    Raises
    ------
    EvidenceError
        When a column's name stands twice, or a cell holds half a character.
    """
    names = [str(column) for column in frame.columns]
    if problems := repeated(names):
        raise EvidenceError(name, problems)
    labels = [str(label) for label in frame.index]
    places = [f"row {label}" for label in (labels if len(set(labels)) == len(labels) else range(len(labels)))]
    texts = [[as_text(value) for value in frame.iloc[:, place]] for place in range(len(names))]
    problems = [
        Problem(where, column, repr(text), "this text is no Unicode", "Write it anew.")
        for column, cells in zip(names, texts, strict=True)
        for where, text in zip(places, cells, strict=True)
        if any("\ud800" <= character <= "\udfff" for character in text)
    ]
    if problems:
        raise EvidenceError(name, problems)
    index = pd.Index(places, dtype=object)
    columns = {
        column: pd.Series(cells, index, dtype=object) for column, cells in zip(names, texts, strict=True)
    }
    return Cells(name, pd.DataFrame(columns, index=index, dtype=object))


def as_text(value: object) -> str:
    """Return one value as the text that stands for it, to the last bit.

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
        return "" if math.isnan(value) else Plain(repr(float(value)).removesuffix(".0"))
    if isinstance(value, int | np.integer):
        return Plain(Decimal(int(value)))
    if isinstance(value, Decimal):
        return "" if value.is_nan() else Plain(value)
    return str(value).strip()
