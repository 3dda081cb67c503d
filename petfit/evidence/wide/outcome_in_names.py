"""The outcome in the names of the columns of a wide table, such as ``putamen occupancy``."""

from __future__ import annotations

from petfit.errors import Problem
from petfit.evidence.outcome_words import outcome_of, split_condition, split_outcome
from petfit.evidence.wide.level_statistics import LevelColumns

__all__ = ["take_outcome_out"]


def take_outcome_out(
    statistics: LevelColumns, wanted: set[str], factors: tuple[str, ...]
) -> tuple[LevelColumns, str, list[Problem]]:
    """Take the outcome out of names such as ``putamen occupancy``, if every name has one.

    Of several outcomes, only the wanted one is kept.
    """
    splits = {base: _split_outcome(base, factors) for base in statistics}
    outcomes = sorted({outcome for _, outcome in splits.values()})
    if "" in outcomes or not outcomes:
        return statistics, "", []
    if len(outcomes) > 1 and len(wanted & set(outcomes)) == 1:
        outcomes = sorted(wanted & set(outcomes))
    elif len(outcomes) > 1:
        names = ", ".join(column for cells in statistics.values() for column in cells.values())
        choices = " or ".join(f"--outcome {outcome}" for outcome in outcomes)
        rule = f"the names give several outcomes, {', '.join(outcomes)}"
        return statistics, "", [Problem("header", names, "", rule, f"Choose with {choices}.")]
    kept: LevelColumns = {}
    problems = []
    for base, cells in statistics.items():
        level, outcome = splits[base]
        if outcome != outcomes[0]:
            continue
        if twice := kept.setdefault(level, {}).keys() & cells.keys():
            both = [kept[level][name] for name in twice] + [cells[name] for name in twice]
            rule = f"these columns are the same statistic of {level}"
            problems.append(Problem("header", ", ".join(both), "", rule, "Rename or ignore one of them."))
        kept[level].update(cells)
    return kept, outcomes[0], problems


def _split_outcome(base: str, factors: tuple[str, ...]) -> tuple[str, str]:
    """Split the outcome off a name, also where it stands between a region and a condition."""
    level, outcome = split_outcome(base)
    if outcome or "condition" not in factors:
        return level, outcome
    rest, condition = split_condition(base)
    level, outcome = ("", outcome_of(rest)) if outcome_of(rest) else split_outcome(rest)
    return (f"{level} {condition}".strip(), outcome) if outcome and condition else (base, "")
