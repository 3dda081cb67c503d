"""Columns of a wide table that are of values, and those that are not: text, tests, properties of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.header_meaning import split_unit
from petfit.evidence.limits import SIGN
from petfit.evidence.option_words import columns_option, ignore_option
from petfit.evidence.outcome_words import split_outcome
from petfit.evidence.parse import is_missing
from petfit.evidence.quantities import is_unit_of
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import name_key, words_of
from petfit.evidence.statistic_names import is_end_of_bar, statistic_name
from petfit.evidence.suggested_names import (
    can_hold,
    can_name_people,
    counts_people,
    holds_conditions,
    named_column,
)
from petfit.evidence.wide.level_statistics import split_statistic
from petfit.evidence.words import by_word, words_for

__all__ = ["is_about_people", "is_of_plasma", "non_value_columns", "value_columns"]

_TEXT = re.compile(
    rf"[^\d]*|(?!(?:ca|c|approx\w*|about|around|circa|n|{SIGN})(?![^\W\d_]))[^\W\d_].*", re.IGNORECASE
)
"""Not a number with words before it, such as about 80."""
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_NOT_VALUES = by_word("not_values")
_PREDICTIONS = frozenset(words_for("not_values", "predictions"))
_OTHER_UNIT = re.compile(
    r"bpm|/min|mm\s?hg|m?s|[cm]m|cm3|mm3|ccm|years?|yrs?|points?|score|m?(?:iu|u)/m?l|[°º]c|kg|kg/m[2²]",
    re.IGNORECASE,
)
_ACTIVITY = re.compile(r"(?<![^\W_])(?:[kMG]Bq|[mµu]Ci|injected)(?![^\W_])", re.IGNORECASE)
_PLASMA = re.compile(
    r"(?:plasma|serum|blood|cp|conc|concentration|css|cmax|cmin|cavg|ctrough|c0|tmax|auc|auc[^a-z].*|trough|peak|"
    r"half[\s_-]?life|t1/2|clearance|parent)(?![^\W_])(?:.*)",
    re.IGNORECASE,
)
_OF_ROWS = {
    *("study", "cohort", "subject", "drug", "tracer", "regimen", "session", "condition"),
    *("days_on_drug", "weight", "time_h", "fp", "use"),
}
"""Columns of which a row has one, whatever its levels."""
_PERCENTILE = re.compile(r"[pq]_?\.?\d{1,2}(?:\.\d+)?|p?\d{1,2}(?:\.\d+)?\s*(?:%|th\b.*)", re.IGNORECASE)
_OTHER_STATISTICS = {"p": "a result of a test", "variance": "a variance; its square root is the sd"}
_REST_OF_ALL = {
    *("", "region", "regions", "roi", "rois", "occ", "occupancy", "ro", "bp", "bpnd", "vt"),
    *words_for("not_values", "all_regions"),
}
_WORDS_OF_MEANS = ("mean", "average", "avg", "of", "the", "across")
_MEAN = re.compile(r"(?:mean|average|avg)(?![^\W_]).*|.*(?<![^\W_])(?:mean|average|avg)", re.IGNORECASE)


def value_columns(source: SourceTable, wide: str | None, extra: Collection[str]) -> list[str]:
    """Return the columns of a wide table that should be of values: those neither canonical nor in `extra`."""
    known = {*COLUMNS, *STATISTICS, *extra}
    return [name for name in source.names if wide and name not in known]


def non_value_columns(source: SourceTable, columns: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Return the columns that are text, results of tests or properties of people, and the problem of them."""
    bases = {name_key(name): name for name in columns}
    kinds = {name: _kind(source, name, bases) for name in columns}
    kinds |= dict.fromkeys(_means_of_others(columns), "a mean of others")
    kinds = {name: kind for name, kind in kinds.items() if kind}
    if not kinds:
        return [], []
    found = list(kinds)
    plasma, methods = ([name for name in found if kinds[name] == kind] for kind in ("of plasma", "a method"))
    named = _named_columns(source, found)
    left = [name for name in found if name not in named.values()]
    remedies = [f"Use {columns_option(named)}."] * bool(named)
    remedies += _people_or_not(source, left, named)
    remedies += [f"Leave {'it' if len(left) == 1 else 'them'} out: {ignore_option(left)}."] * bool(left)
    remedy = " ".join(remedies)
    if plasma:
        remedy += f" A concentration at the scan is read with {columns_option({'concentration': plasma[0]})}."
    if len(methods) > 1:
        mapping = columns_option({"value": methods[0]})
        remedy = f"Choose one, such as {mapping} {ignore_option(methods[1:])} without --wide."
    words = ", ".join(f"{name} ({kind})" for name, kind in kinds.items())
    rule = f"{'this column is' if len(found) == 1 else 'these columns are'} not of values: {words}"
    return found, [Problem("header", ", ".join(found), "", rule, remedy)]


