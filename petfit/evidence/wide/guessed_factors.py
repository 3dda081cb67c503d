"""Which factors the names of columns of values side by side seem to be levels of."""

from __future__ import annotations

import re

from petfit.evidence.cell_units import is_quantity_of
from petfit.evidence.guessed_columns import is_numbered_scan, is_of_condition, is_of_repeat
from petfit.evidence.header_meaning import split_unit
from petfit.evidence.name_spellings import NUCLIDE
from petfit.evidence.outcome_words import SCAN_WORDS, outcome_of, split_condition, split_outcome
from petfit.evidence.spelling import spelling_key
from petfit.evidence.wide.target_names import are_targets

__all__ = ["guessed_factors"]

_REPLICATE = re.compile(
    r"(?:[a-z]:)?(?:y|occ|ro|rep|replicate|s|subj?|subject|p|pat|patient|id|no|animal|rat|monkey)?\d+", re.I
)


def guessed_factors(names: list[str]) -> str:
    """Return the factors of a wide table, separated by commas, "" if the names are levels of none.

    Parameters
    ----------
    names : list of str
        The names of columns of values.

    Examples
    --------
    >>> guessed_factors(["putamen_base", "putamen_drug", "caudate_base", "caudate_drug"])
    'region,condition'
    >>> guessed_factors(["putamen", "caudate"]), guessed_factors(["occ 2 h", "occ 24 h"])
    ('region', 'time_h')
    """
    if sum(bool(split_condition(name)[1]) for name in names) > 1:
        return _with_conditions(names)
    if len(names) > 1 and all(map(is_of_repeat, names)):
        return _with_repeats(names)
    if any(map(is_numbered_scan, names)):
        return ""
    if len({name.partition(":")[0] for name in names}) > 1 and all(":" in name for name in names):
        return "drug,note"
    if len(names) > 1 and all(_REPLICATE.fullmatch(split_outcome(name)[0]) for name in names):
        return "subject"
    if len(names) > 1 and all(map(_is_time, names)):
        return "time_h"
    if are_targets([_level(name) for name in names]):
        return "target"
    if len(names) > 1 and all(NUCLIDE.match(_level(name)) for name in names):
        return "tracer"
    return "region" if len(names) > 1 and not any(map(is_of_condition, names)) else ""


def _with_conditions(names: list[str]) -> str:
    """Return the factors of scans of several conditions: of one region, or of several."""
    rests = {spelling_key(rest) for rest, condition in map(split_condition, names) if condition} - {""}
    regions = [rest for rest in rests if not outcome_of(rest) and rest not in SCAN_WORDS]
    return "region,condition" if regions else "condition"


def _with_repeats(names: list[str]) -> str:
    """Return the factors of tests and retests; none for scans, which need a condition."""
    rests = {re.sub(r"[\s_-]*(?:re)?test$", "", name, flags=re.IGNORECASE) for name in names}
    if any(outcome_of(rest) not in ("", "occupancy") or rest.lower() in SCAN_WORDS for rest in rests):
        return ""
    return "session" if len(rests) == 1 else "region,session"


def _is_time(name: str) -> bool:
    return is_quantity_of("time_h", _level(name))


def _level(name: str) -> str:
    """Return a name without its unit and outcome; "occ" stands for occupancy here."""
    return split_outcome(split_unit(name, "value")[0], with_occ=True)[0]
