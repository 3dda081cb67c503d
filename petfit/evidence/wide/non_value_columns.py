"""Columns of a wide table that are not levels with values: text, results of tests, properties of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from petfit.errors import Problem
from petfit.evidence.header_meaning import split_unit
from petfit.evidence.option_words import columns_option, ignore_option
from petfit.evidence.outcome_words import split_outcome
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.statistic_names import statistic_name
from petfit.evidence.wide.level_statistics import name_key, split_statistic

__all__ = ["is_about_people", "is_of_plasma", "non_value_columns"]

_TEXT = re.compile(r"[^\d]*")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_ABOUT_PEOPLE = frozenset(
    [
        *("age", "ageyears", "bmi", "bmikgm2", "height", "bodyweight", "sex", "gender", "race", "ethnicity"),
        *("smoker", "smoking", "genotype", "education", "hamd", "madrs", "panss"),
        *("year", "date", "visit", "visitnumber", "scan", "scanno", "scannumber", "scandate", "order"),
        *("injecteddose", "injectedactivity", "injectedmass", "massinjected", "massdose"),
        *("specificactivity", "molaractivity", "scanner", "camera", "site", "center", "centre"),
        *("filter", "activity", "dosemass", "mass", "injected"),
        *("duration", "treatmentduration", "weeks", "days", "difference", "ratio", "delta"),
    ]
)
"""Names of properties of people and scans, without spaces."""
_ACTIVITY = re.compile(r"(?<![^\W_])(?:[kMG]Bq|[mµu]Ci|injected)(?![^\W_])", re.IGNORECASE)
_PLASMA = re.compile(
    r"(?:plasma|serum|blood|conc|concentration|css|cmax|cmin|cavg|ctrough|c0|tmax|auc|auc[^a-z].*|trough|peak|"
    r"half[\s_-]?life|t1/2|clearance|parent)(?![^\W_])(?:.*)",
    re.IGNORECASE,
)
_MODEL_PARAMETERS = frozenset(
    [
        *("vnd", "r1", "r2", "rsquared", "k1", "k2", "k3", "k4", "k2a", "k2prime", "k2ref", "vb"),
        *(
            "chi2",
            "chisq",
            "chisquare",
            "aic",
            "aicc",
            "bic",
            "rmse",
            "rss",
            "sse",
            "residuals",
            "slope",
            "intercept",
        ),
    ]
)
"""Names of what a kinetic model or a plot gives beside the binding."""
_METHODS = frozenset(
    [
        *(
            "corrected",
            "uncorrected",
            "pvc",
            "nopvc",
            "srtm",
            "srtm2",
            "mrtm",
            "mrtm2",
            "mrtmo",
            "logan",
            "lga",
        ),
        *("ma1", "1tcm", "2tcm", "suvr", "frtm", "lassen", "noninvasivelogan", "loganref", "refloganplot"),
    ]
)
"""Names of analyses, which give several numbers for one binding."""
_OF_ALL = frozenset(
    ["overall", "total", "all", "allregions", "allrois", "global", "pooled", "combined", "composite"]
)
_REST_OF_ALL = frozenset(["", "regions", "rois"]) | _OF_ALL
_MEAN = re.compile(r"(?:mean|average|avg)(?![^\W_]).*|.*(?<![^\W_])(?:mean|average|avg)", re.IGNORECASE)


def non_value_columns(source: SourceTable, columns: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Return the columns that are text, results of tests or properties of people."""
    bases = {name_key(name): name for name in columns}
    of_tests = [
        name for name in columns if statistic_name(name) == "p" or split_statistic(name, bases)[1] == "p"
    ]
    known: list[str] = list(of_tests)
    kinds = {"a result of a test": of_tests, "a mean of others": list(_means_of_others(columns))}
    known += kinds["a mean of others"]
    for kind, is_of_kind in _KINDS.items():
        kinds[kind] = [name for name in columns if name not in known and is_of_kind(source, name)]
        known += kinds[kind]
    found = [name for name in columns if name in known]
    if not found:
        return [], []
    kind_of = {name: kind for kind, names in kinds.items() for name in names}
    words = ", ".join(f"{name} ({kind_of[name]})" for name in found)
    remedy = f"Leave {'it' if len(found) == 1 else 'them'} out: {ignore_option(found)}."
    if plasma := kinds["of plasma"]:
        remedy += f" A concentration at the scan is read with {columns_option({'concentration': plasma[0]})}."
    if len(methods := kinds["a method"]) > 1:
        mapping = columns_option({"value": methods[0]})
        remedy = f"Choose one, such as {mapping} {ignore_option(methods[1:])} without --wide."
    rule = f"{'this column is' if len(found) == 1 else 'these columns are'} not of values: {words}"
    return found, [Problem("header", ", ".join(found), "", rule, remedy)]


def is_about_people(name: str) -> bool:
    """Return whether a name is one of a property of a person or a scan, not of a level of values.

    Examples
    --------
    >>> is_about_people("Age (years)"), is_about_people("Inj. activity (MBq)"), is_about_people("putamen")
    (True, True, False)
    """
    return name_key(_BRACKETS.sub("", name)) in _ABOUT_PEOPLE or _ACTIVITY.search(name) is not None


def is_of_plasma(name: str) -> bool:
    """Return whether a name is one of a concentration in plasma or of a parameter of its kinetics.

    Examples
    --------
    >>> is_of_plasma("AUC (ng*h/mL)"), is_of_plasma("putamen")
    (True, False)
    """
    return _PLASMA.fullmatch(name.strip()) is not None


_KINDS: dict[str, Callable[[SourceTable, str], bool]] = {
    "of people or scans": lambda _, name: is_about_people(name),
    "of plasma": lambda _, name: is_of_plasma(name),
    "of a model of kinetics": lambda _, name: name_key(name) in _MODEL_PARAMETERS,
    "a method": lambda _, name: _is_method(name),
    "text": lambda source, name: _is_text(source, name),
    "no name": lambda _, name: name.lower().startswith("unnamed"),
}


def _is_method(name: str) -> bool:
    """Whether a name is that of a method, with an outcome or without."""
    return name_key(split_outcome(name, with_occ=True)[0]) in _METHODS


def _means_of_others(columns: Sequence[str]) -> Iterator[str]:
    """Yield the columns of all regions together, or of both sides of one, where the others are there too.

    With ``putamen L`` and ``putamen R``, ``putamen mean`` would count both twice.
    """
    names = {column: split_unit(column, "value")[0] for column in columns}
    keys = list(map(name_key, names.values()))
    for column, name in names.items():
        is_of_all = statistic_name(name) == "value" or (name_key(name) in _OF_ALL and len(columns) > 1)
        words = [word for word in re.split(r"[\W_]+", name.lower()) if word]
        rest = "".join(
            word for word in words if word not in ("mean", "average", "avg", "of", "the", "across")
        )
        is_mean = len(rest) < len(name_key(name)) and _MEAN.fullmatch(name) is not None
        if is_of_all or (is_mean and (rest in _REST_OF_ALL or sum(map(_is_a_side(rest), keys)) > 1)):
            yield column


def _is_a_side(name: str) -> Callable[[str], bool]:
    return lambda key: key.startswith(name) and key[len(name) :] in ("l", "r", "left", "right", "lh", "rh")


def _is_text(source: SourceTable, column: str) -> bool:
    cells = [text for text in source.table[column] if not is_missing(text)]
    return len(cells) > 1 and all(_TEXT.fullmatch(text) for text in cells)
