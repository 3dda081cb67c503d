"""The level that each column of a wide table is of, and its statistic: the value, SD, n and so on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from petfit.errors import Problem
from petfit.evidence.option_words import ignore_option
from petfit.evidence.outcome_words import split_outcome
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import name_key
from petfit.evidence.statistic_names import statistic_name

__all__ = ["SEPARATORS", "LevelColumns", "columns_by_statistic", "is_of_level", "split_statistic"]

type LevelColumns = dict[str, dict[str, str]]
"""By level: the column of each statistic."""
SEPARATORS = r"[\s_./()\[\]-]+"
_CAMEL_CASE = re.compile(r"(.*[a-z])(SD|SE|SEM|N)|(SD|SE|SEM)([A-Z]?[a-z].*)")
_OF_PART_OF_NAMES = ("n", "low", "high", "min", "max", "p")
"""Statistics whose names may be parts of the name of a level; they are read beside their level only."""


def columns_by_statistic(source: SourceTable, names: dict[str, str]) -> tuple[LevelColumns, list[Problem]]:
    """Return the columns of each level by statistic, and the problems of columns that are none of a level."""
    levels: LevelColumns = {}
    problems: list[Problem] = []
    bases = _without_ambiguous_outcomes(names.values()) | {name_key(name): name for name in names.values()}
    for column, name in names.items():
        base, statistic = split_statistic(name, bases)
        cells = levels.setdefault(base, {})
        if statistic in cells:
            rule = f"{cells[statistic]!r} is {statistic} of {base} as well"
            remedy = f"Leave one out: {ignore_option([column])} or {ignore_option([cells[statistic]])}."
            problems.append(Problem("header", column, "", rule, remedy))
        cells[statistic] = column
    shared_columns = set(source.table.columns) - {"value"}
    for base, cells in levels.items():
        theirs = list(cells.values())
        if not {"value", "median"} & cells.keys() and not {"low", "high"} <= cells.keys():
            verb = "seems" if len(cells) == 1 else "seem"
            rule = f"{', '.join(cells)} {verb} to be of {base or 'a level'}, of which the table has no values"
            remedy = f"Rename it, or leave it out: {ignore_option(theirs)}."
            problems.append(Problem("header", ", ".join(theirs), "", rule, remedy))
        if shared := sorted(cells.keys() & shared_columns):
            own = [cells[name] for name in shared]
            rule = f"the table has {', '.join(shared)} for all levels as well"
            remedy = f"Leave one out: {ignore_option(own)} or {ignore_option(shared)}."
            problems.append(Problem("header", ", ".join(own), "", rule, remedy))
    return levels, problems


def _without_ambiguous_outcomes(names: Iterable[str]) -> dict[str, str]:
    """Return the names with an outcome, such as ``putamen occupancy``, by what is left without it."""
    by_rest: dict[str, list[str]] = {}
    for name in names:
        rest, outcome = split_outcome(name, with_occ=True)
        if outcome and statistic_name(rest) is None:
            by_rest.setdefault(name_key(rest), []).append(name)
    return {rest: found[0] for rest, found in by_rest.items() if len(found) == 1}


def split_statistic(name: str, bases: dict[str, str]) -> tuple[str, str]:
    """Return the level and the statistic that a name is of.

    The statistic is at the beginning or the end of the name, or around the level, which is another column or
    what is left over.
    """
    parts = [part for part in re.split(f"({SEPARATORS})", name) if part]
    words = parts[::2] if parts and not re.fullmatch(SEPARATORS, parts[0]) else parts[1::2]
    if statistic := statistic_name(name):
        return "", statistic
    candidates: list[tuple[str, str]] = []
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            around = [*words[:start], *words[end:]]
            spoken = " ".join(around[:-1] if around and around[-1] == "of" else around).replace("of ", "", 1)
            if statistic := statistic_name(spoken) if around else None:
                candidates.append(("_".join(words[start:end]), statistic))
    if camel := _CAMEL_CASE.fullmatch(name):
        base, spoken = (camel[1], camel[2]) if camel[1] else (camel[4], camel[3])
        candidates.append((base, statistic_name(spoken) or "value"))
    for base, statistic in candidates:
        if name_key(base) in bases:
            return bases[name_key(base)], statistic
    siblings = [base for base, statistic in candidates if statistic == "value"]
    for base, statistic in candidates:
        if statistic not in _OF_PART_OF_NAMES or siblings:
            return base.replace("_", " "), statistic
    for base, statistic in candidates:
        keys = [name_key(other) for other in bases.values() if other != name]
        if any(key.startswith(name_key(base)) or key.endswith(name_key(base)) for key in keys):
            return base.replace("_", " "), statistic
    return name, "value"


def is_of_level(name: str) -> bool:
    """Whether a name is of a statistic of a level of a wide table, other than its value."""
    return split_statistic(name, {})[1] in ("sd", "se", "n", "ci_low", "ci_high", "q1", "q3", "iqr", "cv")
