"""Numbers with a footnote mark, such as 45* or 60 %\N{DAGGER}."""

from __future__ import annotations

import re

from petfit.evidence.columns import COLUMNS
from petfit.evidence.source_table import SourceTable

__all__ = ["leave_out_marks"]

_MARKED = re.compile(r"([-+]?\d[\d.,]*(?:\s*%)?)\s*[*\u2020\u2021\u00a7\u00b6#\u00aa\u00ba\u1d43-\u1dbf]+")
"""Plain letters may be units, and superscript digits exponents, which are asked about."""


def leave_out_marks(source: SourceTable) -> SourceTable:
    """Leave out the footnote marks of numbers, and say where.

    Parameters
    ----------
    source : SourceTable
        Text, with petfit's column names where they are known.
    """
    is_text = [name for name, column in COLUMNS.items() if column.kind != "number"]
    names = [name for name in source.names if name not in is_text]
    return source.rewrite(names, _without_mark, "footnote marks left out")


def _without_mark(text: str) -> str:
    match = _MARKED.fullmatch(text)
    return match[1] if match else text
