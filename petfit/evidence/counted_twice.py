"""Say which rows seem to be of the same people: a group beside its parts, and one group in two studies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from petfit.evidence.levels import one_person_levels
from petfit.evidence.source_table import SourceTable

__all__ = ["note_counted_twice"]

_SETTING = ["drug", "dose", "dose_unit", "concentration", "time_h", "region", "tracer", "regimen", "outcome"]
_FEWEST_EQUAL = 3
"""Fewer equal numbers of all people of a study are chance."""


def note_counted_twice(source: SourceTable) -> SourceTable:
    """Add a sentence for each group that seems to pool others, and for each two studies with equal people.

    Parameters
    ----------
    source : SourceTable
        Typed, with its defaults filled.
    """
    rows = source.table[source.table["use"] == "yes"]
    return source.next(source.table, assumptions=[*_pooled_groups(rows), *_equal_studies(rows)])


def _pooled_groups(rows: pd.DataFrame) -> Iterator[str]:
    groups = rows[(rows["level"] == "group") & rows["n"].notna() & rows["value"].notna()]
    for _, similar in groups.groupby(_SETTING, sort=False, dropna=False):
        for where, row in similar.iterrows():
            parts = similar.drop(index=where)
            is_sum = len(parts) > 1 and row["n"] == parts["n"].sum()
            if is_sum and parts["value"].min() <= row["value"] <= parts["value"].max():
                places = " and ".join(map(str, parts.index))
                yield (
                    f"{where} seems to pool {places}, as its n and its mean say: the same people count "
                    "twice, so keep the whole or its parts"
                )


def _equal_studies(rows: pd.DataFrame) -> Iterator[str]:
    people = rows[rows["level"].isin(one_person_levels()) & rows["value"].notna()]
    if people["study"].nunique() < 2:
        return
    numbers = people.drop_duplicates([*_SETTING, "value", "study"])
    sizes = numbers["study"].value_counts()
    by_number = numbers.groupby([*_SETTING, "value"], sort=False, dropna=False)["study"].unique()
    pairs = Counter(pair for studies in by_number for pair in combinations(map(str, studies), 2))
    for (first, second), count in pairs.items():
        if count >= max(_FEWEST_EQUAL, min(sizes[first], sizes[second])):
            yield (
                f"{first} and {second} have {count} equal values at equal exposures: people who are in both "
                "count twice, so keep one of them"
            )
