"""Text that a spreadsheet would take for a formula: written with an apostrophe in front, read without.

Some spreadsheets export numbers that were typed as text with an apostrophe too.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

__all__ = ["for_spreadsheet", "from_spreadsheet"]

_MARKED = re.compile(r"'*[=+@-]|'+[\d.,]")


def for_spreadsheet(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which an apostrophe precedes every name and text that begins with ``= + - @``.

    So it does where an apostrophe precedes a number already: `from_spreadsheet` takes one away.

    Examples
    --------
    >>> for_spreadsheet(pd.DataFrame({"drug": ["A", "=A1"], "value": [0.4, -0.1]})).to_numpy().tolist()
    [['A', 0.4], ["'=A1", -0.1]]
    """
    return frame.map(_with_apostrophe).rename(columns=_with_apostrophe)


def _with_apostrophe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _MARKED.match(cell) else cell


def from_spreadsheet(text: str) -> str:
    """Return the text of a cell without the apostrophe in front of a formula or a number.

    Examples
    --------
    >>> from_spreadsheet("'=A1"), from_spreadsheet("'10"), from_spreadsheet("'A'"), from_spreadsheet("-0.1")
    ('=A1', '10', "'A'", '-0.1')
    """
    return text[1:] if text.startswith("'") and _MARKED.match(text) else text
