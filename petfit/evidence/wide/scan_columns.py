"""Columns of a wide table that look like scans, where nothing says what was measured."""

from __future__ import annotations

import re
from collections.abc import Iterator

from petfit.errors import Problem
from petfit.evidence.guessed_columns import is_numbered_scan
from petfit.evidence.mapped_statistics import may_remain, uptake_ratio_problem
from petfit.evidence.outcome_words import SCAN_WORDS, is_uptake_ratio, split_condition
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import words_of
from petfit.evidence.wide.level_statistics import SEPARATORS
from petfit.evidence.wide.wide_levels import WideLevels

__all__ = ["scan_problems"]


def scan_problems(source: SourceTable, found: WideLevels, factors: tuple[str, ...]) -> Iterator[Problem]:
    """Ask for the outcome where columns look like scans and nothing says what they are."""
    columns = source.table.columns
    given = {text for text in source.cells("outcome") if text}
    outcomes = {found.outcome} - {""} | given
    if found.outcome and given - {found.outcome} and not {found.outcome, *given} <= {"dvr", "bpnd"}:
        rule = f"the names say {found.outcome}, and the outcome given is {', '.join(sorted(given))}"
        yield Problem("header", ", ".join(found.columns), "", rule, "Correct one of the two.")
    if outcomes & {"bpnd", "vt"} and (ratios := [name for name in found.columns if is_uptake_ratio(name)]):
        yield uptake_ratio_problem(ratios)
    if "condition" in factors:
        if not outcomes:
            rule = "baseline and drug scans need their outcome"
            yield Problem("header", "outcome", "", rule, "Give it: --outcome bpnd or --outcome vt.")
        return
    if "occupancy" in outcomes or "condition" in columns or "session" in factors:
        return
    unclear = [name for name in found.columns if may_remain(name) or "binding" in words_of(name)]
    if unclear and not outcomes:
        rule = "these may be of what remains of the binding, which is not the occupancy"
        remedy = "Use --outcome remaining if so, or --outcome occupancy if they are the occupancy."
        yield Problem("header", ", ".join(unclear), "", rule, remedy)
    are_scans = not outcomes and "drug" not in factors and _are_scans(found.columns)
    if are_scans and "dose" in factors:
        rule = "these columns look like scans, and nothing says of which outcome"
        remedy = "Use --outcome bpnd or --outcome vt, or --outcome occupancy if they are not."
        yield Problem("header", ", ".join(found.columns), "", rule, remedy)
    elif are_scans or _have_conditions(found):
        rule = "these columns look like scans of several conditions, not occupancies"
        remedy = (
            "Read scans with --wide region,condition --outcome bpnd (or vt) if each name has the region and "
            "base or drug, with --wide condition if it has no region; where the names give neither, name "
            "them as in BP_base and BP_drug first. Use --outcome occupancy if they are not scans."
        )
        yield Problem("header", ", ".join(found.columns), "", rule, remedy)


def _have_conditions(found: WideLevels) -> bool:
    """Whether all names contain a condition or number a scan, or a region has two conditions."""
    if found.columns and all(map(is_numbered_scan, found.columns)):
        return True
    splits = [split_condition(level.levels[0]) for level in found.levels]
    with_condition = [(rest, condition) for rest, condition in splits if condition]
    rests = [rest for rest, _ in with_condition]
    return bool(splits) and (len(with_condition) == len(splits) or len(set(rests)) < len(rests))


def _are_scans(names: list[str]) -> bool:
    words = [{word.lower() for word in re.split(SEPARATORS, name)} for name in names]
    return any(of_name & (SCAN_WORDS - {"drug", "base", "pre", "post", "block", "test"}) for of_name in words)
