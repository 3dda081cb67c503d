"""The decimal mark of a table: inferred from its numbers, or refused where it is ambiguous."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS, NUMBERS, STATISTICS
from petfit.evidence.limits import SIGN
from petfit.evidence.parse import NumberText, is_missing
from petfit.evidence.quantities import QUANTITY_COLUMNS
from petfit.evidence.source_table import SourceTable
from petfit.evidence.table_format import TableFormat
from petfit.evidence.wide.non_value_columns import value_columns

__all__ = ["replace_decimal_commas"]

_LIMIT = rf"(?:{SIGN}\s*)?"
_UNIT = r"\s*(?:%|[^\W\d][^\d,]*)?"
_NUMERIC = re.compile(_LIMIT + "(?P<number>[-+]?(?=[.,]*\\d)[\\d.,]+)([eE][-+]?\\d+)?" + _UNIT)
_THOUSANDS = re.compile(_LIMIT + "[-+]?[1-9]\\d{0,2}(,\\d{3})+" + _UNIT)
_WITH_THOUSANDS = re.compile(_LIMIT + "[-+]?[1-9]\\d{0,2}(,\\d{3})+(\\.\\d+)?" + _UNIT)
_WITH_POINTS = re.compile(_LIMIT + "[-+]?[1-9]\\d{0,2}(\\.\\d{3})+(,\\d+)?" + _UNIT)
_GROUPED = re.compile(
    _LIMIT + "[-+]?[1-9]\\d{0,2}(['\\u2019\\u00a0\\u202f\\u2009 ]\\d{3})+([.,]\\d+)?" + _UNIT
)


class _MarkedCell(NamedTuple):
    """A numeric cell with a comma or a point."""

    where: str
    column: str
    text: str

    @property
    def shows_decimal_comma(self) -> bool:
        """Whether its comma cannot be a thousands separator."""
        return self.text.count(",") == 1 and not _THOUSANDS.fullmatch(self.text)

    def problem(self, rule: str, remedy: str) -> Problem:
        return Problem(self.where, self.column, self.text, rule, remedy)


def replace_decimal_commas(
    source: SourceTable, table_format: TableFormat, extra: Collection[str] = ()
) -> SourceTable:
    """Write every decimal comma as a point.

    If the mark is not given, it is a comma where commas do not separate the cells, no number has a point,
    and at least one number cannot be a whole number with a thousands separator.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    table_format : TableFormat
        The decimal mark, and the factor of a wide table.
    extra : collection of str
        Columns beyond the canonical ones.

    Raises
    ------
    EvidenceError
        When the mark is ambiguous; the error lists the numbers in question.
    """
    numeric = {*NUMBERS, *STATISTICS, *value_columns(source, table_format.wide, extra)}
    source = _without_separators(source, numeric, _GROUPED, "['\\u2019\\u00a0\\u202f\\u2009 ](?=\\d)")
    cells = _marked_cells(source.table, numeric)
    commas = [cell for cell in cells if "," in _number(cell.text)]
    points = [cell for cell in cells if "." in _number(cell.text)]
    if table_format.decimal == ",":
        if source.delimiter and all(_WITH_POINTS.fullmatch(cell.text) for cell in points):
            source = _without_separators(source, numeric, _WITH_POINTS, r"\.(?=\d)")
        elif points:
            raise source.error(map(_point_among_commas, points))
        return source.next(_with_points(source.table, numeric))
    if table_format.decimal is None and source.delimiter == ";" and not commas and _may_be_thousands(points):
        raise source.error(map(_ambiguous_point, points))
    if table_format.decimal == ".":
        return _without_separators(source, numeric, _WITH_THOUSANDS, ",")
    if source.delimiter == "," and commas and all(_THOUSANDS.fullmatch(cell.text) for cell in commas):
        raise source.error(map(_ambiguous_comma, commas))
    if source.delimiter == "," or not commas:
        return source
    if points:
        rarer = commas if len(commas) <= len(points) else points
        raise source.error(map(_mixed_marks, rarer))
    proof = next((cell for cell in commas if cell.shows_decimal_comma), None)
    if proof is None:
        raise source.error(map(_ambiguous_comma, commas))
    assumption = f"decimal mark not given: a comma, as {proof.text} in {proof.where} shows"
    return source.next(_with_points(source.table, numeric), assumptions=[assumption])


def _without_separators(
    source: SourceTable, numeric: Collection[str], form: re.Pattern[str], separator: str
) -> SourceTable:
    """Leave out the separators of thousands in numbers of a form, and say where."""

    def plain(text: str) -> str:
        return re.sub(separator, "", text) if form.fullmatch(text) else text

    names = [name for name in source.names if name in numeric]
    return source.rewrite(names, plain, "separators of thousands left out")


def _marked_cells(table: pd.DataFrame, numeric: Collection[str]) -> list[_MarkedCell]:
    return [
        _MarkedCell(str(where), name, text)
        for name in table.columns
        if name in numeric
        for where, text in table[name].items()
        if _has_mark(text)
    ]


def _has_mark(text: str) -> bool:
    return not isinstance(text, NumberText) and bool({",", "."} & set(_number(text)))


def _number(text: str) -> str:
    """Return the number of a cell without its unit, "" if it has none."""
    match = _NUMERIC.fullmatch(text)
    return match["number"] if match else ""


def _with_points(table: pd.DataFrame, numeric: Collection[str]) -> pd.DataFrame:
    replaced = {
        name: pd.Series(map(_with_point, table[name]), table.index, dtype=object)
        for name in table.columns
        if name in numeric or (name not in COLUMNS and _all_numbers(table[name]))
    }
    return table.assign(**replaced)


def _all_numbers(column: pd.Series) -> bool:
    """Whether every cell of an extra column is a number without a point."""
    return all(
        is_missing(text) or isinstance(text, NumberText) or (_NUMERIC.fullmatch(text) and "." not in text)
        for text in column
    )


def _with_point(text: str) -> str:
    is_comma = _has_mark(text) and "." not in _number(text) and text.count(",") == 1
    return text.replace(",", ".") if is_comma else text


def _may_be_thousands(points: list[_MarkedCell]) -> bool:
    """Whether every point may separate thousands, one of them in a dose or a concentration."""
    exposures = {*QUANTITY_COLUMNS["dose"], *QUANTITY_COLUMNS["concentration"]}
    return all(_THOUSANDS.fullmatch(cell.text.replace(".", ",")) for cell in points) and any(
        cell.column in exposures for cell in points
    )


def _ambiguous_point(cell: _MarkedCell) -> Problem:
    rule = "the point may be a decimal mark or a thousands separator, as semicolons separate the cells"
    remedy = "Use --decimal . if it is a decimal mark; otherwise write the number without a separator."
    return cell.problem(rule, remedy)


def _mixed_marks(cell: _MarkedCell) -> Problem:
    rule = "some numbers of the table have a comma and others a point"
    remedy = "Write all of them with the same decimal mark."
    if _THOUSANDS.fullmatch(cell.text):
        remedy = "Use --decimal . if commas separate thousands."
    elif _WITH_POINTS.fullmatch(cell.text):
        remedy = "Use --decimal , if points separate thousands."
    return cell.problem(rule, remedy)


def _point_among_commas(cell: _MarkedCell) -> Problem:
    rule = "the decimal mark is the comma, and this number has a point"
    return cell.problem(rule, "Write it with a comma, or without a separator.")


def _ambiguous_comma(cell: _MarkedCell) -> Problem:
    rule = "the comma may be a decimal mark or a thousands separator"
    remedy = "Use --decimal . if it separates thousands, --decimal , if it is the decimal mark."
    return cell.problem(rule, remedy)
