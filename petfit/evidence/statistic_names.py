"""The names of statistics in headers: SD, SEM, CI lower, median, IQR and the like."""

from __future__ import annotations

import re

__all__ = ["statistic_name", "statistic_prob"]

_NUMBER_OF = ("n ", "n of ", "n", "no ", "no of ", "nr of ", "number of ", "num ")
_PEOPLE = ("subjects", "people", "participants", "patients", "volunteers", "subj", "sub")
_NAMES = {
    "value": ("value", "mean", "average", "avg"),
    "sd": ("sd", "std", "stdev", "std dev", "stddev", "standard deviation", "s d"),
    "se": ("se", "sem", "stderr", "std err", "std error", "standard error", "standard error of the mean"),
    "n": ("n", "count", "sample size", *(f"{number}{people}" for number in _NUMBER_OF for people in _PEOPLE)),
    "p": ("p", "pval", "p val", "pvalue", "p value", "significance", "t", "t value", "f value", "df"),
    "low": ("low",),
    "high": ("high",),
    "median": ("median", "med"),
    "q1": ("q1", "p25", "25th percentile", "lower quartile", "first quartile", "iqr low", "iqr lower"),
    "q3": ("q3", "p75", "75th percentile", "upper quartile", "third quartile", "iqr high", "iqr upper"),
    "iqr": ("iqr", "interquartile range"),
    "min": ("min", "minimum"),
    "max": ("max", "maximum"),
    "cv": (
        "cv",
        "rsd",
        "cov",
        "coefficient of variation",
        "relative sd",
        "sd of mean",
        "relative standard deviation",
    ),
    "ci_low": ("lcl",),
    "ci_high": ("ucl",),
}
_BY_SPELLING = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings}
_LOWER, _UPPER = {"low", "lower", "lo", "lb", "ll", "l"}, {"high", "upper", "hi", "up", "ub", "ul", "u"}
_INTERVAL = {"ci", "cri", "confidence", "interval", "limit", "bound", "of", "the", "mean"}
_JOINED = {f"ci{end}" for end in ("low", "lower", "high", "upper")}


def statistic_name(words: str) -> str | None:
    """Return petfit's column for the name of a statistic, "p" for a test, or None.

    Examples
    --------
    >>> [statistic_name(words) for words in ("S.E.M.", "95% CI lower", "p-value", "midbrain")]
    ['se', 'ci_low', 'p', None]
    """
    tokens = re.findall(r"[a-z]+|\d+(?:\.\d+)?", words.lower().replace("ci95", "ci 95"))
    spelled = re.sub(r"[\W_]+", " ", words.lower().replace("#", "no ")).strip()
    if statistic := _BY_SPELLING.get(spelled) or _BY_SPELLING.get(spelled.replace(" ", "")):
        return statistic
    names = {token for token in tokens if not token[0].isdigit()}
    names = {part for name in names for part in (("ci", name[2:]) if name in _JOINED else (name,))}
    if not names & {"ci", "cri", "confidence"} or names - _INTERVAL - _LOWER - _UPPER:
        return None
    if bool(names & _LOWER) == bool(names & _UPPER):
        return None
    return "ci_low" if names & _LOWER else "ci_high"


def statistic_prob(words: str) -> float | None:
    """Return the probability of an interval that its name gives, or None.

    Examples
    --------
    >>> statistic_prob("95% CI lower"), statistic_prob("ci90_low"), statistic_prob("ci_low")
    (0.95, 0.9, None)
    """
    numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", words)]
    return next((number / 100 for number in numbers if 50 <= number < 100), None)
