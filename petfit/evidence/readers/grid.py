"""From rows of cells under a header to a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from petfit.errors import Problem

__all__ = ["duplicate_names", "table_from_rows"]


def table_from_rows(
    header: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Make a table of rows of cells; rows and columns without any text are left out.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : iterable of (str, sequence of str)
        The place of each row and its cells.

    Returns
    -------
    pandas.DataFrame
        The table.
    list of Problem
        Duplicate names, cells without a column, and rows that do not have a cell for each column.
    """
    width = max((position for position, name in enumerate(header, start=1) if name), default=0)
    names = list(header[:width])
    problems = duplicate_names(names)
    complete_rows: dict[str, Sequence[str]] = {}
    for where, cells in rows:
        if not any(cells):
            continue
        if len(cells) < width or any(cells[width:]):
            rule = f"the header has {width} cells and this line has {len(cells)}"
            remedy = "Quote cells that contain the delimiter, and leave missing cells empty."
            problems.append(Problem(where, "", "", rule, remedy))
        else:
            complete_rows[where] = cells[:width]
    problems += _nameless_columns(names, complete_rows)
    index = pd.Index(list(complete_rows), dtype=object)
    table = pd.DataFrame(list(complete_rows.values()), index=index, columns=range(width), dtype=object)
    named = [position for position, name in enumerate(names) if name]
    return table[named].set_axis([names[position] for position in named], axis=1), problems


def duplicate_names(names: Sequence[str]) -> list[Problem]:
    """Return the problems of names that occur more than once in a header."""
    rule, remedy = "a column name can occur only once in the header", "Rename or remove one of them."
    return [
        Problem("header", name, name, rule, remedy)
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]


def _nameless_columns(names: Sequence[str], rows: dict[str, Sequence[str]]) -> Iterator[Problem]:
    for position, name in enumerate(names):
        filled = [(where, cells[position]) for where, cells in rows.items() if not name and cells[position]]
        for where, cell in filled[:1]:
            rule = f"column {position + 1} has no name and is not empty"
            yield Problem(where, "", cell, rule, "Name it in the header, or empty it.")
