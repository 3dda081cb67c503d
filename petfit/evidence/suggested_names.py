"""The column that a name in the words of people, or its cells, seem to be: suggested, never taken unasked."""

from __future__ import annotations

import re
from itertools import pairwise

from petfit.evidence.header_meaning import split_unit, unit_within
from petfit.evidence.outcome_words import condition_of, split_condition
from petfit.evidence.parse import is_missing, parse_number, without_percent
from petfit.evidence.quantities import FIXED_UNITS, QUANTITY_COLUMNS
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key, words_of
from petfit.evidence.statistic_names import statistic_name
from petfit.evidence.words import by_word

__all__ = ["can_hold", "can_name_people", "counts_people", "holds_conditions", "named_column"]

_SUGGESTED = by_word("suggested_columns")
_WITH_UNITS = (*QUANTITY_COLUMNS, *FIXED_UNITS)
_NAMES = ("study", "cohort", "drug", "region", "tracer", "session")
_USE = by_word("choices", "use")
_LONGEST_NAME = 16
"""Longer texts are comments."""


def named_column(name: str) -> str:
    """Return petfit's column that a name in the words of people is, "" if none.

    Examples
    --------
    >>> named_column("Patient ID"), named_column("Proband"), named_column("putamen")
    ('subject', 'subject', '')
    """
    for column in dict.fromkeys(_SUGGESTED.values()):
        text = split_unit(name, column)[0]
        spoken = [" ".join(words_of(part)) for part in (text, re.sub(r"[(\[].*[)\]]", "", text))]
        is_it = spelling_key(column) in map(spelling_key, (text, re.sub(r"[(\[].*[)\]]", "", text)))
        if is_it or column in map(_SUGGESTED.get, spoken):
            return column
    return ""


def can_hold(source: SourceTable, name: str, column: str) -> bool:
    """Whether cells can be of one of petfit's columns: no fractions as names, no numbers as regimens."""
    cells = [text for text in source.cells(name) if not is_missing(text)]
    numbers = [text for text in cells if parse_number(without_percent(text)) is not None]
    if column == "use":
        return all(spelling_key(text) in _USE for text in cells)
    if column in _NAMES:
        numbers = [text for text in numbers if not text.isdecimal()]
    return not (numbers and column in (*_NAMES, "regimen"))


def counts_people(source: SourceTable, name: str) -> bool:
    """Whether the first column counts people, in one row or several each: 1, 2, 3 or 1, 1, 2, 2.

    Not if its name is of a statistic or gives a unit.
    """
    has_unit = any(unit_within(name, column) for column in _WITH_UNITS)
    if name != source.names[0] or statistic_name(name) or has_unit:
        return False
    cells = source.cells(name)
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) == len(cells) and numbers[:1] == [1] and steps <= {0, 1} and numbers[-1] > 2


def holds_conditions(source: SourceTable, name: str) -> bool:
    """Whether every cell of a column is a condition of a scan, such as post."""
    cells = {text for text in source.cells(name) if not is_missing(text)}
    return bool(cells) and all(condition_of(text)[0] for text in cells)


def can_name_people(source: SourceTable, name: str) -> bool:
    """Whether every cell of a column is a short text that is no condition, each of them in few rows."""
    cells = [cell for cell in source.cells(name) if not is_missing(cell)]
    are_names = all(len(cell) <= _LONGEST_NAME and not split_condition(cell)[1] for cell in cells)
    are_many = len(set(cells)) > 1 and 4 * len(set(cells)) >= len(cells)
    return len(cells) == len(source.table) and are_many and are_names
