"""Numbers with a footnote mark, such as 45* or 60 %\N{DAGGER}."""

from __future__ import annotations

import re

from petfit.evidence.columns import COLUMNS
from petfit.evidence.source_table import SourceTable

__all__ = ["leave_out_marks"]

_MARKED = re.compile(r"([-+]?\d[\d.,]*(?:\s*%)?)\s*[*\u2020\u2021\u00a7\u00b6#]+")
"""Letters and superscripts may be units or exponents, and are asked about."""


def leave_out_marks(source: SourceTable) -> SourceTable:
    """Leave out the footnote marks of numbers, and say where.

    Parameters
    ----------
    source : SourceTable
        Text, with petfit's column names where they are known.
    """
    columns, said = {}, []
    for name in map(str, source.table.columns):
        if name in COLUMNS and COLUMNS[name].kind != "number":
            continue
        plain = {text: match[1] for text in source.table[name] if (match := _MARKED.fullmatch(str(text)))}
        if plain:
            columns[name] = source.table[name].replace(plain)
            said.append(f"{source.column_labels.get(name, name)} ({', '.join(plain)})")
    if not said:
        return source
    return source.next(
        source.table.assign(**columns), assumptions=[f"footnote marks left out: {'; '.join(said)}"]
    )
