"""The levels of evidence: what a reported number describes, and the rules for a row of each level.

A new level is one function and one entry here, its example rows in ``template.toml``, and one file in
`petfit.model.likelihood`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from petfit.errors import Problem
from petfit.evidence.rows import Row

__all__ = ["LEVELS", "Level", "one_person_levels"]

_SD_TOLERANCE = 0.1
"""Largest relative difference between a published SD and the SE times the square root of n."""


@dataclass(frozen=True)
class Level:
    """A level of evidence.

    Parameters
    ----------
    name : str
        The word in the column ``level``.
    meaning : str
        What a row of this level describes.
    rules : callable
        From the place of a fitted row and its cells to what is wrong with it.
    one_person : bool
        Whether a row describes one person.
    """

    name: str
    meaning: str
    rules: Callable[[str, Row], Iterator[Problem]]
    one_person: bool


def _subject_problems(where: str, row: Row) -> Iterator[Problem]:
    yield from _outcome_problems(where, row)
    yield from _missing_value(where, row)
    yield from _ends_beside_mean(where, row)
    rule = "one person has no sd; the standard error of a person's own number belongs in se"
    remedy = "Move it to se, leave it empty, or set level to group and give n."
    yield from _not_empty(where, row, ("sd",), rule, remedy)
    if row["n"] > 1:
        yield Problem(where, "n", f"{row['n']:g}", "a subject row is one person", "Set level to group.")


def _group_problems(where: str, row: Row) -> Iterator[Problem]:
    yield from _outcome_problems(where, row)
    yield from _missing_value(where, row)
    yield from _ends_beside_mean(where, row)
    n, sd, se = row["n"], row["sd"], row["se"]
    if n == 1 and not (math.isnan(sd) and math.isnan(se)):
        remedy = "Correct n, or set level to subject; se is then that of the person's own number."
        yield Problem(where, "n", "1", "the mean of one person has no sd or se", remedy)
    if row["censored"]:
        remedy = "Leave sd and se empty; the noise of the mean follows from n."
        yield from _not_empty(where, row, ("sd", "se"), "a censored mean has no sd or se", remedy)
    if sd > 0 and se > 0 and abs(se * math.sqrt(n) / sd - 1) > _SD_TOLERANCE:
        rule = "sd does not equal se times the square root of n"
        yield Problem(where, "sd, se", f"sd {sd:g}, se {se:g}, n {n:g}", rule, "Keep the one published.")


def _range_problems(where: str, row: Row) -> Iterator[Problem]:
    yield from _ends_problems(where, row, "a range row")


def _extremes_problems(where: str, row: Row) -> Iterator[Problem]:
    yield from _ends_problems(where, row, "a row of extremes")
    if math.isnan(row["n"]):
        rule = "extremes mean nothing without the number of people, and n_assumed cannot replace it"
        yield Problem(where, "n", "", rule, "Give n, or set use to no with the reason.")
    elif row["n"] == 1:
        remedy = "Correct n, or set level to subject and give the value."
        yield Problem(where, "n", "1", "a lowest and a highest need two people or more", remedy)


def _scan_problems(where: str, row: Row) -> Iterator[Problem]:
    if row["n"] > 1 or not math.isnan(row["sd"]):
        seen = f"n {row['n']:g}" if row["n"] > 1 else f"sd {row['sd']:g}"
        remedy = "Give the scans of each person, or the occupancies of the group with outcome occupancy."
        yield Problem(where, "level", seen, "a scan is of one person, and this is a mean of several", remedy)
        return
    if row["outcome"] not in ("bpnd", "vt"):
        rule = "a scan row contains a binding potential or a volume of distribution"
        yield Problem(where, "outcome", row["outcome"], rule, "Write bpnd or vt.")
    yield from _missing_value(where, row)
    if row["outcome"] == "vt" and row["value"] <= 0:
        yield Problem(where, "value", f"{row['value']:g}", "V_T is above 0", "Correct it, or set use to no.")
    if not row["subject"]:
        remedy = "Name the person, so that scans with and without the drug can be paired."
        yield Problem(where, "subject", "", "a scan row needs a subject", remedy)
    remedy = "Leave it empty; a scan has a value, and se where its own error is known."
    yield from _not_empty(where, row, ("low", "high"), "a scan row is the number of one person", remedy)
    if row["censored"]:
        rule = "a scan is not censored: near full occupancy its BP_ND may be 0 or negative, which is data"
        seen = f"{row['censored']} {row['value']:g}"
        yield Problem(where, "value", seen, rule, "Give the number, or set use to no.")
    if row["condition"] == "baseline" and (row["dose"] > 0 or row["concentration"] > 0):
        seen = f"{max(row['dose'], row['concentration']):g}"
        rule = "a baseline scan is without the drug"
        yield Problem(where, "condition", seen, rule, "Set condition to drug, or leave the exposure empty.")


def _ends_problems(where: str, row: Row, row_words: str) -> Iterator[Problem]:
    yield from _outcome_problems(where, row)
    for name in ("low", "high"):
        if math.isnan(row[name]):
            remedy = "Fill it in, or write a single limit in value and below or above in censored."
            yield Problem(where, name, "", f"{row_words} needs low and high", remedy)
    remedy = "Leave it empty, or set level to group."
    yield from _not_empty(where, row, ("value", "sd", "se"), f"{row_words} has only low and high", remedy)
    if row["censored"]:
        remedy = "Leave it empty, or give the limit in value and set level to group."
        yield Problem(where, "censored", row["censored"], f"{row_words} is not censored", remedy)


def _ends_beside_mean(where: str, row: Row) -> Iterator[Problem]:
    """Yield the problem of low and high beside the mean of a group, which may be several things."""
    if not (math.isnan(row["low"]) and math.isnan(row["high"])):
        seen = " to ".join(f"{row[name]:g}" for name in ("low", "high") if not math.isnan(row[name]))
        rule = "low and high beside a mean may be a confidence interval, quartiles, or extremes"
        remedy = (
            "For a 95 % CI of the mean use --set ci_prob=0.95; otherwise name the columns q1 and q3, or min "
            "and max, with --columns."
        )
        yield Problem(where, "low, high", seen, rule, remedy)


def _outcome_problems(where: str, row: Row) -> Iterator[Problem]:
    if row["outcome"] in ("bpnd", "vt"):
        rule, remedy = f"a {row['level']} row is an occupancy", "Give the occupancy itself, or set use to no."
        yield Problem(where, "outcome", row["outcome"], rule, remedy)


def _missing_value(where: str, row: Row) -> Iterator[Problem]:
    if math.isnan(row["value"]):
        rule = f"a {row['level']} row needs a value"
        yield Problem(
            where, "value", "", rule, "Fill it in, remove the row, or set use to no with the reason."
        )


def _not_empty(where: str, row: Row, columns: tuple[str, ...], rule: str, remedy: str) -> Iterator[Problem]:
    for name in columns:
        if not math.isnan(row[name]):
            yield Problem(where, name, f"{row[name]:g}", rule, remedy)


_LEVELS = (
    Level("subject", "the occupancy of one person", _subject_problems, True),
    Level("group", "the mean of n people, with sd or se where published", _group_problems, False),
    Level("range", "an interval, low to high, that contains the mean of the group", _range_problems, False),
    Level("extremes", "the lowest and the highest of n people, as low and high", _extremes_problems, False),
    Level("scan", "BP_ND or V_T of one person and region in one condition", _scan_problems, True),
)
LEVELS: dict[str, Level] = {level.name: level for level in _LEVELS}


def one_person_levels() -> list[str]:
    """Return the levels whose rows describe one person."""
    return [name for name, level in LEVELS.items() if level.one_person]
