"""The names of statistics in headers: SD, SEM, CI lower, median, IQR and the like."""

from __future__ import annotations

import re
from itertools import product

from petfit.evidence.parse import DASHES
from petfit.evidence.spelling import words_of
from petfit.evidence.words import by_word, words_for

__all__ = ["is_end_of_bar", "statistic_name", "statistic_prob"]

_PEOPLE = product(words_for("number_of_people", "number_of"), words_for("number_of_people", "people"))
_BY_SPELLING = by_word("statistics") | dict.fromkeys(map("".join, _PEOPLE), "n")
_LOWER, _UPPER, _NAMES, _OTHERS = (
    set(words_for("interval", name)) for name in ("lower", "upper", "names", "others")
)
_END_OF_BAR = re.compile(
    rf"(?:\w[^\w+]*\+\s*(?:1\s*)?|(?:mean|average)\s*[{DASHES}-]\s*|(?:minus|plus|lower|upper)[\s_]*)"
    r"(?:sd|sem?|std|error)(?![^\W_])|(?<![^\W_])(?:sd|sem?)[\s_]+(?:low(?:er)?|high|upper)$",
    re.IGNORECASE,
)
_QUARTILE = re.compile(r"(?:value[\s_]+)?(25|50|75)\s*%", re.IGNORECASE)
_OF_VALUE = re.compile(r"value[\s_]+(?=\w)", re.IGNORECASE)
"""As pandas joins the name of a column and of a statistic of it."""
_JOINED_END = re.compile(r"(?<![a-z])([lu])cl(?![a-z])")
_JOINED = {f"ci{end}" for end in ("low", "lower", "high", "upper")}


def is_end_of_bar(name: str) -> bool:
    """Return whether a name is of a mean plus or minus its spread, where an error bar ends.

    Examples
    --------
    >>> is_end_of_bar("Occ (%) + SD"), is_end_of_bar("occ_minus_sd"), is_end_of_bar("Occ +/- SD")
    (True, True, False)
    """
    return _END_OF_BAR.search(name) is not None


def statistic_name(words: str) -> str | None:
    """Return petfit's column for the name of a statistic, "p" for a test, "variance", or None.

    Examples
    --------
    >>> [statistic_name(words) for words in ("S.E.M.", "95% CI lower", "p-value", "midbrain")]
    ['se', 'ci_low', 'p', None]
    """
    if quartile := _QUARTILE.fullmatch(words.strip()):
        return {"25": "q1", "50": "median", "75": "q3"}[quartile[1]]
    tokens = re.findall(
        r"[a-z]+|\d+(?:\.\d+)?", _JOINED_END.sub(r"cl \1", words.lower().replace("ci95", "ci 95"))
    )
    spelled = words_of(_OF_VALUE.sub("", words.replace("#", "no ")))
    if statistic := _BY_SPELLING.get(" ".join(spelled)) or _BY_SPELLING.get("".join(spelled)):
        return statistic
    names = {token for token in tokens if not token[0].isdigit()}
    names = {part for name in names for part in (("ci", name[2:]) if name in _JOINED else (name,))}
    is_interval = names & _NAMES or (names and statistic_prob(words))
    if not is_interval or names - _NAMES - _OTHERS - _LOWER - _UPPER:
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
