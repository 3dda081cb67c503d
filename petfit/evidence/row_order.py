"""An order of rows that does not depend on the order they came in."""

from __future__ import annotations

import pandas as pd

__all__ = ["ordered"]

_FIRST = ["study", "drug", "subject", "dose", "concentration"]
"""The rest follows in the order of the columns."""


def ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows sorted by what they hold, each with its place in the source as before.

    Parameters
    ----------
    rows : pandas.DataFrame
        Typed rows with the canonical columns; missing numbers come last.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> table = pd.DataFrame({"drug": ["B", "A"], "dose": [5, 10], "value": [0.4, 0.6]})
    >>> ordered(read_evidence(table).table).index.tolist()
    ['row 1', 'row 0']
    """
    names = [*_FIRST, *rows.columns.drop(_FIRST)]
    keys = list(zip(*([_key(cell) for cell in rows[name].tolist()] for name in names), strict=True))
    return rows.iloc[sorted(range(len(rows)), key=keys.__getitem__)]


def _key(cell: str | float) -> tuple[bool, str | float]:
    is_missing = cell != cell
    return is_missing, 0.0 if is_missing else cell
