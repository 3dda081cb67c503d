"""How often a dose is taken, as a unit or a regimen says it: mg BID, 10 mg every 2 weeks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from petfit.errors import Problem
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable
from petfit.evidence.words import by_factor, words_for

__all__ = [
    "MONTH_DAYS",
    "doses_per_day",
    "frequency_phrase",
    "read_regimens",
    "single_unit",
    "split_frequency",
    "words_not_of_a_day",
]

MONTH_DAYS = Fraction(36525, 1200)
"""Mean length of a month: 365.25 days over 12."""
_COUNTS = {"once": 1, "one": 1, "twice": 2, "two": 2, "three": 3, "thrice": 3, "four": 4}
_DAYS = {"h": Fraction(1, 24), **dict.fromkeys("d日天", Fraction(1)), "w": Fraction(7), "m": MONTH_DAYS}
_COUNT = rf"(?P<count>{'|'.join(_COUNTS)}|[1-9])"
_PERIOD = r"(?P<period>hours?|hrs?|h|days?|d|日|天|weeks?|wks?|w|months?|mo)"
_REVERSED = re.compile(r"^[x\u00d7]([1-9])/")
_LATIN = by_factor("frequencies")
_TIMES = re.compile(
    rf"(?!\d(?:week|month)ly){_COUNT}(?:x|\u00d7|times|days)?(?:(?P<adverb>dai|week|month)ly|(?:per|a|an|/){_PERIOD})"
)
_EVERY = re.compile(rf"(?:every|each|q|/|per)(?P<interval>\d*){_PERIOD}")
_PART = r"\d(?:[./]\d)?"
_SCHEME = re.compile(rf"{_PART}(?:\s*-\s*{_PART}){{2,3}}")
"""Units in the morning, at noon, in the evening and at night: 1-0-1."""
_AMBIGUOUS = re.compile(r"(?<![^\W_])(?:bi|\d+)[\s-]?(?:week|month)ly(?![^\W_])", re.IGNORECASE)
"""So many times in the time, or once in so many."""
_NOT_OF_A_DAY = re.compile(
    r"(?<![^\W_])(?:\d+[\s-]?doses|[2-9]\s*[x\u00d7]\s*\d[\d.]*|[2-9]\s*(?:tablets|capsules|pills)|"
    rf"{'|'.join(map(re.escape, words_for('not_of_a_day', 'phrases')))})(?![^\W\d_])",
    re.IGNORECASE,
)
_PER_DOSE = re.compile(r"(.+?)\s*(?:/|\bper\s)\s*(?:dose|administration)", re.IGNORECASE)
_FREQUENCY_START = re.compile(r"[\s,]+(?=\S)|(?<=[a-z])(?=[/(\u00d7])", re.IGNORECASE)
_PER_TIME = re.compile(
    r"(?:/|\bper\s)\s*(?:d|day|tag|j|jour|die|d[ií]a|giorno|h|hr|hour|week|日|天)\b", re.IGNORECASE
)


def doses_per_day(text: str) -> Fraction | None:
    """Return how many doses a day a phrase means, or None where it does not say so.

    Examples
    --------
    >>> doses_per_day("b.i.d."), doses_per_day("every 2 weeks"), doses_per_day("repeated")
    (Fraction(2, 1), Fraction(1, 14), None)
    >>> doses_per_day("1-0-1"), doses_per_day("x 2/day")
    (Fraction(2, 1), Fraction(2, 1))
    """
    if _SCHEME.fullmatch(text.strip()):
        return sum(map(Fraction, re.split(r"\s*-\s*", text.strip())), Fraction(0)) or None
    phrase = _REVERSED.sub(r"\1x/", re.sub(r"[\s._()-]+", "", text.casefold()))
    if phrase in _LATIN:
        return _LATIN[phrase]
    if match := _TIMES.fullmatch(phrase):
        return _count(match) / _DAYS[(match["adverb"] or match["period"])[0]]
    match = _EVERY.fullmatch(phrase)
    interval = int(match["interval"] or 1) * _DAYS[match["period"][0]] if match else Fraction(0)
    return 1 / interval if interval else None


def split_frequency(unit: str) -> tuple[str, Fraction] | None:
    """Split a unit of a dose that ends in a frequency; return the unit of one dose and the doses a day.

    Examples
    --------
    >>> split_frequency("mg BID"), split_frequency("mg/2 weeks"), split_frequency("mg")
    (('mg', Fraction(2, 1)), ('mg', Fraction(1, 14)), None)
    """
    for match in _FREQUENCY_START.finditer(unit):
        frequency = doses_per_day(unit[match.end() :] if match[0] else unit[match.start() :])
        if frequency is not None and (single := unit[: match.start()].strip()):
            return single, frequency
    return None


def single_unit(unit: str) -> str:
    """Return the unit of each dose: that of ``mg BID`` and of ``mg/dose`` is ``mg``."""
    match, split = _PER_DOSE.fullmatch(unit), split_frequency(unit)
    return match[1] if match else split[0] if split else unit


def _count(match: re.Match[str]) -> Fraction:
    count = match["count"]
    return Fraction(int(count) if count.isdigit() else _COUNTS[count])


def read_regimens(source: SourceTable) -> SourceTable:
    """Ask whether a dose is each or the day's where the regimen says how often it was taken.

    A unit per day is the day's dose, which is said; a unit with a frequency must be that of the regimen; one
    per dose, such as mg/dose, is given the frequency of the regimen. The time between doses is filled in from
    the regimen or the unit.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    """
    source = _with_frequencies(source)
    table, problems, told, intervals = source.table, [], [], []
    columns = (
        table[name] for name in ("dosing_interval_h", "regimen", "dose_unit", "drug", "dose", "dose_high")
    )
    for where, given, regimen, unit, drug, *doses in zip(table.index, *columns, strict=True):
        phrase = frequency_phrase(regimen)
        frequency, split = doses_per_day(phrase), split_frequency(unit)
        is_daily = bool(_PER_TIME.search(unit)) and (split is None or split[1] == 1)
        known = frequency or (split[1] if split and not is_daily else None)
        intervals.append(f"{float(24 / known):g}" if known and is_missing(given) else given)
        if all(is_missing(dose) or parse_number(dose) == 0 for dose in doses):
            continue
        said = f"the regimen is {regimen}"
        if split and split[1] < 1 and regimen.casefold().startswith("single"):
            rule = f"the regimen is {regimen}, and the unit {unit} is of repeated doses"
            remedy = f"Write {split[0]} in dose_unit, or how the dose was repeated in regimen."
            problems.append(Problem(str(where), "dose_unit", unit, rule, remedy))
            continue
        if known is None and (hours := parse_number(given)) and hours > 0:
            phrase, frequency = f"q{hours:g}h", Fraction(24) / Fraction(given)
            said = f"the time between doses is {given} h"
        if is_daily:
            if frequency not in (None, 1):
                told.append(f"{regimen or phrase} with {unit}")
        elif frequency is not None and (split[1] if split else 1) != frequency:
            single = split[0] if split else ("mg" if is_missing(unit) else unit)
            rule = f"{said}, and the unit {unit or '(empty)'} does not say so"
            problems.append(
                Problem(str(where), "dose_unit", unit, rule, _unit_remedy(source, single, phrase))
            )
        elif split is None and not _AMBIGUOUS.search(unit):
            problems += _unclear_doses(str(where), regimen, drug, unit or "mg")
    assumptions = [f"doses of regimen {words} are read as the dose of a day" for words in dict.fromkeys(told)]
    filled = table.assign(dosing_interval_h=intervals)
    return source.next(filled, assumptions=assumptions, problems=problems)


def _unclear_doses(where: str, regimen: str, drug: str, unit: str) -> Iterator[Problem]:
    """Yield the question how much a dose is a day, where its regimen or its drug is not of each day."""
    for column, text in (("regimen", regimen), ("drug", drug)):
        if words := words_not_of_a_day(text):
            rule = f"a dose of {words} need not be that of a day, and the unit {unit} does not say so"
            remedy = (
                f'Give the unit with how often, such as --set "dose_unit={unit} every 4 weeks" or '
                f'"{unit} BID", or --set "dose_unit={unit}/day" if it is the dose of a day.'
            )
            yield Problem(where, column, text, rule, remedy)
            return


def words_not_of_a_day(text: str) -> str:
    """Return the words of a text by which a dose need not be that of a day, "" if it has none.

    Examples
    --------
    >>> words_not_of_a_day("risperidone LAI"), words_not_of_a_day("4-weekly dose"), words_not_of_a_day("BID")
    ('LAI', '4-weekly', '')
    """
    match = _AMBIGUOUS.search(text) or _NOT_OF_A_DAY.search(text)
    return match[0] if match else ""


def _with_frequencies(source: SourceTable) -> SourceTable:
    """Give units per dose the frequency of the regimen."""
    table, problems, units = source.table, [], []
    columns = (table[name] for name in ("regimen", "dose_unit", "dose"))
    for where, regimen, unit, dose in zip(table.index, *columns, strict=True):
        match, frequency = _PER_DOSE.fullmatch(unit), frequency_phrase(regimen)
        is_single = regimen.casefold().startswith("single") or parse_number(dose) == 0
        if match and not (frequency or is_single):
            rule = f"the unit is {unit}, and the regimen does not say how often"
            problems.append(Problem(str(where), "regimen", regimen, rule, "Write how often, such as BID."))
        units.append(f"{match[1]} {frequency}".strip() if match else unit)
    return source.next(table.assign(dose_unit=units), problems=problems)


def _unit_remedy(source: SourceTable, single: str, phrase: str) -> str:
    """Return what to write, as an option where all rows have the same unit."""
    phrases = set(map(frequency_phrase, source.table["regimen"]))
    each, of_day = f"{single} {phrase}", f"{single}/day"
    is_of_interval = phrases == {""} and source.table["dosing_interval_h"].nunique() > 1
    if source.table["dose_unit"].nunique() > 1 or is_of_interval:
        each_time = f"Write {each} in dose_unit if the dose is that of each time"
        return f"{each_time}, or {of_day} if it is the dose of a day."
    each = each if len(phrases) < 2 else f"{single}/dose"
    return (
        f'Use --set "dose_unit={each}" if the dose is that of each time, --set "dose_unit={of_day}" if it is '
        "the dose of a day."
    )


def frequency_phrase(regimen: str) -> str:
    """Return the words of a regimen that say how often, "" if none do."""
    words = [] if _AMBIGUOUS.search(regimen) else re.split(r"[\s,;()]+", regimen)
    spans = [" ".join(words[a:b]) for a in range(len(words)) for b in range(len(words), a, -1)]
    return next((span for span in spans if doses_per_day(span) is not None), "")
