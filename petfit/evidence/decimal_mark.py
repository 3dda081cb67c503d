"""The decimal mark of a table: one for the whole of it, decided by what it holds, never guessed."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.cells import Cells, Plain
from petfit.evidence.columns import COLUMNS, NUMBERS
from petfit.evidence.parse import is_missing

__all__ = ["with_points"]

_NUMERIC = re.compile("[-+\N{MINUS SIGN}]?(?=[.,]*\\d)[\\d.,]+([eE][-+]?\\d+)?\\s*%?")
_THOUSANDS = re.compile("[-+\N{MINUS SIGN}]?[1-9]\\d{0,2}(,\\d{3})+\\s*%?")
_SAY = "give decimal (--decimal on the command line)"


class _Marked(NamedTuple):
    where: str
    column: str
    text: str


def with_points(cells: Cells, decimal: str | None, numeric: Collection[str] = NUMBERS) -> Cells:
    """Write every decimal comma as a point.

    Parameters
    ----------
    cells : Cells
        With petfit's names of columns.
    decimal : {".", ","}, optional
        The mark. If not given, a comma is the mark where the cells are not separated by commas, no number
        has a point, and one of them cannot be a whole number with a thousands separator.
    numeric : collection of str
        The columns that hold numbers.

    Returns
    -------
    Cells
        The table; it says so where the mark was taken from what it holds.

    Raises
    ------
    EvidenceError
        When the mark is not clear; it names the numbers in question.
    """
    marked = _marked(cells.table, numeric)
    commas = [one for one in marked if "," in one.text]
    points = [one for one in marked if "." in one.text]
    proof = [one for one in commas if one.text.count(",") == 1 and not _THOUSANDS.fullmatch(one.text)]
    problems: list[Problem] = []
    if decimal == ",":
        problems = [_point_among_commas(one) for one in points]
    elif decimal == "." or cells.commas_between or not commas:
        return cells
    elif points:
        problems = [_mixed(one) for one in min(commas, points, key=len)]
    elif not proof:
        problems = [_unclear(one) for one in commas]
    if problems:
        raise cells.error(problems)
    said = decimal is not None
    default = "" if said else f"decimal mark not given: a comma, as {proof[0].text} in {proof[0].where} shows"
    return _replaced(cells, numeric, default)


def _marked(table: pd.DataFrame, numeric: Collection[str]) -> list[_Marked]:
    return [
        _Marked(str(where), name, text)
        for name in table.columns
        if name in numeric
        for where, text in table[name].items()
        if _has_a_mark(text)
    ]


def _has_a_mark(text: str) -> bool:
    return not isinstance(text, Plain) and bool(_NUMERIC.fullmatch(text)) and ("," in text or "." in text)


def _replaced(cells: Cells, numeric: Collection[str], default: str) -> Cells:
    table = cells.table.copy()
    for name in table.columns:
        if name in numeric or (name not in COLUMNS and _all_numbers(table[name])):
            table[name] = pd.Series([_with_point(text) for text in table[name]], table.index, dtype=object)
    return cells.having(table, default=default)


def _all_numbers(column: pd.Series) -> bool:
    """Whether a column of the user's own holds numbers with a decimal comma and nothing else."""
    return all(
        is_missing(text) or isinstance(text, Plain) or (_NUMERIC.fullmatch(text) and "." not in text)
        for text in column
    )


def _with_point(text: str) -> str:
    comma = _has_a_mark(text) and "." not in text and text.count(",") == 1
    return text.replace(",", ".") if comma else text


def _mixed(one: _Marked) -> Problem:
    rule = "some numbers of the table have a comma and others a point"
    return Problem(one.where, one.column, one.text, rule, "Write all of them with the same decimal mark.")


def _point_among_commas(one: _Marked) -> Problem:
    rule = "the decimal mark is the comma, and this number has a point"
    return Problem(one.where, one.column, one.text, rule, "Write it with a comma, or without a separator.")


def _unclear(one: _Marked) -> Problem:
    rule = "the comma may be a decimal mark or a thousands separator"
    remedy = f"Write the number without a separator, or {_SAY}: a comma if it is the decimal mark."
    return Problem(one.where, one.column, one.text, rule, remedy)
