"""From rows of cells to a table: the header, the rows below it, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from petfit.errors import EvidenceError, Problem
from petfit.evidence.readers.footnotes import (
    on_its_side,
    other_headers,
    without_comments,
    without_footnotes,
)
from petfit.evidence.readers.header_rows import CellRow, duplicate_names, find_header
from petfit.evidence.readers.headings import headings_to_column, with_title_as_heading
from petfit.evidence.readers.repeated_statistics import name_repeated_statistics
from petfit.evidence.source_table import SourceTable

__all__ = ["Grid", "column_letter", "drop_row_labels", "read_grid"]

_NO_NAMES = ("", "Unnamed: 0", "...1")
"""As R and pandas write it, and as pandas and readr name it when they read it again."""


@dataclass(frozen=True)
class Grid:
    """A table, its header, and what was left out."""

    table: pd.DataFrame
    header: list[str]
    assumptions: tuple[str, ...]
    captions: tuple[str, ...] = ()


def read_grid(
    name: str, rows: Sequence[CellRow], word: str, header_rows: tuple[int, int] | None = None
) -> Grid:
    """Read the header and the rows below it, without comments, footnotes and rows that repeat the header.

    Parameters
    ----------
    name : str
        What messages call the table.
    rows : sequence of (str, list of str)
        The place of each row and its cells.
    word : {"line", "row"}
        What a place begins with.
    header_rows : (int, int), optional
        The numbers of the first and the last row of the header, whose cells are joined; the first row that
        is not empty and not a title by default.

    Raises
    ------
    EvidenceError
        When the header is not there, or the cells do not form a table.
    """
    found = find_header(name, rows, word, header_rows)
    if found is None:
        return Grid(table_from_rows([], [], word)[0], [], ())
    header = _joined([cells for _, cells in rows[found.first : found.last + 1]])
    header, renamed = name_repeated_statistics(header)
    below = rows[found.last + 1 :]
    body, comments = without_comments(below, header)
    body, footnotes = without_footnotes(body, header)
    repeated = [where for where, cells in body if any(cells) and _same(cells, header)]
    with_title = with_title_as_heading(list(rows[: found.first]), body, repeated)
    titles = found.titles[: len(found.titles) + len(body) - len(with_title)]
    body = [row for row in with_title if row[0] not in repeated]
    place = rows[found.last][0]
    if problems := [*on_its_side(place, header, below), *other_headers(header, body)]:
        raise EvidenceError(name, problems)
    header, body, headings = headings_to_column(header, body)
    table, problems = table_from_rows(header, body, word)
    if problems:
        raise EvidenceError(name, problems)
    skipped = [f"left out above the column names: {', '.join(titles)}"] * bool(titles)
    if header_rows is not None and found.first > 0:
        skipped = [f"the {word}s above {rows[found.first][0]} were left out, as asked"]
    skipped += [f"columns named after the one before them: {', '.join(renamed)}"] * bool(renamed)
    left_out = [f"{where} left out as a footnote: {text}" for where, text in footnotes]
    left_out += [f"{where} left out as a comment: {text}" for where, text in comments]
    left_out += [f"{where} read as the heading of the rows below: {text}" for where, text in headings.items()]
    left_out += [f"{where} left out: it repeats the column names" for where in repeated]
    captions = [" ".join(filter(None, cells)) for _, cells in rows[: found.first] if any(cells)]
    captions += [text for _, text in [*footnotes, *comments]]
    return Grid(table, header, (*skipped, *left_out), tuple(captions))


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join the rows of a header: an empty cell has the name to its left if there is one below it."""
    width = max(map(len, rows))
    names = [""] * width
    *groups, last = [[*row, *[""] * (width - len(row))] for row in rows]
    for group in groups:
        left = ""
        for position in range(width):
            left = group[position] or (left if last[position] else "")
            names[position] = f"{names[position]} {left}".strip()
    return [f"{name} {below}".strip() for name, below in zip(names, last, strict=True)]


def _same(cells: Sequence[str], header: Sequence[str]) -> bool:
    return [cell.casefold() for cell in cells if cell] == [name.casefold() for name in header if name]


def table_from_rows(
    header: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], word: str = "line"
) -> tuple[pd.DataFrame, list[Problem]]:
    """Make a table of rows of cells; rows and columns without any text are left out.

    Parameters
    ----------
    header : sequence of str
        Names of the columns; a filled column without one is called ``unnamed`` and its number or letter.
    rows : iterable of (str, sequence of str)
        The place of each row and its cells.
    word : {"line", "row"}
        What a place begins with.

    Returns
    -------
    pandas.DataFrame
        The table.
    list of Problem
        Duplicate names, and rows that do not have a cell for each column.
    """
    filled_rows = [(where, cells) for where, cells in rows if any(cells)]
    width = _width(header)
    if word == "row":
        width = max([width, *(_width(cells) for _, cells in filled_rows)])
    names = [*header, *[""] * width][:width]
    problems = duplicate_names(names)
    complete_rows: dict[str, Sequence[str]] = {}
    for where, cells in filled_rows:
        if len(cells) < width or any(cells[width:]):
            problems.append(_wrong_width(where, width, len(cells)))
        else:
            complete_rows[where] = cells[:width]
    columns = {position: [cells[position] for cells in complete_rows.values()] for position in range(width)}
    is_index = bool(names) and not names[0] and is_row_labels(columns[0])
    for position, cells in columns.items():
        if not names[position] and any(cells) and not (is_index and position == 0):
            names[position] = f"unnamed {column_letter(position) if word == 'row' else position + 1}"
    index = pd.Index(list(complete_rows), dtype=object)
    named = [position for position, name in enumerate(names) if name or (is_index and not position)]
    table = pd.DataFrame({position: columns[position] for position in named}, index, named, dtype=object)
    return table.set_axis([names[position] for position in named], axis=1), problems


def _width(cells: Sequence[str]) -> int:
    return max((position for position, cell in enumerate(cells, start=1) if cell), default=0)


def _wrong_width(where: str, width: int, count: int) -> Problem:
    rule = f"the header has {width} cells and this line has {count}"
    if count > width:
        return Problem(
            where, "", "", rule, "Quote cells that contain the delimiter, and leave missing cells empty."
        )
    return Problem(where, "", "", rule, "Add the missing cells, empty where nothing is known.")


def column_letter(position: int) -> str:
    """Return the letter by which a spreadsheet calls a column, which is counted from 0.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(position + 1))


def drop_row_labels(source: SourceTable) -> SourceTable:
    """Drop a first column without a name whose cells are different whole numbers."""
    first = next(iter(source.names), "drug")
    if first not in _NO_NAMES or not is_row_labels(source.cells(first)):
        return source
    assumption = "the first column, which has no name and numbers the rows, was left out"
    return source.next(source.table.drop(columns=first), assumptions=[assumption])


def is_row_labels(cells: Sequence[str]) -> bool:
    """Return whether cells can be the labels of rows, also of rows that were sorted, selected or added below.

    Examples
    --------
    >>> is_row_labels(["1", "2", "3"]), is_row_labels(["4", "0"]), is_row_labels(["5", "5"])
    (True, True, False)
    """
    labels = [str(cell) for cell in cells if cell]
    return bool(labels) and len(set(labels)) == len(labels) and all(label.isdecimal() for label in labels)
