"""One message for all columns that are unknown or missing, with the options that cure it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS
from petfit.evidence.headers import split_unit
from petfit.evidence.limits import SIGN
from petfit.evidence.option_words import columns_option, ignore_option
from petfit.evidence.outcome_words import SCAN_WORDS, outcome_of, split_condition
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.statistics import statistic_name

__all__ = ["header_problem"]

_KNOWN = (
    "Columns: study, cohort, subject, drug, region, tracer, regimen, dose, dose_unit, concentration, time_h, "
    "level, outcome, condition, value, value_unit, sd, se, n, low, high; all are in petfit data template. "
    "A column that a model uses is allowed as well."
)
_MEANINGS = {
    "drug": (
        "agent",
        "compound",
        "medication",
        "medicine",
        "drug name",
        "molecule",
        "substance",
        "ap",
        "ssri",
    ),
    "dose": ("mg", "mg day", "mg d", "mg per day", "daily dose", "total daily dose", "amount", "dosage"),
    "value": (
        "mean",
        "to",
        "result",
        "bp",
        "reduction",
        "decrease",
        "displacement",
        "inhibition",
        "blockade",
    ),
    "subject": (
        "id",
        "participant",
        "participant id",
        "patient",
        "sub",
        "person",
        "subject id",
        "pat",
        "subj",
    ),
    "study": ("paper", "reference", "author", "authors", "ref", "publication", "first author", "trial"),
    "cohort": ("group", "arm"),
    "region": ("roi", "voi", "brain region", "area", "structure", "brain area"),
    "tracer": ("ligand", "radioligand", "radiotracer"),
    "regimen": (
        "frequency",
        "freq",
        "schedule",
        "dosing",
        "dosing frequency",
        "dosing regimen",
        "administration",
    ),
    "concentration": (
        "plasma",
        "level",
        "plasma conc",
        "serum level",
        "blood level",
        "exposure",
        "css",
        "cplasma",
    ),
    "weight": ("body weight", "bw"),
    "time_h": ("time", "hours", "time post dose", "time after dose", "hours post dose", "scan time", "tpd"),
    "days_on_drug": ("days", "duration", "treatment duration", "treatment days"),
    "outcome": ("measure", "parameter", "endpoint", "quantity", "metric"),
    "condition": ("scan", "scan type", "visit", "state"),
}
_SIMILAR, _SIMILAR_TO_MISSING = 0.85, 0.7
_HINTS = {
    "iqr": "quartiles belong in q1 and q3",
    "range": "the lowest and highest belong in min and max",
    "cv": "a coefficient of variation has no column: write sd, which is cv times the mean",
    "ci": "the ends of an interval belong in ci_low and ci_high",
}


def header_problem(source: SourceTable, unknown: list[str], missing: list[str]) -> Problem:
    """Return the problem of columns that are unknown or missing, with the options that cure it.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names where they are known.
    unknown : list of str
        Filled columns that petfit does not know.
    missing : list of str
        Columns that every table needs and this one lacks.
    """
    said = [f"{_listed(missing)} missing"] * bool(missing)
    plural = "these are not columns" if len(unknown) > 1 else "this is not a column"
    said += [f"{plural} petfit knows"] * bool(unknown)
    remedies = [*_cures(source, unknown, missing), *_hints(unknown), _KNOWN]
    return Problem("header", ", ".join(unknown or missing), "", "; ".join(said), " ".join(remedies))


def _cures(source: SourceTable, unknown: list[str], missing: list[str]) -> Iterator[str]:
    """Yield the options to give, all of them together, and what to replace in them."""
    present = [str(name) for name in source.table.columns]
    mapped: dict[str, str] = {}
    for name in unknown:
        column = _guess(name, missing)
        if column and column not in present:
            mapped.setdefault(column, name)
    values = [name for name in unknown if _is_occupancy(source, name)]
    if "value" in missing and len(values) == 1:
        mapped.setdefault("value", values[0])
    left = [name for name in unknown if name not in mapped.values()]
    numeric = [name for name in left if _has_numbers(source, name)]
    still_missing = [name for name in missing if name not in mapped]
    wide = _wide(numeric) if still_missing == ["value"] and numeric and "value" not in mapped else ""
    placeholders = {
        name: "YOURS" for name in still_missing if name != "drug" and not (wide and name == "value")
    }
    options = []
    if pairs := mapped | placeholders:
        options.append(columns_option(pairs))
    if "drug" in still_missing:
        options.append("--set drug=NAME")
    options += [wide] * bool(wide)
    others = [name for name in left if not (wide and name in numeric)]
    if others and not placeholders:
        options.append(ignore_option(others))
    if options:
        yield f"Use {' '.join(options)}."
    if placeholders:
        yield "Write the name of your column for YOURS."
    if "drug" in still_missing:
        yield "NAME is the drug of every row, or name its column with --columns drug=YOURS."
    if others and placeholders:
        yield f"Leave out what is not needed: {ignore_option(others)}."
    if wide:
        yield f"That reads {', '.join(numeric)} as values; leave out what is none with --ignore."
        if wide == "--wide region":
            yield "The columns can also be levels of target, tracer, drug, dose, time_h or session."


def _hints(unknown: list[str]) -> Iterator[str]:
    for name in unknown:
        words = set(re.findall(r"[a-z]+", name.lower()))
        for word, hint in _HINTS.items():
            if word in words:
                yield f"{name}: {hint}."


def _wide(numeric: list[str]) -> str:
    """Return the option that reads columns of values side by side."""
    splits = [split_condition(name) for name in numeric]
    if sum(bool(condition) for _, condition in splits) > 1:
        rests = {spelling_key(rest) for rest, condition in splits if condition} - {""}
        several = len({rest for rest in rests if not outcome_of(rest) and rest not in SCAN_WORDS}) > 0
        has_outcome = any(outcome_of(part) for rest, _ in splits for part in re.split(r"[\s_]+", rest))
        outcome = "" if has_outcome else " --outcome bpnd"
        return f"--wide {'region,condition' if several else 'condition'}{outcome}"
    return "--wide region" if len(numeric) > 1 else ""


def _has_numbers(source: SourceTable, name: str) -> bool:
    """Whether a column can be one of values: a statistic of one, or numbers in all of its cells."""
    cells = [re.sub(rf"^{SIGN}\s*", "", text) for text in source.table[name] if not is_missing(text)]
    numbers = [parse_number(text.removesuffix("%").rstrip().replace(",", ".")) for text in cells]
    return bool(cells) and None not in numbers and statistic_name(name) is None


def _guess(name: str, missing: list[str]) -> str:
    """Return the column that a name of the user seems to mean, "" if none."""
    for column, meanings in _MEANINGS.items():
        text = split_unit(name, column)[0]
        words = re.sub(r"[\W_]+", " ", text.lower()).strip()
        is_needed = column in missing or column not in ("drug", "dose", "value")
        if is_needed and (words in meanings or spelling_key(text) == spelling_key(column)):
            return column
    last_word = re.split(r"[\W_]+", name.strip("()[] %"))[-1]
    if (statistic := statistic_name(last_word)) in ("sd", "se", "n"):
        return str(statistic)
    word = re.sub(r"[\W_]+", "_", name.lower()).strip("_")
    matches = difflib.get_close_matches(word, missing, 1, _SIMILAR_TO_MISSING)
    return next(iter(matches or difflib.get_close_matches(word, COLUMNS, 1, _SIMILAR)), "")


def _is_occupancy(source: SourceTable, name: str) -> bool:
    return bool(re.search(r"occupancy|\bRO\b|\bocc\b", name, re.IGNORECASE)) and _has_numbers(source, name)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"
