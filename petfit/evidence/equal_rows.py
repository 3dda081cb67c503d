"""Rows that are the same: one number reported twice, or two people without a name."""

from __future__ import annotations

import pandas as pd

__all__ = ["equal_people", "equal_rows"]

_NOT_COMPARED = ("note", "source", "exclusion_reason", "use")
"""Columns in which two rows may differ and still be the same row."""
_SHARE_OF_TIES = 0.25
"""Where people without a name have as many equal rows, rows were rather copied."""


def equal_rows(table: pd.DataFrame) -> dict[str, str]:
    """Return the place of each row that is the same as an earlier one, and the place of that one."""
    if len(table) < 2:
        return {}
    compared = [name for name in table.columns if name not in _NOT_COMPARED]
    first: dict[tuple[str, ...], str] = {}
    twins = {
        str(where): first.setdefault(tuple(map(str, cells)), str(where))
        for where, *cells in table[compared].itertuples()
    }
    return {where: twin for where, twin in twins.items() if where != twin}


def equal_people(table: pd.DataFrame) -> dict[str, str]:
    """Return the equal rows of different people without a name: few, as many are rather copies."""
    unnamed = table[(table["level"] == "subject") & (table["subject"] == "")]
    repeated = equal_rows(unnamed)
    return repeated if len(repeated) < _SHARE_OF_TIES * len(unnamed) else {}
