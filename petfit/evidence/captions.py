"""Captions and footnotes that say what the columns do not: a unit, how often a dose is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from petfit.errors import Problem
from petfit.evidence.dosing_frequency import doses_per_day
from petfit.evidence.header_meaning import unit_within
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable

__all__ = ["ask_about_captions"]

_OF_DOSES = re.compile(r"\b(?:dos|medicat|treat|administ|given|taken|mg)", re.IGNORECASE)


def ask_about_captions(source: SourceTable) -> SourceTable:
    """Ask about a unit, or a frequency of doses that a text left out gives and the columns do not.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with the units of cells and headers in their columns.
    """
    problems = [problem for text in source.captions for problem in _asked(source, text)]
    return source.next(source.table, problems=problems)


def _asked(source: SourceTable, text: str) -> Iterator[Problem]:
    filled = {name for name in source.names if not all(map(is_missing, source.cells(name)))}
    for quantity, plain in (("dose", "mg/day"), ("concentration", "UNIT")):
        given, unit = {*source.cells(f"{quantity}_unit")}, _unit(text.rstrip("."), quantity)
        is_new = given <= {"", "mg"} and unit not in ("", "mg", "mg/day", *given)
        if is_new and quantity in filled and "regimen" not in filled:
            rule = "this line was left out, and says what the columns do not"
            option = f'--set "{quantity}_unit={unit}"'
            remedy = f"Use {option} if the {quantity}s are in it, --set {quantity}_unit={plain} if not."
            yield Problem("caption", "", text, rule, remedy)


def _unit(text: str, quantity: str) -> str:
    """Return the unit that a text gives, or the frequency of its doses with mg, "" if neither."""
    if unit := unit_within(text, quantity):
        return unit
    words = re.findall(r"[^\s,;:()]+", text)
    if quantity != "dose" or not _OF_DOSES.search(text):
        return ""
    phrases = (" ".join(words[first : first + count]) for count in (3, 2, 1) for first in range(len(words)))
    return next((f"mg {phrase}" for phrase in phrases if doses_per_day(phrase) not in (None, 1)), "")
