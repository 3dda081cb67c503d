"""Columns that the user gives a name and whose own name says something else, such as sd=SEM."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS
from petfit.evidence.header_hints import is_fit_result
from petfit.evidence.header_meaning import header_meaning, split_unit
from petfit.evidence.option_words import columns_option
from petfit.evidence.outcome_words import is_change_of_volume, is_uptake_ratio, outcome_of, split_outcome
from petfit.evidence.parse import DASHES, PLUS_MINUS
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import words_of
from petfit.evidence.statistic_names import statistic_name
from petfit.evidence.table_format import TableFormat
from petfit.evidence.wide.non_value_columns import is_about_people

__all__ = [
    "mapped_statistic_problems",
    "mapped_value_problems",
    "may_remain",
    "means_of_medians",
    "uptake_ratio_problem",
]

_WORDS = {
    "sd": re.compile(r"s\.?d\.?|st\.?d\.?(?:ev)?|stdev|standard deviation"),
    "se": re.compile(r"s\.?e\.?m?\.?|std\.? ?err(?:or)?|stderr|standard error"),
    "cv": re.compile(
        r"cv|rsd|cov|coefficient of variation|relative (?:sd|standard deviation)|(?:in )?% of (?:the )?mean"
    ),
    "ci": re.compile(r"c\.?i\.?|\d\d ?% ?ci|ci ?\d\d ?%?|confidence interval"),
    "iqr": re.compile(r"iqr|interquartile(?: range)?"),
    "range": re.compile(r"range"),
    "variance": re.compile(r"var|variance"),
    "median": re.compile(r"median|med"),
}
_NUMBERS = ("dose", "concentration", "value", "sd", "se", "n")
_OTHER_NUMBERS = {*_NUMBERS, "weight", "time_h", "days_on_drug", "p"}
_SPREAD_WORD = re.compile(r"^(?:sd|se|sem)[\s_]+(?:of[\s_]+)?|[\s_,]+\(?(?:sd|sem?)\)?$", re.IGNORECASE)
_SPREADS = ("sd", "se", "cv", "ci", "iqr", "range", "variance")
_TRANSFORMED = re.compile(r"(?i:log_?10|log|ln|logit|sqrt|arcsine?|z[ _-]?scores?)(?=[\s_(\[-]|[A-Z])")
_NO_SPREAD = re.compile(rf"{PLUS_MINUS}\s*(?:[\d.]+\s*[x\u00d7*]?\s*s\.?[de]|[\d\s%]*c\.?i)", re.IGNORECASE)
_NEGATIVE_LOGARITHM = re.compile(rf"\s*[{DASHES}-]\s*log|p(?:[CM](?![^\W_])|conc)", re.IGNORECASE)
_NUMBER_OF_PEOPLE = re.compile(r"(?<![^\W_])n\s*=\s*(\d+)", re.IGNORECASE)
_BOUND = re.compile(r"(?<![^\W_])(?:bound|binding|ppb)(?![^\W_])", re.IGNORECASE)
_EXCLUDED = re.compile(r"exclu|outlier|omit|reject|drop|removed|left out", re.IGNORECASE)
_NO_DASH = rf"[^{DASHES}/-]*"
_MAY_REMAIN = re.compile(
    r"(?<![^\W_])(?:ratio|relative|normali[sz]ed|remain(?:ing|s)?|residual|available|availability|free|rest|"
    r"(?:of|to|vs\.?)[\s_]+(?:the[\s_]+)?(?:base(?:line)?|pre|control|placebo|vehicle|saline)|retained|preserved|"
    r"survival|vacan(?:t|cy)|non[\s_-]?occup\w*|un(?:occupied|bound|blocked))(?![^\W_])|"
    rf"^(?:1|100)[\s%_]*[{DASHES}-][\s_]*(?:occ|r\.?o\.?(?![^\W_]))|"
    rf"^{_NO_DASH}(?<![^\W_])(?:bp|post|drug|after|block){_NO_DASH}/{_NO_DASH}(?:bp|pre|base|before){_NO_DASH}$",
    re.IGNORECASE,
)
"""Words, 1 minus the occupancy, or the binding with the drug over that without."""
_OF_BINDING = {"binding", "specific", "bp", "uptake", "percent", "pct"}
_REMEDIES = {
    "ci": "Give its ends in ci_low and ci_high, or an SD or SE.",
    "range": "Give the lowest and highest in min and max, or an SD.",
    "variance": "Write the SD, its square root.",
}


def mapped_statistic_problems(source: SourceTable, table_format: TableFormat) -> Iterator[Problem]:
    """Yield the problem of each mapped column whose own name is that of other numbers: sd=SEM, n=Age.

    Parameters
    ----------
    source : SourceTable
        With the mapping of names applied.
    table_format : TableFormat
        The mapping.
    """
    for column in [name for name in _NUMBERS if name in table_format.columns]:
        label, theirs = source.column_labels.get(column, column), str(table_format.columns[column])
        said = _statistics_in(label) if column in ("value", *_SPREADS) else set()
        others = said & set(_SPREADS)
        is_own = column in said and "cv" not in said
        if not others or is_own or "median" in said or (column == "value" and _is_mean(label)):
            if what := _other_numbers(source, column, label):
                rule = f"it is mapped to {column}, and its name is of other numbers"
                remedy = f"Use {columns_option({what: theirs})}" if what in COLUMNS else "Leave it out"
                yield Problem("header", theirs, "", rule, f"{remedy}, or rename it if it is {column}.")
            continue
        other = "cv" if "cv" in others else next(name for name in _SPREADS[::-1] if name in others)
        rule = f"it is mapped to {column}, and its name says {other.upper() if len(other) < 4 else other}"
        remedy = _REMEDIES.get(other) or f"Use {columns_option({other: theirs})}."
        yield Problem("header", theirs, "", rule, remedy)


def _other_numbers(source: SourceTable, column: str, label: str) -> str:
    """Return what the name of a mapped column is of, "" if it can be of that column."""
    name = _SPREAD_WORD.sub("", label) if column in ("sd", "se") else label
    header = header_meaning(source, name, (), is_wide=False)
    said = header.column if header else name if name in COLUMNS else statistic_name(name) or ""
    is_of_values = name != label and said == "value"
    if (
        said in _OTHER_NUMBERS
        and said != column
        and not is_of_values
        and (said not in _SPREADS or column == "n")
    ):
        return said if header and name == label else "others"
    is_of_people = column in ("sd", "se", "n") and is_about_people(name)
    return "others" * (is_of_people or (column == "value" and is_fit_result(label)))


def mapped_value_problems(source: SourceTable, table_format: TableFormat) -> Iterator[Problem]:
    """Yield the problem of columns mapped to value, fp or use whose own names deny that they are.

    Parameters
    ----------
    source, table_format
        See `mapped_statistic_problems`.
    """
    label = source.column_labels.get("value", "") if "value" in table_format.columns else ""
    theirs = source.column_labels.get("use", "") if "use" in table_format.columns else ""
    has_n = "n" in source.names or "n" in table_format.constants
    if is_change_of_volume(label):
        rule = "a change of V_T is not an occupancy, as V_T includes V_ND"
        remedy = "Give V_T of both scans, or occupancies, such as from a Lassen plot."
        yield Problem("header", label, "", rule, remedy)
    if is_uptake_ratio(label) and split_outcome(split_unit(label, "value")[0])[1] == "change":
        rule = "a change of SUVR is not an occupancy, as SUVR includes the nondisplaceable binding"
        yield Problem("header", label, "", rule, "Give SUVR of both scans, and --outcome dvr.")
        return
    is_unclear = may_remain(label) and not outcome_of(split_unit(label, "value")[0])
    if table_format.outcome is None and is_unclear:
        rule = "this name may be of what remains of the binding, which is not the occupancy"
        remedy = "Use --outcome remaining if so, or --outcome occupancy if it is the occupancy."
        yield Problem("header", label, "", rule, remedy)
    if _TRANSFORMED.match(label):
        rule = "these are transformed values, as the name says"
        yield Problem("header", label, "", rule, "Give the values themselves.")
    if is_uptake_ratio(label) and table_format.outcome != "dvr":
        yield uptake_ratio_problem([label])
    if _NO_SPREAD.search(label):
        rule = "the numbers behind the sign are no SD or SE, as the name says"
        remedy = "Write the SD or SE itself, or the ends of an interval in ci_low and ci_high."
        yield Problem("header", label, "", rule, remedy)
    for column in ("dose", "concentration"):
        exposure = source.column_labels.get(column, "") if column in table_format.columns else ""
        if _NEGATIVE_LOGARITHM.match(exposure):
            rule = "these are negative logarithms, as the name says"
            yield Problem("header", exposure, "", rule, "Give the numbers themselves.")
    bound = source.column_labels.get("fp", "") if "fp" in table_format.columns else ""
    if _BOUND.search(bound):
        rule = "it is mapped to fp, the free fraction, and its name is of the bound one"
        yield Problem("header", bound, "", rule, "Give 1 minus it, in a column fp.")
    if _EXCLUDED.search(theirs):
        rule = "it is mapped to use, and its name says which rows are left out"
        remedy = (
            "Write yes in a column use where a row is to be fitted, and no with exclusion_reason elsewhere."
        )
        yield Problem("header", theirs, "", rule, remedy)
    if (match := _NUMBER_OF_PEOPLE.search(label)) and not has_n:
        rule = "its name gives the number of people, which no column does"
        yield Problem("header", label, "", rule, f"Use --set n={match[1]}, or --set level=subject.")


def may_remain(label: str) -> bool:
    """Return whether a name may be of what remains of the binding.

    Examples
    --------
    >>> may_remain("SERT availability"), may_remain("binding (%)"), may_remain("inhibition (%)")
    (True, True, False)
    """
    words = set(words_of(label))
    is_binding = words <= _OF_BINDING and ("%" in label or bool(words & {"binding", "uptake"}))
    return is_binding or _MAY_REMAIN.search(label) is not None


def uptake_ratio_problem(names: Sequence[str]) -> Problem:
    """Return the problem of columns of SUVR that would be taken for another outcome."""
    rule = "SUVR is a ratio to the reference region, as DVR is, and not BP_ND"
    remedy = "Use --outcome dvr, which takes SUVR - 1 for BP_ND."
    return Problem("header", ", ".join(names), "", rule, remedy)


def means_of_medians(source: SourceTable, table_format: TableFormat) -> list[str]:
    """Return a sentence where a column of medians is mapped to the means."""
    label = source.column_labels.get("value", "") if "value" in table_format.columns else ""
    is_median = "median" in _statistics_in(label) and not _is_mean(label)
    return [f"value: the medians in {label!r} are taken for means, as asked"] * is_median


def _is_mean(label: str) -> bool:
    """Whether a name is of a mean, alone or with its spread, as in ``RO ± SD`` or ``RO (SD)``."""
    return re.search(rf"\b(?:mean|average|avg)\b|{PLUS_MINUS}|[(\[]", label.casefold()) is not None


def _statistics_in(label: str) -> set[str]:
    """Return the statistics whose names are words of a column's name."""
    text = re.sub(r"[\s_()\[\],;:]+", " ", label.casefold()).strip()
    return {
        name
        for name, words in _WORDS.items()
        if re.search(rf"(?<![^\W_])(?:{words.pattern})(?![^\W_])", text)
    }
