"""The text of a cell: whether it is missing, and the number in it, whose value never changes."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation, Overflow

from petfit.evidence.words import words_for

__all__ = ["DASHES", "PLUS_MINUS", "NumberText", "is_missing", "parse_number", "without_percent"]

DASHES = "\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}"
"""What people and programs write for a hyphen or a minus."""
PLUS_MINUS = r"(?:±|\+\s*/?\s*-)"
"""Pattern of what stands between a mean and its spread."""
_MISSING = frozenset(words_for("cells", "missing"))
"""As statistics programs, spreadsheets and people write it, in any case."""


class NumberText(str):
    """The text of a cell that was stored as a number, so that its decimal mark is certain."""

    __slots__ = ()


def is_missing(text: str) -> bool:
    """Return whether a cell is missing, in a column of text or of numbers.

    Examples
    --------
    >>> is_missing("NA"), is_missing("-"), is_missing("0")
    (True, True, False)
    """
    return text.casefold() in _MISSING


def parse_number(text: str) -> float | None:
    """Return the number in a cell, NaN where it is missing, and None where the text is not a number.

    Examples
    --------
    >>> parse_number("0.446"), parse_number("n/a"), parse_number("about 80")
    (0.446, nan, None)
    """
    if is_missing(text):
        return math.nan
    try:
        exact = Decimal(text)
        value = float(exact) + 0.0  # no negative zero
    except (InvalidOperation, Overflow, OverflowError, ValueError):
        return None
    underflow = value == 0 and exact != 0
    return value if math.isfinite(value) and not underflow and "_" not in text else None


def without_percent(text: str) -> str:
    """Return the text of a cell without a % sign at its end.

    Examples
    --------
    >>> without_percent("45 %"), without_percent("0.45")
    ('45', '0.45')
    """
    return text.removesuffix("%").rstrip()
