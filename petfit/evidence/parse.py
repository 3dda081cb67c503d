"""From text to numbers, without ever changing one."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation, Overflow

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS, NUMBERS

__all__ = [
    "MISSING",
    "complete",
    "is_missing",
    "missing_columns",
    "number",
    "number_problem",
    "typed",
    "unknown_columns",
]

MISSING = frozenset({"", "n/a"})
_DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
_MISSING_NUMBER = MISSING | {"na", "nan", "null", "none", *_DASHES, "--", "---"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")


def is_missing(text: str) -> bool:
    """Whether a cell that should hold a number holds none.

    Examples
    --------
    >>> is_missing("NA"), is_missing("-"), is_missing("0")
    (True, True, False)
    """
    return text.lower() in _MISSING_NUMBER


def number(text: str) -> float | None:
    """Return the number a cell holds, NaN where it is missing, None where it holds no number.

    Examples
    --------
    >>> number("0.446"), number("n/a"), number("about 80")
    (0.446, nan, None)
    """
    if is_missing(text):
        return math.nan
    try:
        exact = Decimal(text.replace("\N{MINUS SIGN}", "-"))
        value = float(exact)
    except (InvalidOperation, Overflow, OverflowError, ValueError):
        return None
    lost = value == 0 and exact != 0
    return value if math.isfinite(value) and not lost and "_" not in text else None


def number_problem(where: str, column: str, seen: str) -> Problem:
    """Describe a cell that should hold a number and does not."""
    rule = "a number belongs here"
    if _DATE.fullmatch(seen):
        rule = "a number belongs here, and this is a date"
        remedy = "Format the cell as a number and type it again: the sheet took it for a day."
    elif "," in seen:
        remedy = "Write the decimal mark as a point."
    else:
        remedy = "Write a plain number, or leave the cell empty where none was published."
    return Problem(where, column, seen, rule, remedy)


def unknown_columns(names: list[str], extra: frozenset[str]) -> list[Problem]:
    """Describe the columns that are neither canonical nor asked for."""
    known = COLUMNS.keys() | extra
    problems = []
    for name in names:
        if name in known:
            continue
        rule = "this column is not one petfit knows"
        remedy = f"{nearest(name, known)} Columns that a model uses as factors are allowed as well."
        problems.append(Problem("header", name or "(empty)", "", rule, remedy))
    return problems


def missing_columns(names: list[str]) -> list[Problem]:
    """Describe the columns that no table can do without."""
    problems = []
    needs = "Every table needs drug, dose and value."
    instead_of = {"drug": (), "dose": ("concentration", "concentration_loq"), "value": ("low",)}
    for column, stand_ins in instead_of.items():
        if not {column, *stand_ins} & set(names):
            problems.append(Problem("header", column, "", "this column is missing", needs))
    return problems


def complete(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the canonical columns in order, empty where the table has none, then the others by name.

    A number that is missing is empty, however that is spelled.
    """
    others = sorted(name for name in cells.columns if name not in COLUMNS)
    numbers = {
        name: ["" if is_missing(text) else text for text in cells[name]]
        for name in cells.columns
        if name in NUMBERS
    }
    return cells.assign(**numbers).reindex(columns=[*COLUMNS, *others], fill_value="")


def typed(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn text into typed columns; a cell that cannot be a number is a problem and becomes NaN."""
    table: dict[str, list[str] | list[float]] = {}
    problems: list[Problem] = []
    for name in cells.columns:
        if name not in NUMBERS:
            table[name] = ["" if text.lower() in MISSING else str(text) for text in cells[name]]
            continue
        values: list[float] = []
        for where, text in cells[name].items():
            value = number(text)
            if value is None:
                problems.append(number_problem(str(where), name, text))
            values.append(float("nan") if value is None else value)
        table[name] = values
    return pd.DataFrame(table, index=cells.index), problems
