"""The column that a name of the user, or its cells, seem to mean: a suggestion, never taken unasked."""

from __future__ import annotations

import difflib
import re

from petfit.evidence.cell_units import is_quantity_of
from petfit.evidence.columns import COLUMNS
from petfit.evidence.combined_columns import has_combined_cells
from petfit.evidence.dose_words import dose_parts
from petfit.evidence.dosing_frequency import doses_per_day
from petfit.evidence.header_hints import header_hint, is_fit_result, is_no_spread
from petfit.evidence.header_meaning import header_meaning, unit_within
from petfit.evidence.limits import SIGN
from petfit.evidence.named_doses import names_doses
from petfit.evidence.outcome_words import is_uptake_ratio, split_condition, split_outcome
from petfit.evidence.parse import PLUS_MINUS, is_missing, parse_number, without_percent
from petfit.evidence.quantities import QUANTITY_COLUMNS, is_unit_of
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key, words_of
from petfit.evidence.statistic_names import statistic_name
from petfit.evidence.suggested_names import can_hold, counts_people, holds_conditions, named_column
from petfit.evidence.wide.non_value_columns import is_about_people, is_of_plasma, non_value_columns
from petfit.evidence.wide.region_names import is_region
from petfit.evidence.words import words_for

__all__ = [
    "gives_unit",
    "guessed_columns",
    "has_numbers",
    "is_numbered_scan",
    "is_of_condition",
    "is_of_repeat",
    "names_occupancy",
]

