"""Ask for the outcome of numbers that may be scans, for their unit, and for the sign of changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.header_meaning import split_unit
from petfit.evidence.outcome_words import SCAN_WORDS, outcome_of, split_outcome
from petfit.evidence.quantities import QUANTITY_COLUMNS
from petfit.evidence.rows import Row, each_row
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.table_format import TableFormat

__all__ = ["ask_for_outcomes"]

_SURELY_PERCENT = 10.0
"""Larger numbers are percentages if they are occupancies, and hardly ever binding potentials."""
_LARGEST_FRACTION = 2.0
_LARGEST_OCCUPANCY = 1.2
"""Near full occupancy, noise of up to 20 points takes an occupancy above 1."""
_MIN_RISE = 0.5
"""Ranks of occupancies rise with those of exposures by this slope or more."""
_MIN_FALL = -0.8
_LARGEST_FALL = 0.2
"""Numbers that fall further from the lowest to the highest exposure, rank by rank, may be what remains."""
_LARGEST_WITHOUT_DRUG = 0.5
_CLEARLY_NEGATIVE = -0.1
_SMALLEST_FRACTION = 0.05
_SCANS = "--outcome bpnd or --outcome vt if they are scans"
_OCCUPANCIES = "--outcome occupancy if they are occupancies"
_NOT_OCCUPANCIES = "Use --ignore outcome --outcome bpnd (or vt) if they are scans"
_RENAMED = "Rename the column, such as BP_ND, if they are scans"
_READ_FIRST = {"value", "outcome", "dose", "dose_unit", "concentration", "concentration_unit"}
"""A row in which one of these is a problem tells nothing of the others."""
_READ = ["study", "drug", "dose", "dose_high", "concentration", "outcome", "condition", "value_unit"]


class _Number(NamedTuple):
    """The reported number of a row, its place, and the row."""

    where: str
    value: float
    row: Row

    @property
    def exposure(self) -> float:
        """The largest exposure of the row, NaN if it has none."""
        given = [self.row[name] for name in ("dose", "dose_high", "concentration")]
        return max((float(number) for number in given if number == number), default=math.nan)


def ask_for_outcomes(source: SourceTable, table_format: TableFormat) -> SourceTable:
    """Refuse numbers of which nothing says what they are, where they may not be fractions of occupancy.

    They may be scans if one is above 1, if one without the drug is large, if a row has a condition, or if
    their column is called so. Numbers a little above 1 that rise with exposure are occupancies, as scans
    fall. Values that are all negative may be changes of the binding potential, and those that fall with
    exposure what remains of it, also where the header calls them occupancies.

    Parameters
    ----------
    source : SourceTable
        Typed, with units converted; an empty outcome or unit of a value was not given.
    table_format : TableFormat
        Its outcome, if given, answers the questions about values that the header calls occupancies.
    """
    columns = ["value", "low", "high"]
    rows = source.table.loc[source.table["use"] != "no", _READ + columns]
    unreadable = {problem.where for problem in source.problems if problem.column in _READ_FIRST}
    numbers = [
        _Number(where, max((row[name] for name in columns if row[name] == row[name]), default=math.nan), row)
        for where, row in each_row(rows)
        if where not in unreadable
    ]
    occupancies = [number for number in numbers if number.row["outcome"] == "occupancy"]
    unsaid = [number for number in numbers if number.row["outcome"] == ""]
    is_asked_for = table_format.outcome or "outcome" in table_format.constants
    is_named = _says_occupancy(source)
    doubtful = unsaid + occupancies if is_named and not is_asked_for else unsaid
    not_occupancies = _RENAMED if is_named else _NOT_OCCUPANCIES
    questions = [
        *_scan_questions(source, [number for number in unsaid if not number.row["value_unit"]]),
        *_percent_questions(
            [number for number in occupancies if not number.row["value_unit"]], not_occupancies
        ),
        *_baseline_questions(occupancies, not_occupancies),
        *_change_questions(doubtful),
        *_remaining_questions(doubtful),
    ]
    return _small(source.next(source.table, problems=questions), numbers) if questions else source


def _says_occupancy(source: SourceTable) -> bool:
    """Whether the header of the values says that they are occupancies."""
    name, _ = split_unit(source.column_labels.get("value", "value"), "value")
    return "occupancy" in (outcome_of(name), split_outcome(name, with_occ=True)[1])


def _small(source: SourceTable, numbers: list[_Number]) -> SourceTable:
    """Return the table with large numbers scaled to 1, so that the other rules do not object to them too."""
    table, given = source.table, {where: dict(cells) for where, cells in source.cells_as_given.items()}
    large = {number.where: number.value for number in numbers if number.value > 1}
    factors = pd.Series([large.get(str(where), 1.0) for where in table.index], table.index)
    columns = [name for name in QUANTITY_COLUMNS["value"] if name in table.columns]
    small = table.assign(**{name: table[name] / factors for name in columns})
    for where in large:
        texts = given.setdefault(where, {})
        for old, new in zip(table.loc[where, columns], small.loc[where, columns], strict=True):
            texts[f"{new:g}"] = texts.get(f"{old:g}", f"{old:g}")
    return source.next(small, cells_as_given=given)


def _scan_questions(source: SourceTable, numbers: list[_Number]) -> Iterator[Problem]:
    """Yield the question whether numbers are scans, for the first reason to ask it."""
    label = source.column_labels.get("value", "value")
    baselines = [number for number in numbers if number.row["condition"] == "baseline"]
    above = [number for number in numbers if number.value > 1]
    without_drug = [
        number for number in numbers if number.exposure == 0 and number.value > _LARGEST_WITHOUT_DRUG
    ]
    scans = f"Use {_SCANS}, or {_OCCUPANCIES}."
    if numbers and spelling_key(label) in SCAN_WORDS:
        yield _question(numbers, "the column is named like one of scans, not occupancies", scans)
    elif baselines:
        remedy = f"Use {_SCANS}, or --ignore condition if they are not."
        yield _question(baselines, "a baseline is a scan, and nothing says of which outcome", remedy)
    elif above and not _rise_a_little_above_1(numbers):
        percent = "--set value_unit=percent"
        rule = "values rise above 1, and nothing says whether they are occupancies or scans"
        remedy = f"Use {percent} if they are percentages, {_OCCUPANCIES}, or {_SCANS}."
        if max(number.value for number in above) > _SURELY_PERCENT:
            remedy = f"Use {percent} if they are percentages, or {_SCANS}."
        if _is_mixed(numbers):
            rule = "some values are above 1 and others look like fractions"
            remedy = f"Write all of them in percent and use {percent}."
        yield _question(above, rule, remedy)
    elif without_drug:
        rule = "this is large for an occupancy without the drug, and nothing says that it is one"
        yield _question(without_drug, rule, scans)


def _rise_a_little_above_1(numbers: list[_Number]) -> bool:
    """Whether numbers rise with exposure, to 1 but for noise."""
    pairs = [(number.exposure, number.value) for number in numbers]
    table = pd.DataFrame(pairs, columns=["exposure", "value"]).dropna()
    if len(table) < 2:
        return False
    covariance = table.rank().cov()["exposure"]
    rises = covariance["value"] > _MIN_RISE * covariance["exposure"]
    return bool(rises and table["value"].max() <= _LARGEST_OCCUPANCY)


def _percent_questions(numbers: list[_Number], not_occupancies: str) -> Iterator[Problem]:
    """Yield the question whether occupancies without a unit are in percent."""
    above = [number for number in numbers if number.value > _LARGEST_FRACTION]
    if not above:
        return
    rule = "this is no fraction, and nothing says that the occupancies are in percent"
    remedy = "Use --set value_unit=percent."
    if max(number.value for number in above) <= _SURELY_PERCENT:
        remedy = f"{not_occupancies}, or use --set value_unit=percent if they are percentages."
    if _is_mixed(numbers):
        rule = "some occupancies are above 1 and others look like fractions"
        remedy = "Write all of them in percent and use --set value_unit=percent."
    yield _question(above, rule, remedy)


def _is_mixed(numbers: list[_Number]) -> bool:
    """Whether numbers that can only be percentages stand beside fractions."""
    values = [number.value for number in numbers]
    return any(value > _SURELY_PERCENT for value in values) and any(
        _SMALLEST_FRACTION <= value < 1 for value in values
    )


def _baseline_questions(numbers: list[_Number], not_occupancies: str) -> Iterator[Problem]:
    """Yield the contradiction of occupancies at baseline."""
    baselines = [number for number in numbers if number.row["condition"] == "baseline"]
    if baselines:
        rule = "a baseline is a scan of outcome bpnd or vt, not an occupancy"
        yield _question(baselines, rule, f"{not_occupancies}, or --ignore condition if they are not.")


def _change_questions(numbers: list[_Number]) -> Iterator[Problem]:
    """Yield the question whether values of a drug that are all negative are changes of BP."""
    for of_drug in _by_drug(numbers):
        if len(of_drug) > 1 and all(number.value < _CLEARLY_NEGATIVE for number in of_drug):
            rule = "every value with the drug is negative, as changes of the binding potential are"
            remedy = (
                "Use --outcome change, by which -45 % is an occupancy of 45 %, or --outcome occupancy if "
                "they are occupancies."
            )
            yield _question(of_drug, rule, remedy)


def _remaining_questions(numbers: list[_Number]) -> Iterator[Problem]:
    """Yield the question whether values are what remains of the binding.

    They are large without the drug and in percent, or fall with exposure.
    """
    without_drug = [
        number
        for number in numbers
        if number.row["value_unit"] and number.exposure == 0 and number.value > _LARGEST_WITHOUT_DRUG
    ]
    if without_drug:
        rule = "this is large for an occupancy without the drug, and nothing says that it is one"
        remedy = "Use --outcome remaining if it is what remains of the binding, or --outcome occupancy."
        yield _question(without_drug, rule, remedy)
        return
    for of_drug in _by_drug(numbers, lowest=0):
        pairs = [(number.exposure, number.value) for number in of_drug]
        table = pd.DataFrame(pairs, columns=["exposure", "value"])
        means = table.groupby("exposure")["value"].mean()
        if max(len(means), len(table) - 1) < 3 or max(map(abs, table["value"])) > 1:
            continue
        covariance = table.rank().cov().to_numpy()
        falls = covariance[0, 1] < _MIN_FALL * math.sqrt(covariance[0, 0] * covariance[1, 1])
        if falls and means.iloc[0] - means.iloc[-1] > _LARGEST_FALL:
            rule = (
                "the values fall with exposure, as what remains of the binding does, and an occupancy rises"
            )
            remedy = (
                "Use --outcome remaining, by which 45 % is an occupancy of 55 %, or --outcome occupancy if "
                "they are occupancies."
            )
            yield _question(of_drug, rule, remedy)


def _by_drug(numbers: list[_Number], lowest: float = math.ulp(0.0)) -> list[list[_Number]]:
    """Return the numbers with an exposure, the lowest or above, by study and drug."""
    found: dict[tuple[str, str], list[_Number]] = {}
    for number in numbers:
        if number.exposure >= lowest and not math.isnan(number.value):
            found.setdefault((number.row["study"], number.row["drug"]), []).append(number)
    return list(found.values())


def _question(numbers: list[_Number], rule: str, remedy: str) -> Problem:
    """Return one problem for several numbers."""
    more = len(numbers) - 1
    first = numbers[0]
    shown = first.row["value"] if first.row["value"] > 1 else first.value
    seen = f"{shown:g}" + (f" and {more} more row{'s' * (more > 1)}" if more else "")
    return Problem(first.where, "value", seen, rule, remedy)
