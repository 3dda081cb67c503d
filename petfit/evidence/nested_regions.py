"""Say which people have a region and a part of it in the fit: their common signal counts twice."""

from __future__ import annotations

from collections.abc import Iterator

from petfit.evidence.levels import one_person_levels
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import words_of
from petfit.evidence.words import by_word, words_for

__all__ = ["is_part_of", "note_nested_regions"]

_SMALLEST_WHOLE = by_word("region_parts")
_WHOLE = frozenset(words_for("whole_regions", "words"))


def note_nested_regions(source: SourceTable) -> SourceTable:
    """Add a sentence for each region of which the same people or groups have a part as well.

    Parameters
    ----------
    source : SourceTable
        Typed, with its defaults filled.
    """
    table = source.table
    is_anonymous = table["level"].isin(one_person_levels()) & (table["subject"] == "")
    rows = table[(table["use"] == "yes") & (table["region"] != "") & ~is_anonymous]
    people = rows.groupby(["study", "cohort", "subject"], sort=False)["region"].unique()
    notes = [note for regions in people for note in _notes(list(regions))]
    return source.next(table, assumptions=dict.fromkeys(notes))


def _notes(regions: list[str]) -> Iterator[str]:
    for whole in regions:
        if parts := [part for part in regions if is_part_of(part, whole)]:
            yield (
                f"{whole} contains {' and '.join(parts)} of the same people: what they share counts twice, "
                "so keep the whole or its parts"
            )


def is_part_of(name: str, whole: str) -> bool:
    """Return whether a region is a part of another, by their names.

    Examples
    --------
    >>> is_part_of("caudate nucleus", "whole striatum"), is_part_of("ventral striatum", "striatum")
    (True, True)
    >>> is_part_of("putamen", "caudate")
    False
    """
    words, of_whole = set(words_of(name)), set(words_of(whole)) - _WHOLE
    if not of_whole or words - _WHOLE == of_whole:
        return False
    wholes: set[str] = set()
    for word in words:
        while word := _SMALLEST_WHOLE.get(word, ""):
            wholes.add(word)
    return of_whole < words or of_whole <= wholes