_PERCENTILE = re.compile(
    r"(?:[pqx](?=.*\d$)\.?\s?|p?(?=.*(?:%|th)))(2\.5|25|50|75|97\.5)\s*(?:%|th\b.*)?", re.IGNORECASE
)
_PERCENTILES = {"2.5": "ci_low", "25": "q1", "50": "median", "75": "q3", "97.5": "ci_high"}
_SPREAD = re.compile(r"(?<![^\W_])(?:sd|se|sem|std|cv)(?![^\W_])", re.IGNORECASE)
_OCCUPANCY = re.compile(r"occupancy|\bRO\b|\bocc\b", re.IGNORECASE)
_CONCENTRATION = re.compile(
    r"(?<![^\W_])(?:conc(?:entrations?)?|cp|plasma|serum|auc)(?![^\W_])", re.IGNORECASE
)
_AFTER_DOSE = re.compile(
    r"(?:time|days?|hours?|hrs?|h|min|minutes)[\s_]*(?:after|post|since|from)[\s_-]*"
    r"(?:the )?(?:last )?(?:dos|drug|admin|intake|pill)",
    re.IGNORECASE,
)
_OTHER_TIME = re.compile(
    r"(?<![^\W_])(?:dose|tmax|half|halflife|duration|length|frame|uptake|inject(?:ion|ed)?|treatment|acquisition|of[\s_]day)"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_OF_WHAT = re.compile(r"[\s_]+(?:of|for)[\s_].*", re.IGNORECASE)
_OF_LEVELS = ("sd", "se", "n")
"""Statistics of which each level of a wide table has its own."""
_IN_HOURS = re.compile(r"(?<![^\W_])(?:h|hrs?|hours?)(?![^\W_])", re.IGNORECASE)
_MELTED = ("variable", "key", "name", "label")
"""As pandas and R call the column of what were names of columns."""
_SCANS = words_for("scans", "outcome")
_SIMILAR, _SIMILAR_TO_MISSING = 0.85, 0.7


def guessed_columns(source: SourceTable, unknown: list[str], missing: list[str]) -> dict[str, str]:
    """Return, by petfit's column, the unknown column that seems to be it.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names where they are known.
    unknown : list of str
        Filled columns that petfit does not know.
    missing : list of str
        Columns that every table needs and this one lacks.
    """
    present = source.names
    mapped: dict[str, str] = {}
    unknown = [name for name in unknown if not (is_fit_result(name) or is_no_spread(name))]
    if {"drug", "dose"} <= set(missing):
        mapped.update([("drug", name) for name in unknown if names_doses(source, name)][:1])
    for name in unknown:
        column = _by_words(source, name) or _guess(source, name, missing)
        if column in mapped and column in _OF_LEVELS:
            present.append(column)
        if column and column not in present and name not in mapped.values():
            mapped.setdefault(column, name)
    mapped = {column: name for column, name in mapped.items() if column not in present}
    left = [name for name in unknown if name not in mapped.values()]
    return _by_numbers(source, left, [name for name in missing if name not in mapped]) | mapped


def _guess(source: SourceTable, name: str, missing: list[str]) -> str:
    """Return the column that a name of the user seems to mean, "" if none."""
    column = named_column(name)
    if column == "dosing_interval_h" and not _IN_HOURS.search(name):
        return ""
    if column and not can_hold(source, name, column):
        return ""
    if column == "n" and _counts_rows(source.cells(name)):
        return "subject"
    if column and (column in missing or column not in ("drug", "dose", "value")):
        return column
    if not column and counts_people(source, name):
        return "subject"
    spoken = re.sub(r"[(\[].*[)\]]", "", name)
    if (statistic := statistic_name(spoken) or statistic_name(_OF_WHAT.sub("", spoken))) in _OF_LEVELS:
        return str(statistic)
    last_word = re.split(r"[\W_]+", name.strip("()[] %"))[-1]
    is_of_several = re.search(rf"{PLUS_MINUS}|\bmean\b|\bmedian\b", name, re.IGNORECASE)
    if (statistic := statistic_name(last_word)) in ("sd", "se", "n") and not is_of_several:
        rest = name[: name.rindex(last_word)].strip(" _,(")
        of_what = getattr(header_meaning(source, rest, (), is_wide=False), "column", "") or named_column(rest)
        if of_what == "concentration" and statistic == "sd":
            return "concentration_sd"
        return "" if is_about_people(rest) or of_what not in ("", "value") else str(statistic)
    if _AFTER_DOSE.search(name) and has_numbers(source, name):
        return "time_h"
    if is_of_condition(name):
        return ""
    if has_numbers(source, name) and not is_about_people(name) and not _SPREAD.search(name):
        if gives_unit(name, "concentration"):
            return "concentration"
        is_of_other = names_occupancy(name) or _OTHER_TIME.search(name) or header_hint(name)
        if gives_unit(name, "time_h") and not is_of_other:
            return "time_h"
    word = "_".join(words_of(name))
    if word[-1:].isdecimal():
        return ""
    matches = difflib.get_close_matches(word, missing, 1, _SIMILAR_TO_MISSING)
    return next(iter(matches or difflib.get_close_matches(word, COLUMNS, 1, _SIMILAR)), "")


def _counts_rows(cells: list[str]) -> bool:
    """Whether cells are 1, 2, 3 and so on, in any order."""
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    return len(cells) > 1 and sorted(numbers) == list(range(1, len(cells) + 1))


def _by_words(source: SourceTable, name: str) -> str:
    """Return the column that the words in a column, or the columns beside it, tell, "" if none."""
    cells = {text for text in source.table[name] if not is_missing(text)}
    if holds_conditions(source, name):
        return "condition"
    if cells and all(doses_per_day(text) is not None and parse_number(text) is None for text in cells):
        return "regimen"
    if cells and all(is_quantity_of("dose", (dose_parts(text) or {"dose": text})["dose"]) for text in cells):
        return "dose"
    if spelling_key(name) in _MELTED and len(cells) > 1 and all(map(is_region, cells)):
        return "region"
    if match := _PERCENTILE.fullmatch(name):
        return _PERCENTILES[match[1]]
    are_words = all(len(text) > 1 or text == "%" for text in cells)
    if are_words or "unit" in words_of(re.sub("s$", "", name.lower())):
        quantities = [
            quantity for quantity in QUANTITY_COLUMNS if all(is_unit_of(quantity, text) for text in cells)
        ]
        return f"{quantities[0]}_unit" if cells and len(quantities) == 1 else ""
    return ""


def _by_numbers(source: SourceTable, unknown: list[str], missing: list[str]) -> dict[str, str]:
    """Return the only column of numbers that can be of each missing column, by its unit or by its name."""
    not_values, _ = non_value_columns(source, unknown)
    numeric = [
        name
        for name in unknown
        if has_numbers(source, name)
        and not _SPREAD.search(name)
        and (name not in not_values or is_of_plasma(name) or is_uptake_ratio(name))
    ]
    if any(is_of_condition(name) for name in numeric):
        return {}
    found: dict[str, str] = {}
    for column in ("value", "dose", "concentration"):
        is_missing_column = column in missing or (column == "concentration" and "dose" in missing)
        fitting = [name for name in numeric if gives_unit(name, column) and name not in found.values()]
        if column == "value":
            named = [name for name in unknown if names_occupancy(name)]
            fitting = [name for name in named if name in numeric] or named or fitting
        if is_missing_column and len(fitting) == 1:
            found[column] = fitting[0]
    combined = [name for name in unknown if has_combined_cells(source, name)]
    if "value" in missing and "value" not in found and len(combined) == 1:
        found["value"] = combined[0]
    if "concentration" in found and "dose" in found:
        del found["concentration"]
    still = [name for name in ("dose", "value") if name in missing and name not in found]
    rest = [
        name
        for name in numeric
        if name not in found.values() and not is_of_plasma(name) and not _CONCENTRATION.search(name)
    ]
    if len(still) == 1 and len(rest) == 1 and "concentration" not in found:
        found[still[0]] = rest[0]
    return found


def gives_unit(name: str, column: str) -> bool:
    """Whether a name has a unit of a column in it, and of no other: a dose pm is in mg, not in pM."""
    unit, of_dose = unit_within(name, column), bool(unit_within(name, "dose"))
    of_dose |= column == "concentration" and "dose" in words_of(name)
    if of_dose and column in ("concentration", "time_h"):
        return False
    return bool(unit) and not unit.lower().startswith(("log", "ln"))


def is_of_condition(name: str) -> bool:
    """Whether a name is of scans of a condition, numbered or not: Putamen_base, post 2, scan1, BP 2."""
    without_number = re.sub(r"[\s_]*\d+$", "", name)
    return bool(split_condition(without_number)[1]) or is_numbered_scan(name) or is_of_repeat(name)


def is_numbered_scan(name: str) -> bool:
    """Whether a name is of the first or second scan, whichever that is: scan1, BP 2, BPND scan 2."""
    without_number = re.sub(r"[\s_]*\d+$", "", name)
    parts = map(spelling_key, (without_number, split_outcome(without_number)[0]))
    return without_number != name and any(part in ("scan", *_SCANS) for part in parts)


def is_of_repeat(name: str) -> bool:
    """Whether a name is of one of two equal scans: Putamen_test, retest."""
    return words_of(name.replace("_", " "))[-1:] in (["test"], ["retest"])


def has_numbers(source: SourceTable, name: str) -> bool:
    """Whether a column can be one of values: numbers in most of its cells, and no statistic."""
    cells = [re.sub(rf"^{SIGN}\s*", "", text) for text in source.table[name] if not is_missing(text)]
    numbers = [parse_number(without_percent(text).replace(",", ".")) for text in cells]
    return bool(cells) and 2 * numbers.count(None) < len(cells) and statistic_name(name) is None


def names_occupancy(name: str) -> bool:
    """Whether a name speaks of an occupancy."""
    return _OCCUPANCY.search(name) is not None
