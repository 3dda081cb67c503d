"""An order of rows that does not depend on the order of the table."""

from __future__ import annotations

import pandas as pd

__all__ = ["sort_rows"]

_FIRST = ["study", "drug", "subject", "dose", "concentration"]
"""The other columns follow in their own order."""


def sort_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows sorted by their contents; the index still gives each row's place in the source.

    Parameters
    ----------
    rows : pandas.DataFrame
        Typed rows with the canonical columns; missing numbers come last.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> table = pd.DataFrame({"drug": ["B", "A"], "dose": [5, 10], "value": [0.4, 0.6]})
    >>> sort_rows(read_evidence(table).table).index.tolist()
    ['row 1', 'row 0']
    """
    names = [*_FIRST, *rows.columns.drop(_FIRST)]
    return rows.sort_values(names)
