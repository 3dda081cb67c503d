"""Rows that may be of one person: a subject of two cohorts or several doses, rows that are the same."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.equal_rows import equal_people, equal_rows
from petfit.evidence.levels import one_person_levels
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable

__all__ = ["ask_for_people", "note_people"]

_RESULTS = ["value", "sd", "se", "low", "high", "censored"]


def ask_for_people(source: SourceTable) -> SourceTable:
    """Ask whether a subject of two cohorts is one person, where the numbers of people may begin anew.

    Baselines, and the cohorts that `petfit.evidence.defaults` names, are not compared.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    """
    return source.next(source.table, problems=_in_two_cohorts(source))


def _in_two_cohorts(source: SourceTable) -> Iterator[Problem]:
    table = source.table
    columns = (table[name] for name in ("study", "cohort", "subject", "use", "condition", "dose"))
    first: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for where, study, cohort, subject, use, condition, dose in zip(table.index, *columns, strict=True):
        is_without_drug = condition == "baseline" or parse_number(dose) == 0
        is_named = not is_missing(cohort) and not cohort.startswith(f"{study}, ")
        if not is_named or is_missing(subject) or use == "no" or is_without_drug:
            continue
        person = (study, subject)
        if first.setdefault(person, cohort) != cohort:
            found.setdefault(person, (str(where), cohort))
    if found:
        (person, (where, cohort)), more = next(iter(found.items())), len(found) - 1
        subject, other = person[1], first[person]
        label = source.column_labels.get("cohort", "cohort")
        rule = f"subject {subject} is in the cohorts {other} and {cohort}"
        rule += f", and {more} other subject{'s are' if more > 1 else ' is'} in two as well" * (more > 0)
        remedy = (
            f"Write names such as {other}-{subject} and {cohort}-{subject} if they are two people; leave the "
            f"column {label} out if they are one."
        )
        yield Problem(where, "subject", subject, rule, remedy)


def note_people(source: SourceTable) -> SourceTable:
    """Say which people have rows at several doses, or that differ in the result alone, and equal rows.

    Parameters
    ----------
    source : SourceTable
        Typed, with its defaults filled.
    """
    table = source.table
    notes = [*_repeated_doses(table), *_repeated_measurements(table), *_equal_people(table)]
    return source.next(table, assumptions=notes)


def _equal_people(table: pd.DataFrame) -> Iterator[str]:
    if equal := equal_people(table):
        pair, more = _first_pair(equal)
        yield f"{pair} are the same, without a subject: two people{more}"


def _repeated_measurements(table: pd.DataFrame) -> Iterator[str]:
    if repeated := equal_rows(_named_people(table).drop(columns=_RESULTS)):
        pair, more = _first_pair(repeated)
        yield f"{pair} differ in the result alone: repeated measurements of one person{more}"


def _first_pair(twins: dict[str, str]) -> tuple[str, str]:
    """Return the first row with its twin, and how many more there are."""
    (where, twin), more = next(iter(twins.items())), len(twins) - 1
    return f"{twin} and {where}", f", and {more} more such pair{'s' * (more > 1)}" * (more > 0)


def _named_people(table: pd.DataFrame) -> pd.DataFrame:
    is_person = table["level"].isin(one_person_levels()) & (table["subject"] != "")
    return table[(table["use"] == "yes") & is_person]


def _repeated_doses(table: pd.DataFrame) -> Iterator[str]:
    people = _named_people(table)
    doses = people[people["dose"] > 0].groupby(["study", "subject", "drug"], sort=False)["dose"].unique()
    several = doses[doses.map(len) > 1]
    if several.empty:
        return
    (_, subject, _), given = several.index[0], several.iloc[0]
    example = " and ".join(f"{dose:g}" for dose in sorted(given)[:2])
    count = len({person[:2] for person in several.index})
    has = "subjects have" if count > 1 else "subject has"
    yield f"{count} {has} rows at several doses, such as {subject} at {example}: each is one person"
