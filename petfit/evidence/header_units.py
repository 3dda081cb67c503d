"""The units that headers give: written in the column for it, or asked for where they cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from petfit.errors import Problem
from petfit.evidence.dosing_frequency import words_not_of_a_day
from petfit.evidence.header_meaning import Header
from petfit.evidence.log_units import split_logarithm
from petfit.evidence.option_words import columns_option
from petfit.evidence.outcome_words import outcome_of
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.quantities import FIXED_UNITS, QUANTITY_COLUMNS, unit_key
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.table_format import TableFormat
from petfit.evidence.unit_conversion import scale_number

__all__ = ["header_unit_problems", "relative_spreads", "with_units"]

_QUANTITY_OF = {column: name for name, columns in QUANTITY_COLUMNS.items() for column in columns}
_LIKE_A_UNIT = re.compile(
    r"(?<![^\W\d_])(?:[munpµμk]?g|mcg|[munpµμ]?mol|[munpµμ]M|[munpµμ]?[lL]|MBq|mCi|IU|lbs?|gm|gr|\u03b3|"
    r"tab(?:let)?s?|caps(?:ule)?s?|puffs?|drops?|sprays?|patch(?:es)?|cm[2\u00b2]|units?)(?![^\W_])|%"
)
_MANY_HOURS = 25.0
"""Later scans are at multiples of half a day."""
_EXAMPLE_UNITS = {"dose": "mg/kg", "concentration": "ng/mL"}

_SPREADS = ("sd", "se", "iqr")
_LARGEST_FRACTION = 1.5


def header_unit_problems(
    source: SourceTable, headers: list[Header], table_format: TableFormat
) -> list[Problem]:
    """Return the problems of units in headers: those that cannot be read, and those that disagree.

    Parameters
    ----------
    source : SourceTable
        With the mapping of names applied.
    headers : list of Header
        What each header says.
    table_format : TableFormat
        The mapping and the constants, which can say what the headers do not.
    """
    spreads = [header for header in headers if _is_spread_of_fractions(source, header, headers)]
    return [
        *_unread_units(source, headers, table_format),
        *_overruled_units(source, headers, table_format),
        *_spreads_in_percent(source, spreads, table_format),
        *_disagreeing_units([header for header in headers if header not in spreads]),
    ]


def relative_spreads(source: SourceTable, headers: list[Header], table_format: TableFormat) -> list[Header]:
    """Return the headers with each SE in percent of BP_ND or V_T, as of a kinetic fit, as one of column cv.

    Parameters
    ----------
    source, headers, table_format
        See `header_unit_problems`.
    """
    said = {header.outcome for header in headers if header.column == "value"}
    said |= {table_format.outcome or table_format.constants.get("outcome", "")} - {""}
    said |= {outcome_of(str(text)) for text in source.cells("outcome")}
    if not said - {""} or not said - {""} <= {"bpnd", "vt"}:
        return headers
    return [header._replace(column="cv") if _is_spread_in_percent(header) else header for header in headers]


def with_units(source: SourceTable, headers: list[Header], table_format: TableFormat) -> SourceTable:
    """Write the units of headers in the columns for them; an SD in percent beside fractions becomes one.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    headers, table_format
        See `header_unit_problems`.
    """
    for header in headers:
        if _is_spread_of_fractions(source, header, headers):
            numbers = [scale_number(text, Fraction(1, 100)) for text in source.table[header.column]]
            source = source.next(source.table.assign(**{header.column: numbers}))
        elif header.unit and f"{_QUANTITY_OF.get(header.column)}_unit" not in table_format.constants:
            source = _with_unit(source, header)
    return source


def _is_spread_in_percent(header: Header) -> bool:
    return header.column in _SPREADS and unit_key(header.unit) == "percent"


def _is_spread_of_fractions(source: SourceTable, header: Header, headers: list[Header]) -> bool:
    """Whether a header gives an SD or SE in percent, and the values beside it are fractions."""
    values = next((other for other in headers if other.column in ("value", "median")), None)
    if not _is_spread_in_percent(header) or (values and values.unit):
        return _is_spread_in_percent(header) and values is not None and unit_key(values.unit) != "percent"
    names = [values.theirs if values else "value", "value"]
    name = next((name for name in names if name in source.table.columns), None)
    texts = [str(text) for text in source.table[name] if not is_missing(text)] if name else []
    numbers = [parse_number(text.replace(",", ".")) for text in texts]
    return bool(numbers) and all(abs(number or 0) <= _LARGEST_FRACTION for number in numbers)


def _spreads_in_percent(
    source: SourceTable, headers: list[Header], table_format: TableFormat
) -> Iterator[Problem]:
    """Yield the problem of an SD in percent beside fractions, unless the user says that it is an SD."""
    for header in headers:
        name = source.column_labels.get(header.theirs, header.theirs)
        texts = [str(text).replace(",", ".") for text in source.table[header.theirs]]
        largest = max((parse_number(text) or 0 for text in texts if not is_missing(text)), default=0)
        if 0 < largest < 1:
            rule = "this is said to be in percent, and looks like a fraction"
            yield Problem("header", name, f"{largest:g}", rule, "Rename the column without the % sign.")
        elif header.column not in table_format.columns:
            rule = "the values are fractions, and this may be in percent of the mean or of the maximum"
            cv, own = (columns_option({column: name}) for column in ("cv", header.column))
            remedy = f"Use {cv} if it is in percent of the mean, {own} if not."
            yield Problem("header", name, "", rule, remedy)


def _unread_units(source: SourceTable, headers: list[Header], table_format: TableFormat) -> Iterator[Problem]:
    """Yield the problem of a mapped dose or concentration whose name seems to give an unread unit."""
    with_unit = {header.column for header in headers if header.unit}
    for column in table_format.columns:
        quantity = _QUANTITY_OF.get(column, "")
        label = source.column_labels.get(column, column)
        is_given = f"{quantity}_unit" in {*table_format.constants, *source.table.columns}
        if column == "time_h" and column not in with_unit:
            yield from _time_in_minutes(source, label)
        if quantity not in ("dose", "concentration") or column in with_unit or is_given:
            continue
        if _LIKE_A_UNIT.search(label):
            example = "mg every 4 weeks" if words_not_of_a_day(label) else _EXAMPLE_UNITS[quantity]
            remedy = f'Give it: --set "{quantity}_unit={example}", or what it is.'
            yield Problem(
                "header", label, "", "this name seems to give a unit that petfit cannot read", remedy
            )


def _overruled_units(
    source: SourceTable, headers: list[Header], table_format: TableFormat
) -> Iterator[Problem]:
    """Yield the problem of a dose or concentration for which the user gives another unit than the header."""
    for header in headers:
        quantity = _QUANTITY_OF.get(header.column, "")
        given = table_format.constants.get(f"{quantity}_unit", "")
        key = unit_key(header.unit)
        if quantity not in ("dose", "concentration") or not header.unit or not given:
            continue
        if spelling_key(header.unit) == "log" and split_logarithm(given):
            continue
        unit = re.compile(rf"(?<![^\W\d_]){re.escape(key)}(?![^\W_])", re.IGNORECASE)
        if not any(unit.search(unit_key(words)) for words in (given, *given.split())):
            name = source.column_labels.get(header.theirs, header.theirs)
            rule = f"its name gives the unit {header.unit}, another is given"
            if spelling_key(header.unit) in ("log", "ln", "log10"):
                rule = "its name says that these are logarithms"
            remedy = (
                f'Use the unit of the numbers, such as --set "{quantity}_unit={header.unit}", or rename it.'
            )
            if spelling_key(header.unit) in ("log", "ln", "log10"):
                remedy = f'Use --set "{quantity}_unit=log10 {given}", or ln instead of log10.'
            yield Problem("header", name, given, rule, remedy)


def _time_in_minutes(source: SourceTable, label: str) -> Iterator[Problem]:
    """Yield the problem of a mapped time without a unit whose numbers look like minutes."""
    numbers = {number for text in source.table["time_h"] if (number := parse_number(text)) is not None}
    odd = [number for number in sorted(numbers) if number >= _MANY_HOURS and number % 12]
    if odd:
        rule = "nothing says whether these times are in hours or minutes"
        remedy = f"Name the column with its unit, such as '{label} (min)' or '{label} (h)'."
        yield Problem("header", label, f"{odd[0]:g}", rule, remedy)


def _disagreeing_units(headers: list[Header]) -> Iterator[Problem]:
    first: dict[str, Header] = {}
    for header in headers:
        quantity = _QUANTITY_OF.get(header.column, "")
        if header.unit and quantity:
            other = first.setdefault(quantity, header)
            if unit_key(other.unit) != unit_key(header.unit):
                rule = f"its unit is not that of {other.theirs!r}"
                remedy = f"Give the numbers of both in one unit, or in a column {quantity}_unit."
                yield Problem("header", header.theirs, header.unit, rule, remedy)


def _with_unit(source: SourceTable, header: Header) -> SourceTable:
    """Write the unit of a header in the unit column; a row that gives another is a problem."""
    if header.column in FIXED_UNITS:
        return source.next(source.table, header_units={**source.header_units, header.column: header.unit})
    column, unit = f"{_QUANTITY_OF[header.column]}_unit", header.unit
    is_log = spelling_key(unit) in ("log", "ln", "log10")
    units, problems = [], []
    for where, text in zip(source.table.index, source.cells(column), strict=True):
        if is_missing(text) or unit_key(text) == unit_key(unit):
            units.append(unit)
        elif is_log:
            units.append(f"{unit} {text}")
        else:
            units.append(text)
            label = source.column_labels.get(header.column, header.theirs)
            rule = f"the header {label!r} gives the unit {unit}, and this row another"
            problems.append(Problem(str(where), column, text, rule, "Correct one of them."))
    return source.next(source.table.assign(**{column: units}), problems=problems)
