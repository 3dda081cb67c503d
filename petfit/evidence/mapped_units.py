"""The unit that the name of a dose or a concentration gives, with all that stands around it."""

from __future__ import annotations

import re

from petfit.evidence.dosing_frequency import (
    doses_per_day,
    frequency_phrase,
    split_frequency,
    words_not_of_a_day,
)
from petfit.evidence.parse import DASHES

__all__ = ["whole_unit"]

_TIMES_TEN = re.compile(r"(?<![^\W_])(?:[x\u00d7]\s*\d|\d\s*[x\u00d7](?![^\W_])|twice|times)", re.IGNORECASE)
_PER_KILOGRAM = re.compile(r"(?:/|(?<![^\W_])per[\s_])\s*kg", re.IGNORECASE)
_HAS_TIME = re.compile(r"/\s*\d*\s*(?:h|d|w|mo)", re.IGNORECASE)


def whole_unit(name: str, column: str, unit: str) -> str:
    """Return a unit with what the rest of a name says of it.

    It is "" where its numbers may be multiples, or not be doses of a day.

    Examples
    --------
    >>> whole_unit("Dose per kg (mg)", "dose", "mg"), whole_unit("Weekly dose (mg)", "dose", "mg")
    ('mg/kg', 'mg Weekly')
    >>> whole_unit("4-weekly dose (mg)", "dose", "mg"), whole_unit("Dose (mg of LAI)", "dose", "mg")
    ('', '')
    >>> whole_unit("Dose (x10 mg)", "dose", "mg"), whole_unit("C (10^-9 M)", "concentration", "M")
    ('', '')
    """
    number = rf"(?<![\w.])\d[\d.,^{DASHES}\u2070-\u207b\u00b9\u00b2\u00b3-]*\s*{re.escape(unit)}(?![^\W_])"
    if not unit or _TIMES_TEN.search(name) or re.search(number, name):
        return unit if split_frequency(unit) else ""
    if column != "dose":
        return unit
    if words_not_of_a_day(name) and not split_frequency(unit):
        return ""
    if "kg" not in unit and _PER_KILOGRAM.search(name):
        unit = f"{unit}/kg"
    phrase = frequency_phrase(name.replace("_", " "))
    frequency = doses_per_day(phrase) if phrase else None
    if frequency is None or frequency == 1 or split_frequency(unit) or _HAS_TIME.search(unit):
        return unit
    return f"{unit} {phrase}" if frequency < 1 else ""
