"""Columns of a wide table that are not levels with values: text, results of tests, properties of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from petfit.errors import Problem
from petfit.evidence.headers import split_unit
from petfit.evidence.option_words import ignore_option
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.statistics import statistic_name
from petfit.evidence.wide.level_statistics import name_key, split_statistic

__all__ = ["is_about_people", "non_value_columns"]

_TEXT = re.compile(r"[^\d]*")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_ABOUT_PEOPLE = frozenset(
    [
        *("age", "ageyears", "bmi", "bmikgm2", "height", "bodyweight", "sex", "gender", "race", "ethnicity"),
        *("smoker", "smoking", "genotype", "education", "hamd", "madrs", "panss"),
        *("year", "date", "visit", "visitnumber", "scan", "scanno", "scannumber", "scandate", "order"),
        *("injecteddose", "injectedactivity", "injectedmass", "massinjected", "massdose"),
        *("specificactivity", "molaractivity", "scanner", "camera", "site", "center", "centre"),
        *("duration", "treatmentduration", "weeks", "days", "difference", "ratio", "delta"),
    ]
)
"""Names of properties of people and scans, without spaces."""


def non_value_columns(source: SourceTable, columns: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Return the columns that are text, results of tests or properties of people."""
    of_tests = [
        name for name in columns if statistic_name(name) == "p" or _statistic_in(name, columns) == "p"
    ]
    known: list[str] = list(of_tests)
    kinds = {"a result of a test": of_tests}
    for kind, is_of_kind in _KINDS.items():
        kinds[kind] = [name for name in columns if name not in known and is_of_kind(source, name)]
        known += kinds[kind]
    found = [name for name in columns if name in known]
    if not found:
        return [], []
    kind_of = {name: kind for kind, names in kinds.items() for name in names}
    words = ", ".join(f"{name} ({kind_of[name]})" for name in found)
    remedy = f"Leave {'it' if len(found) == 1 else 'them'} out: {ignore_option(found)}."
    rule = f"{'this column is' if len(found) == 1 else 'these columns are'} not of values: {words}"
    return found, [Problem("header", ", ".join(found), "", rule, remedy)]


def is_about_people(name: str) -> bool:
    """Return whether a name is one of a property of a person or a scan, not of a level of values.

    Examples
    --------
    >>> is_about_people("Age (years)"), is_about_people("putamen")
    (True, False)
    """
    return name_key(_BRACKETS.sub("", name)) in _ABOUT_PEOPLE


_KINDS: dict[str, Callable[[SourceTable, str], bool]] = {
    "of people or scans": lambda _, name: is_about_people(name),
    "text": lambda source, name: _is_text(source, name),
    "a mean of others": lambda _, name: statistic_name(split_unit(name, "value")[0]) == "value",
    "no name": lambda _, name: name.lower().startswith("unnamed"),
}


def _statistic_in(column: str, columns: Sequence[str]) -> str:
    return split_statistic(column, {name_key(name): name for name in columns})[1]


def _is_text(source: SourceTable, column: str) -> bool:
    cells = [text for text in source.table[column] if not is_missing(text)]
    return len(cells) > 1 and all(_TEXT.fullmatch(text) for text in cells)
