"""Read units and counts that stand in the cells: 10 mg, 76 percent, 150 min, n = 6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.dosing_frequency import doses_per_day, single_unit
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.quantities import FIXED_UNITS, PERCENT_WORDS, QUANTITY_COLUMNS, is_unit_of
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.unit_conversion import scale_number
from petfit.evidence.units import Kind, scale_of

__all__ = ["COUNT_IN_NAME", "is_quantity_of", "read_cell_units", "split_number"]

_CELL = re.compile("(?P<number>[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)\\s*(?P<unit>[^\\W\\d].*|%)")
_COUNT = re.compile(
    r"[(\[]?\s*n\s*=\s*(\d+)\s*[)\]]?|(\d+)\s*(?:subjects|people|participants|patients|volunteers)", re.I
)
COUNT_IN_NAME = re.compile(r"[(\[,]\s*n\s*=\s*(\d+)\s*[)\]]?$", re.I)
_HEAVIEST = 200
"""What a scanner carries, in kg."""
_KINDS: dict[str, Kind] = {"dose": "dose", "concentration": "concentration"}


def read_cell_units(source: SourceTable) -> SourceTable:
    """Move the unit of a number out of its cell where every cell of the column has one.

    A row whose units disagree, or a column in which only some numbers have a unit, is a problem.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    """
    for quantity, kind in _KINDS.items():
        for column in QUANTITY_COLUMNS[quantity]:
            source = _read_column(source, column, kind)
    for column in FIXED_UNITS:
        source = _read_fixed(source, column)
    columns = {column: source.table[column].map(_percent_sign) for column in QUANTITY_COLUMNS["value"]}
    return _read_counts(source.next(source.table.assign(**columns)))


def split_number(text: str) -> tuple[str, str] | None:
    """Return the number and the unit of a text, None where it is not a number with letters after it.

    Examples
    --------
    >>> split_number("10 mg"), split_number("24h"), split_number("midbrain")
    (('10', 'mg'), ('24', 'h'), None)
    """
    match = _CELL.fullmatch(text)
    return (match["number"], match["unit"].strip()) if match and parse_number(text) is None else None


def is_quantity_of(column: str, text: str) -> bool:
    """Return whether a text is a number with a unit of a column.

    Examples
    --------
    >>> is_quantity_of("dose", "10 mg"), is_quantity_of("time_h", "10 mg")
    (True, False)
    """
    split = split_number(text)
    return split is not None and is_unit_of(column, split[1])


def _read_column(source: SourceTable, column: str, kind: Kind) -> SourceTable:
    texts = source.table[column]
    unit_column = f"{kind}_unit"
    units_given = dict(zip(map(str, texts.index), source.table[unit_column], strict=True))
    parts = {str(where): part for where, text in texts.items() if (part := split_number(text))}
    frequent = {where for where, part in parts.items() if kind == "dose" and doses_per_day(part[1])}
    for where in frequent:
        single = "mg" if is_missing(units_given[where]) else units_given[where]
        parts[where] = (parts[where][0], f"{single} {parts[where][1]}")
    parts = {where: part for where, part in parts.items() if scale_of(part[1], kind)}
    if not parts:
        return source
    problems = list(_plain_numbers(texts, parts))
    for where, (_, unit) in parts.items():
        given = units_given[where]
        if is_missing(given) or where in frequent:
            units_given[where] = unit
        elif scale_of(unit, kind) not in (scale_of(given, kind), scale_of(single_unit(given), kind)):
            rule = f"the cell gives another unit than {unit_column}, which is {given}"
            problems.append(Problem(where, column, str(texts[where]), rule, "Correct one of the two."))
    units = sorted({unit for _, unit in parts.values()})
    assumption = f"{column}: units read from the cells ({', '.join(units)})"
    numbers = [parts[str(where)][0] if str(where) in parts else text for where, text in texts.items()]
    table = source.table.assign(**{column: numbers, unit_column: list(units_given.values())})
    return source.next(table, assumptions=[assumption], problems=problems)


def _plain_numbers(texts: pd.Series, parts: dict[str, tuple[str, str]]) -> Iterator[Problem]:
    for where, text in texts.items():
        number = parse_number(text)
        if str(where) not in parts and number is not None and number != 0 and number == number:
            rule = "some cells of this column give a unit, and this one does not"
            yield Problem(
                str(where), str(texts.name), text, rule, "Write the unit in all of them or in none."
            )


def _read_fixed(source: SourceTable, column: str) -> SourceTable:
    """Convert a column of one unit where its header or its cells give another."""
    texts, factors = source.table[column], FIXED_UNITS[column]
    parts = {str(where): part for where, text in texts.items() if (part := split_number(text))}
    parts = {where: part for where, part in parts.items() if spelling_key(part[1]) in factors}
    header_unit = source.header_units.get(column)
    if column == "weight" and header_unit is None and not parts:
        source = source.next(source.table, problems=_heavy(texts))
    plain = Fraction(1) if header_unit is None else factors[spelling_key(header_unit)]
    if not parts and plain == 1:
        return source
    numbers = {
        where: scale_number(number, factors[spelling_key(unit)]) for where, (number, unit) in parts.items()
    }
    read = [numbers.get(str(where)) or scale_number(text, plain) for where, text in texts.items()]
    table = source.table.assign(**{column: pd.Series(read, texts.index, dtype=object)})
    units = ", ".join(sorted({unit for _, unit in parts.values()}))
    assumptions = [f"{column}: units read from the cells ({units})"] * bool(parts)
    if plain != 1:
        assumptions.append(f"{column}: converted from {header_unit}, as the header says")
    problems = [] if header_unit is not None else _plain_numbers(texts, parts)
    return source.next(table, assumptions=assumptions, problems=problems)


def _heavy(texts: pd.Series) -> Iterator[Problem]:
    """Yield the problem of the first weight that is none of a person in kg, and may be of an animal in g."""
    for where, text in texts.items():
        if (parse_number(text) or 0) > _HEAVIEST:
            rule = "nothing says whether this weight is in kg or g"
            remedy = "Name the column with its unit, such as weight (g) or weight (kg)."
            yield Problem(str(where), "weight", text, rule, remedy)
            return


def _counts_in_names(source: SourceTable) -> SourceTable:
    """Read the number of people from names of cohorts, such as ``20 mg (n = 6)``, if no column has it."""
    table = source.table
    problems = [
        Problem(
            str(where), column, text, "this name gives a number of people", f"Write {match[1]} in n instead."
        )
        for column in ("drug", "study", "regimen")
        for where, text in table[column].items()
        if (match := COUNT_IN_NAME.search(text))
    ]
    matches = [COUNT_IN_NAME.search(text) for text in table["cohort"]]
    scans = table[["cohort", "dose", "concentration", "region", "time_h", "session"]]
    is_unsaid = all(is_missing(text) for name in ("n", "subject") for text in table[name])
    if not is_unsaid or not all(matches) or scans.duplicated().any():
        return source.next(table, problems=problems)
    counts = [match[1] for match in matches if match]
    said = ["n read from the names in cohort"] * bool(counts)
    return source.next(table.assign(n=counts), assumptions=said, problems=problems)


def _read_counts(source: SourceTable) -> SourceTable:
    source = _counts_in_names(source)
    texts = source.table["n"]
    counts = {text: match[1] or match[2] for text in texts if (match := _COUNT.fullmatch(text))}
    said = [f"n: {', '.join(f'{text!r} read as {count}' for text, count in counts.items())}"] * bool(counts)
    return source.next(source.table.assign(n=texts.replace(counts)), assumptions=said)


def _percent_sign(text: str) -> str:
    part = split_number(text)
    return f"{part[0]}%" if part and spelling_key(part[1]) in PERCENT_WORDS else text
