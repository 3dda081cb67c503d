"""From rows of cells to a table: the header, and the rows below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from petfit.errors import EvidenceError, Problem
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.index_column import is_row_numbers

__all__ = ["Grid", "duplicate_names", "read_grid", "table_from_rows"]

_KNOWN = {name.replace("_", "") for name in (*COLUMNS, *STATISTICS)}
_SEARCHED_ROWS = 30


@dataclass(frozen=True)
class Grid:
    """A table, its header, and what was left out."""

    table: pd.DataFrame
    header: list[str]
    assumptions: tuple[str, ...]


def read_grid(
    name: str, rows: Sequence[tuple[str, list[str]]], word: str, header_row: int | None = None
) -> Grid:
    """Read the header, the rows below it, and no footnotes.

    Footnotes are rows at the end, after an empty one, with text in the first cell only.

    Parameters
    ----------
    name : str
        What messages call the table.
    rows : sequence of (str, list of str)
        The place of each row and its cells.
    word : {"line", "row"}
        What a place begins with.
    header_row : int, optional
        The number of the header in its place; the first row that is not empty by default.

    Raises
    ------
    EvidenceError
        When the header is not there, or the cells do not form a table.
    """
    first = 0
    if header_row is not None:
        numbers = [int(where.split()[-1]) for where, _ in rows]
        first = next((i for i, number in enumerate(numbers) if number >= header_row), len(rows))
        if first == len(rows) or not any(rows[first][1]):
            rule = f"header is {header_row}, and this {word} is empty"
            raise EvidenceError(name, [Problem(f"{word} {header_row}", "", "", rule, "Give another number.")])
    while first < len(rows) and not any(rows[first][1]):
        first += 1
    if first == len(rows):
        return Grid(table_from_rows([], [])[0], [], ())
    header, body = rows[first][1], list(rows[first + 1 :])
    body, footnotes = _without_footnotes(body, len([cell for cell in header if cell]))
    table, problems = table_from_rows(header, body)
    if header_row is None and (other := _other_header(header, rows[first + 1 :])):
        where, cells = other
        rule = "this is not the header"
        names = ", ".join(filter(None, cells))
        remedy = f"The column names seem to be in {where} ({names}): use --header {where.split()[-1]}."
        raise EvidenceError(name, [Problem(rows[first][0], "", " ".join(filter(None, header)), rule, remedy)])
    if problems:
        raise EvidenceError(name, problems)
    skipped = [f"the {word}s above {word} {header_row} were left out, as asked"] * (
        first > 0 and header_row is not None
    )
    left_out = [f"{where} left out as a footnote: {text}" for where, text in footnotes]
    return Grid(table, header, (*skipped, *left_out))


def _without_footnotes(
    body: list[tuple[str, list[str]]], width: int
) -> tuple[list[tuple[str, list[str]]], list[tuple[str, str]]]:
    """Split rows from the footnotes below them."""
    end = len(body)
    while end > 0 and _is_note(body[end - 1][1]):
        end -= 1
    has_gap = 0 < end < len(body) and not any(body[end][1])
    if width < 3 or not has_gap:
        return body, []
    return body[:end], [(where, cells[0]) for where, cells in body[end:] if any(cells)]


def _is_note(cells: list[str]) -> bool:
    return not any(cells[1:]) and (not cells or not cells[0] or bool(re.search(r"[^\W\d].*\s", cells[0])))


def _other_header(header: list[str], rows: Sequence[tuple[str, list[str]]]) -> tuple[str, list[str]] | None:
    """Return the row that looks like a header, where the first one does not."""
    if _known_names(header) > 0:
        return None
    best = max(rows[:_SEARCHED_ROWS], key=lambda row: _known_names(row[1]), default=None)
    return best if best is not None and _known_names(best[1]) >= 2 else None


def _known_names(cells: Sequence[str]) -> int:
    return sum(re.sub(r"[\W_]", "", re.sub(r"[(\[].*", "", cell)).lower() in _KNOWN for cell in cells)


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
    is_index = bool(names) and not names[0] and is_row_numbers([row[0] for row in complete_rows.values()])
    problems += [] if is_index else _nameless_columns(names, complete_rows)
    index = pd.Index(list(complete_rows), dtype=object)
    table = pd.DataFrame(list(complete_rows.values()), index=index, columns=range(width), dtype=object)
    named = [position for position, name in enumerate(names) if name or (is_index and not position)]
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
