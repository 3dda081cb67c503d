"""Rows that may be of one person: a subject of two cohorts or several doses, rows that are the same."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.equal_rows import equal_people
from petfit.evidence.levels import one_person_levels
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable

__all__ = ["ask_for_people", "note_people"]


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
    """Say which people have rows at several doses of a drug, and which without a name have equal rows.

    Parameters
    ----------
    source : SourceTable
        Typed, with its defaults filled.
    """
    return source.next(
        source.table, assumptions=[*_repeated_doses(source.table), *_equal_people(source.table)]
    )


def _equal_people(table: pd.DataFrame) -> Iterator[str]:
    if equal := equal_people(table):
        where, twin = next(iter(equal.items()))
        more = f", and {len(equal) - 1} more such pairs" * (len(equal) > 1)
        yield f"{twin} and {where} are the same, without a subject: two people{more}"


def _repeated_doses(table: pd.DataFrame) -> Iterator[str]:
    people = table[
        (table["use"] == "yes")
        & table["level"].isin(one_person_levels())
        & (table["subject"] != "")
        & (table["dose"] > 0)
    ]
    doses = people.groupby(["study", "subject", "drug"], sort=False)["dose"].unique()
    several = doses[doses.map(len) > 1]
    if several.empty:
        return
    (_, subject, _), given = several.index[0], several.iloc[0]
    example = " and ".join(f"{dose:g}" for dose in sorted(given)[:2])
    count = len({person[:2] for person in several.index})
    has = "subjects have" if count > 1 else "subject has"
    yield f"{count} {has} rows at several doses, such as {subject} at {example}: each is one person"
