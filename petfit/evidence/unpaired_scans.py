"""People who have scans without the drug only, or with it only, beside people who have both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import natural_key

__all__ = ["note_unpaired_scans"]

_MOST = 5
"""More people are counted."""


def note_unpaired_scans(source: SourceTable) -> SourceTable:
    """Name the people without a baseline scan, and those without a scan with the drug, if others have one.

    Parameters
    ----------
    source : SourceTable
        Typed, with its defaults filled.
    """
    table = source.table
    scans = table[(table["level"] == "scan") & (table["use"] == "yes")]
    conditions = scans.groupby(["study", "subject"], sort=False)["condition"].unique()
    return source.next(table, assumptions=_unpaired(conditions, scans["study"].nunique()))


def _unpaired(conditions: pd.Series, studies: int) -> Iterator[str]:
    """Yield who lacks a condition, of the conditions of each person."""
    present = {condition for of_person in conditions for condition in of_person}
    for condition, words in (("baseline", "no baseline scan"), ("drug", "no scan with the drug")):
        people = zip(conditions.index.to_frame().to_numpy(str).tolist(), conditions, strict=True)
        without = [person for person, of_person in people if condition not in of_person]
        if condition in present and without:
            yield f"{words} of {_names(without, studies)}"


def _names(people: Sequence[Sequence[str]], studies: int) -> str:
    names = sorted((", ".join(person) if studies > 1 else person[-1] for person in people), key=natural_key)
    more = f" and {len(names) - _MOST} more" * (len(names) > _MOST)
    return f"subject{'s' * (len(names) > 1)} {', '.join(names[:_MOST])}{more}"
