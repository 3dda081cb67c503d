"""The quantities whose unit a table gives: which columns have it, and what a text can be as their unit."""

from __future__ import annotations

from fractions import Fraction

from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.log_units import split_logarithm
from petfit.evidence.spelling import spelling_key
from petfit.evidence.units import Kind, scale_of
from petfit.evidence.words import by_factor, words_for

__all__ = ["FIXED_UNITS", "PERCENT_WORDS", "QUANTITY_COLUMNS", "is_unit_of", "unit_key"]

QUANTITY_COLUMNS: dict[str, tuple[str, ...]] = {
    quantity: tuple(
        column.name
        for column in (*COLUMNS.values(), *STATISTICS.values())
        if column.unit == f"{quantity}_unit" and column.kind == "number"
    )
    for quantity in ("dose", "concentration", "value")
}
"""The columns of each quantity."""
_WITH_LOGARITHMS: tuple[Kind, ...] = ("dose", "concentration")
PERCENT_WORDS = frozenset(words_for("choices", "value_unit", "percent"))
_FRACTION_WORDS = {*words_for("choices", "value_unit", "fraction"), "1", "1/1", "unitless"}
_RELATIVE = {**dict.fromkeys(PERCENT_WORDS, Fraction(1, 100)), "fraction": Fraction(1)}
FIXED_UNITS: dict[str, dict[str, Fraction]] = {
    **{column: by_factor("units", column) for column in ("time_h", "days_on_drug", "weight")},
    "fp": _RELATIVE,
    "cv": _RELATIVE,
}
"""Columns with one unit only: the units that are read, each with its factor."""


def unit_key(unit: str) -> str:
    """Return what all spellings of a unit have in common, ``percent`` for all words for it."""
    key = spelling_key(unit)
    return "percent" if key in PERCENT_WORDS else key


def is_unit_of(column: str, unit: str) -> bool:
    """Return whether a text in a header can be the unit of a column.

    Examples
    --------
    >>> is_unit_of("dose", "mg"), is_unit_of("value", "%"), is_unit_of("dose", "tablets")
    (True, True, False)
    """
    key = spelling_key(unit)
    if column in FIXED_UNITS:
        return key in FIXED_UNITS[column]
    for quantity in _WITH_LOGARITHMS:
        if column in QUANTITY_COLUMNS[quantity]:
            return split_logarithm(unit) is not None or scale_of(unit, quantity) is not None
    if column in QUANTITY_COLUMNS["value"]:
        is_plain = key in PERCENT_WORDS | _FRACTION_WORDS
        return is_plain or scale_of(unit, "volume ratio") is not None
    return False