def _named_columns(source: SourceTable, names: Sequence[str]) -> dict[str, str]:
    """Return, by petfit's column that the table lacks, the first of some columns that seems to be it."""
    found: dict[str, str] = {}
    for name in names:
        column = named_column(name) or "subject" * counts_people(source, name)
        are_conditions = holds_conditions(source, name)
        column = "condition" if are_conditions else "" if is_about_people(name) else column
        if column in _OF_ROWS and column not in source.table.columns:
            found.setdefault(column, name)
    return found


def _people_or_not(source: SourceTable, names: Sequence[str], named: Collection[str]) -> Iterator[str]:
    """Yield what to do with a column of text that may name the people, or the groups."""
    taken = {"subject", "cohort"} & {*source.table.columns, *named}
    texts = [name for name in names if _is_text(source, name) and can_name_people(source, name)]
    texts = [name for name in texts if not (named_column(name) or is_about_people(name))]
    if texts and not taken:
        are_groups = any(split_statistic(name, {})[1] in ("sd", "se", "n") for name in source.names)
        column, what = ("cohort", "groups") if are_groups else ("subject", "people")
        yield f"If {texts[0]} names the {what}, use {columns_option({column: texts[0]})}. If not:"


def _kind(source: SourceTable, name: str, bases: dict[str, str]) -> str:
    """Return what a column is of by its name or its cells, "" if it can be one of values."""
    statistics = {statistic_name(name), split_statistic(name, bases)[1]}
    if kinds := [kind for statistic, kind in _OTHER_STATISTICS.items() if statistic in statistics]:
        return kinds[0]
    if holds_conditions(source, name):
        return "condition, it seems"
    if is_about_people(name):
        return "of people or scans"
    if is_of_plasma(name):
        return "of plasma"
    if has_other_unit(name):
        return "in another unit"
    if _PERCENTILE.fullmatch(name):
        return "a percentile"
    column = named_column(name)
    if (column in _OF_ROWS and can_hold(source, name, column)) or counts_people(source, name):
        return f"{column or 'subject'}, it seems"
    if is_end_of_bar(name):
        return "the end of an error bar"
    if not _PREDICTIONS.isdisjoint(words_of(name.casefold())):
        return "a prediction"
    if _NOT_VALUES.get(name_key(_BRACKETS.sub("", name))) == "model_parameters":
        return "of a model of kinetics"
    if _NOT_VALUES.get(name_key(split_outcome(name, with_occ=True)[0])) == "methods":
        return "a method"
    if _is_text(source, name):
        return "text"
    return "no name" if name.lower().startswith("unnamed") else ""


def is_about_people(name: str) -> bool:
    """Return whether a name is one of a property of a person or a scan, not of a level of values.

    Examples
    --------
    >>> is_about_people("Age (years)"), is_about_people("Inj. activity (MBq)"), is_about_people("putamen")
    (True, True, False)
    """
    is_named = _NOT_VALUES.get(name_key(_BRACKETS.sub("", name))) == "people_or_scans"
    return is_named or _ACTIVITY.search(name) is not None


def has_other_unit(name: str) -> bool:
    """Return whether a name has a unit in brackets that values do not have.

    Examples
    --------
    >>> has_other_unit("Prolactin (ng/mL)"), has_other_unit("putamen (%)"), has_other_unit("putamen (L)")
    (True, False, False)
    """
    units = [unit.strip(" ()[]") for unit in _BRACKETS.findall(name)]
    return any(
        len(unit) > 1
        and (_OTHER_UNIT.fullmatch(unit) or is_unit_of("concentration", unit))
        and not is_unit_of("value", unit)
        for unit in units
    )


def is_of_plasma(name: str) -> bool:
    """Return whether a name is one of a concentration in plasma or of a parameter of its kinetics.

    Examples
    --------
    >>> is_of_plasma("AUC (ng*h/mL)"), is_of_plasma("putamen")
    (True, False)
    """
    return _PLASMA.fullmatch(name.strip()) is not None


def _means_of_others(columns: Sequence[str]) -> Iterator[str]:
    """Yield the columns of all regions together, or of both sides of one, where the others are there too.

    With ``putamen L`` and ``putamen R``, ``putamen mean`` would count both twice.
    """
    names = {column: split_unit(column, "value")[0] for column in columns}
    keys = list(map(name_key, names.values()))
    for column, name in names.items():
        is_of_all = _NOT_VALUES.get(name_key(name)) == "all_regions"
        is_alone = statistic_name(name) == "value" or (is_of_all and len(columns) > 1)
        rest = "".join(word for word in words_of(name) if word not in _WORDS_OF_MEANS)
        is_mean = len(rest) < len(name_key(name)) and _MEAN.fullmatch(name) is not None
        is_of_rest = rest in _REST_OF_ALL or sum(map(_is_a_side(rest), keys)) > 1
        if is_alone or (is_mean and is_of_rest):
            yield column


def _is_a_side(name: str) -> Callable[[str], bool]:
    return lambda key: key.startswith(name) and key[len(name) :] in ("l", "r", "left", "right", "lh", "rh")


def _is_text(source: SourceTable, column: str) -> bool:
    cells = [text for text in source.table[column] if not is_missing(text)]
    return len(cells) > 1 and all(_TEXT.fullmatch(text) for text in cells)
