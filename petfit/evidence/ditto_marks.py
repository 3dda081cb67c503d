"""Cells that stand for the one above: ditto marks, or the words for them."""

from __future__ import annotations

from petfit.errors import Problem
from petfit.evidence.source_table import SourceTable
from petfit.evidence.words import words_for

__all__ = ["fill_ditto_marks"]

_MARKS = words_for("cells", "ditto")
_FREE_TEXT = ("note", "source", "exclusion_reason")


def fill_ditto_marks(source: SourceTable) -> SourceTable:
    """Write the cell above in place of each ditto mark, and say where.

    Parameters
    ----------
    source : SourceTable
        Text, with petfit's column names where they are known.
    """
    columns: dict[str, list[str]] = {}
    said, problems = [], []
    for name in map(str, source.table.columns):
        cells = [str(text) for text in source.table[name]]
        marked = [place for place, text in enumerate(cells) if text.casefold() in _MARKS]
        if not marked or name in _FREE_TEXT:
            continue
        places = [str(source.table.index[place]) for place in marked]
        if marked[0] == 0:
            rule = "a ditto mark in the first row stands for nothing"
            problems.append(Problem(places[0], name, cells[0], rule, "Write what it stands for."))
        for place in marked:
            cells[place] = cells[max(place - 1, 0)]
        columns[name] = cells
        said.append(
            f"{source.column_labels.get(name, name)} in {', '.join(places)} as above, as the cells say"
        )
    return source.next(source.table.assign(**columns), assumptions=said, problems=problems)
