"""From the text of cells to numbers, without ever changing a value."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation, Overflow

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.cell_words import number_problem
from petfit.evidence.columns import NUMBERS, STATISTICS
from petfit.evidence.source_table import SourceTable

__all__ = ["NumberText", "is_missing", "parse_cells", "parse_number"]

_DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
_MISSING = frozenset(
    {
        "",
        "n/a",
        "na",
        "n.a.",
        "#n/a",
        "#na",
        "nan",
        "-nan",
        "null",
        "none",
        "<na>",
        ".",
        "..",
        "...",
        "\N{HORIZONTAL ELLIPSIS}",
    }
    | {*_DASHES, "--", "---", "?", "??", "missing", "unknown", "not available", "not reported", "not known"}
)
"""As statistics programs, spreadsheets and people write it, in any case."""


_CODE = re.compile(r"-99+(?:\.0*)?")
"""No dose, concentration or occupancy is that negative."""


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
        value = float(exact)
    except (InvalidOperation, Overflow, OverflowError, ValueError):
        return None
    underflow = value == 0 and exact != 0
    return value if math.isfinite(value) and not underflow and "_" not in text else None


def parse_cells(source: SourceTable) -> SourceTable:
    """Turn the text of every column into its type.

    A cell that is not a number becomes NaN and is a problem, unless there is one with that cell already.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    """
    known = {(problem.where, problem.column) for problem in source.problems}
    columns: dict[str, list[str] | list[float]] = {}
    problems: list[Problem] = []
    for name in source.table.columns:
        if name not in NUMBERS and name not in STATISTICS:
            columns[name] = ["" if is_missing(text) else str(text) for text in source.table[name]]
            continue
        numbers = [parse_number(text) for text in source.table[name]]
        columns[name] = [math.nan if number is None else number for number in numbers]
        problems += [
            number_problem(str(where), name, text)
            for (where, text), number in zip(source.table[name].items(), numbers, strict=True)
            if number is None and (str(where), name) not in known
        ]
        problems += [
            Problem(str(where), name, text, "this is a code for a missing number", "Leave the cell empty.")
            for where, text in source.table[name].items()
            if _CODE.fullmatch(text)
        ]
    return source.next(pd.DataFrame(columns, index=source.table.index), problems=problems)
