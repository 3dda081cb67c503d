"""Cells that stand for the one above: ditto marks, the words for them, and empty cells where told."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from petfit.errors import Problem, nearest
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.words import words_for

__all__ = ["fill_as_above"]

_MARKS = words_for("cells", "ditto")
_FREE_TEXT = ("note", "source", "exclusion_reason")


def fill_as_above(source: SourceTable, fill: Collection[str] = ()) -> SourceTable:
    """Write the cell above in place of each ditto mark, and of empty cells of some columns, and say where.

    Parameters
    ----------
    source : SourceTable
        Text, with petfit's column names where they are known.
    fill : collection of str
        Columns in which an empty cell repeats the one above.
    """
    columns: dict[str, list[str]] = {}
    said, problems = [], list(_unknown(source, fill))
    for name in map(str, source.table.columns):
        cells = [str(text) for text in source.table[name]]
        is_filled = name in fill
        marked = [
            place
            for place, text in enumerate(cells)
            if (text.casefold() in _MARKS and name not in _FREE_TEXT) or (is_filled and is_missing(text))
        ]
        if not marked:
            continue
        places = [str(source.table.index[place]) for place in marked]
        if marked[0] == 0:
            rule = "there is no cell above the first row to repeat"
            problems.append(Problem(places[0], name, cells[0], rule, "Write what it stands for."))
        for place in marked:
            cells[place] = cells[max(place - 1, 0)]
        columns[name] = cells
        why = "as asked" if is_filled else "as the cells say"
        said.append(f"{source.column_labels.get(name, name)} in {', '.join(places)} as above, {why}")
    return source.next(source.table.assign(**columns), assumptions=said, problems=problems)


def _unknown(source: SourceTable, fill: Collection[str]) -> Iterator[Problem]:
    present = [str(name) for name in source.table.columns]
    for name in fill:
        if name not in present:
            yield Problem("fill", name, "", "the table has no such column", nearest(name, present))
