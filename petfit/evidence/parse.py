"""From the text of cells to numbers, without ever changing a value."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation, Overflow

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.columns import NUMBERS
from petfit.evidence.source_table import SourceTable

__all__ = ["NumberText", "is_missing", "is_missing_number", "number_problem", "parse_cells", "parse_number"]

_MISSING = frozenset({"", "n/a"})
_DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
_MISSING_NUMBER = _MISSING | {"na", "nan", "null", "none", *_DASHES, "--", "---"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")


class NumberText(str):
    """The text of a cell that was stored as a number, so that its decimal mark is certain."""

    __slots__ = ()


def is_missing(text: str) -> bool:
    """Return whether a text cell is missing.

    Examples
    --------
    >>> is_missing("n/a"), is_missing("NA")
    (True, False)
    """
    return text.lower() in _MISSING


def is_missing_number(text: str) -> bool:
    """Return whether a cell in a column of numbers is missing.

    Examples
    --------
    >>> is_missing_number("NA"), is_missing_number("-"), is_missing_number("0")
    (True, True, False)
    """
    return text.lower() in _MISSING_NUMBER


def parse_number(text: str) -> float | None:
    """Return the number in a cell, NaN where it is missing, and None where the text is not a number.

    Examples
    --------
    >>> parse_number("0.446"), parse_number("n/a"), parse_number("about 80")
    (0.446, nan, None)
    """
    if is_missing_number(text):
        return math.nan
    try:
        exact = Decimal(text.replace("\N{MINUS SIGN}", "-"))
        value = float(exact)
    except (InvalidOperation, Overflow, OverflowError, ValueError):
        return None
    underflow = value == 0 and exact != 0
    return value if math.isfinite(value) and not underflow and "_" not in text else None


def number_problem(where: str, column: str, seen: str) -> Problem:
    """Return the problem of a cell that should contain a number and does not."""
    rule = "a number belongs here"
    if _DATE.fullmatch(seen):
        rule = "a number belongs here, and this is a date"
        remedy = "Format the cell as a number and type it again: the spreadsheet turned it into a date."
    elif "," in seen:
        remedy = "Write the decimal mark as a point."
    else:
        remedy = "Write a plain number, or leave the cell empty if none was published."
    return Problem(where, column, seen, rule, remedy)


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
        if name not in NUMBERS:
            columns[name] = ["" if is_missing(text) else str(text) for text in source.table[name]]
            continue
        numbers = [parse_number(text) for text in source.table[name]]
        columns[name] = [math.nan if number is None else number for number in numbers]
        problems += [
            number_problem(str(where), name, text)
            for (where, text), number in zip(source.table[name].items(), numbers, strict=True)
            if number is None and (str(where), name) not in known
        ]
    return source.next(pd.DataFrame(columns, index=source.table.index), problems=problems)
