"""From rows of cells to a table: the header, the rows below it, and what is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from petfit.errors import EvidenceError, Problem
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.index_column import is_row_labels
from petfit.evidence.outcome_words import outcome_of
from petfit.evidence.spelling import spelling_key
from petfit.evidence.statistic_names import statistic_name

__all__ = [
    "SEARCHED_ROWS",
    "Grid",
    "Header",
    "column_letter",
    "duplicate_names",
    "find_header",
    "has_known_names",
    "read_grid",
    "table_from_rows",
]

type _Row = tuple[str, list[str]]
"""The place of a row, such as ``line 4``, and its cells."""

_KNOWN = {name.replace("_", "") for name in (*COLUMNS, *STATISTICS)}
SEARCHED_ROWS = 30
_BEGINS_WITH_NUMBER = re.compile(r"[<>\u2264\u2265~]?\s*[-+\u2212\u2013]?[.,]?\d")
_ONLY_NUMBER = re.compile(r"[-+\u2212\u2013.,%\s]*\d[-+.,%\d\s]*")
_REPEATED_STATISTICS = frozenset({"sd", "se", "sem", "n", "cilow", "cihigh", "p"})


@dataclass(frozen=True)
class Header:
    """The rows of the header, counted from 0, and the titles above it that were left out."""

    first: int
    last: int
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A table, its header, and what was left out."""

    table: pd.DataFrame
    header: list[str]
    assumptions: tuple[str, ...]


def find_header(name: str, rows: Sequence[_Row], word: str, given: tuple[int, int] | None) -> Header | None:
    """Return the rows that contain the column names, None where no row contains anything.

    Unless given, it is the first row that is not empty; a row above it with one filled cell is a title.

    Parameters
    ----------
    name : str
        What messages call the table.
    rows : sequence of (str, list of str)
        The place of each row and its cells.
    word : {"line", "row"}
        What a place begins with.
    given : (int, int), optional
        The numbers of the first and the last row of the header.

    Raises
    ------
    EvidenceError
        When the given rows are empty, or another row looks more like a header.
    """
    if given is not None:
        return _given_header(name, rows, word, given)
    titles_above: list[str] = []
    filled = [place for place, (_, cells) in enumerate(rows) if any(cells)]
    while len(filled) > 1 and _is_comment(rows[filled[0]][1]) and not _known_names(rows[filled[0]][1]):
        titles_above.append(" ".join(filter(None, rows[filled.pop(0)][1])))
    names = next((place for place in filled if _count(rows[place][1]) > 1), None)
    if not filled:
        return None
    first = filled[0] if names is None else names
    titles = [*titles_above, *(" ".join(filter(None, rows[place][1])) for place in filled if place < first)]
    header = rows[first][1]
    if _count(header) > 1 and all(_ONLY_NUMBER.fullmatch(cell) for cell in header if cell):
        rule = "numbers stand where the names of the columns belong"
        remedy = "Write a line of names above them, such as dose,value."
        raise EvidenceError(
            name, [Problem(rows[first][0], "", ", ".join(filter(None, header)), rule, remedy)]
        )
    if other := _other_header(header, rows[first + 1 :]):
        where, cells = other
        seen = ", ".join(filter(None, cells))
        remedy = f"The column names seem to be in {where} ({seen}): use --header {_number(where)}."
        if duplicate_names(cells):
            both = f"{_number(rows[first][0])}-{_number(where)}"
            remedy = (
                f"The column names seem to be in it and in {where} ({seen}): use --header {both}, with "
                "--wide region if the upper names are regions."
            )
        problem = Problem(
            rows[first][0], "", " ".join(filter(None, header)), "this is not the header", remedy
        )
        raise EvidenceError(name, [problem])
    if second := _second_row(header, rows[first + 1 :]):
        where, cells = second
        seen = ", ".join(filter(None, cells))
        both = f"{_number(rows[first][0])}-{_number(where)}"
        remedy = (
            f"If {where} ({seen}) belongs to it, join the two: --header {both}. Otherwise name the columns."
        )
        problem = Problem(rows[first][0], "", "", "the header has columns without a name", remedy)
        raise EvidenceError(name, [problem])
    return Header(first, first, tuple(titles))


def read_grid(name: str, rows: Sequence[_Row], word: str, header_rows: tuple[int, int] | None = None) -> Grid:
    """Read the header, the rows below it, and no footnotes.

    Footnotes are rows at the end with text in the first cell only, or rows after an empty one without a
    number. A row that repeats the header is left out as well.

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
    body, comments = _without_comments(rows[found.last + 1 :], header)
    body, footnotes = _without_footnotes(body, header)
    repeated = [where for where, cells in body if any(cells) and _same(cells, header)]
    body = [row for row in body if row[0] not in repeated]
    if problems := [*_on_its_side(rows, found, header), *_headings(body, header)]:
        raise EvidenceError(name, problems)
    table, problems = table_from_rows(header, body, word)
    if problems:
        raise EvidenceError(name, problems)
    skipped = [f"left out above the column names: {', '.join(found.titles)}"] * bool(found.titles)
    if header_rows is not None and found.first > 0:
        skipped = [f"the {word}s above {rows[found.first][0]} were left out, as asked"]
    left_out = [f"{where} left out as a footnote: {text}" for where, text in footnotes]
    left_out += [f"{where} left out as a comment: {text}" for where, text in comments]
    left_out += [f"{where} left out: it repeats the column names" for where in repeated]
    return Grid(table, header, (*skipped, *left_out))


# --- the header ---------------------------------------------------------------------------------


def has_known_names(rows: Sequence[_Row]) -> bool:
    """Return whether one of the first rows has two of petfit's column names or more."""
    return any(_known_names(cells) >= 2 for _, cells in rows[:SEARCHED_ROWS])


def _given_header(name: str, rows: Sequence[_Row], word: str, given: tuple[int, int]) -> Header:
    places = {_number(where): place for place, (where, _) in enumerate(rows)}
    chosen = [place for number in given if (place := places.get(number)) is not None]
    if len(chosen) < 2 or not any(rows[chosen[0]][1]):
        seen = "-".join(str(number) for number in sorted(set(given)))
        rule = f"header is {seen}, and this {word} is empty"
        raise EvidenceError(name, [Problem(f"{word} {given[0]}", "", "", rule, "Give another number.")])
    return Header(chosen[0], chosen[1])


def _number(where: str) -> int:
    return int(where.split()[-1])


def _count(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))


def _same(cells: Sequence[str], header: Sequence[str]) -> bool:
    return [cell.casefold() for cell in cells if cell] == [name.casefold() for name in header if name]


def _other_header(header: list[str], rows: Sequence[_Row]) -> _Row | None:
    """Return the row that looks like a header, where the first one does not."""
    if _known_names(header) > 0:
        return None
    best = max(rows[:SEARCHED_ROWS], key=lambda row: _known_names(row[1]), default=None)
    return best if best is not None and _known_names(best[1]) >= 2 else None


def _known_names(cells: Sequence[str]) -> int:
    names = [re.sub(r"[(\[].*", "", cell).strip() for cell in cells]
    return sum(re.sub(r"[\W_]", "", name).lower() in _KNOWN or bool(outcome_of(name)) for name in names)


def _second_row(header: list[str], rows: Sequence[_Row]) -> _Row | None:
    """Return the next row if it names columns that the header leaves without a name."""
    below = next((row for row in rows if any(row[1])), None)
    if below is None or _has_number(below[1]):
        return None
    named = [position for position, name in enumerate(header) if name]
    unnamed = [
        cell for position, cell in enumerate(below[1]) if position not in named and position > named[0]
    ]
    return below if any(unnamed) else None


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


# --- below the header ---------------------------------------------------------------------------


def _is_comment(cells: Sequence[str]) -> bool:
    return next(filter(None, cells), "").startswith("#")


def _without_comments(
    body: Sequence[_Row], header: Sequence[str]
) -> tuple[list[_Row], list[tuple[str, str]]]:
    """Split rows from comments, which begin with # and do not have a cell for each column."""
    is_comment = [
        _is_comment(cells) and (_count(cells) == 1 or len(cells) < len(header)) for _, cells in body
    ]
    rows = [row for row, left_out in zip(body, is_comment, strict=True) if not left_out]
    comments = [
        (where, " ".join(filter(None, cells)))
        for (where, cells), left_out in zip(body, is_comment, strict=True)
        if left_out
    ]
    return rows, comments


def _headings(body: Sequence[_Row], header: Sequence[str]) -> Iterator[Problem]:
    """Yield the problems of rows that are no rows of the table: another header, or one cell of text."""
    if _count(header) < 3:
        return
    for where, cells in body:
        if _has_number(cells) or not any(cells):
            continue
        seen = ", ".join(filter(None, cells))
        known, count = _known_names(cells), _count(cells)
        if known >= 2 and 2 * known >= count:
            remedy = "Keep one table in each file or sheet."
            yield Problem(where, "", seen, "the header of another table seems to be here", remedy)
            return
        if count == 1:
            rule = "this row has one cell only, as a heading of the rows below it has"
            remedy = "Remove the row, and write what it says in a column of its own, such as cohort or drug."
            yield Problem(where, "", seen, rule, remedy)


def _on_its_side(rows: Sequence[_Row], found: Header, header: Sequence[str]) -> Iterator[Problem]:
    """Yield the problem of a table whose first column contains the names of columns."""
    first = [cells[0] for _, cells in rows[found.last + 1 :][:SEARCHED_ROWS] if cells and cells[0]]
    named = [text for text in first if _known_names([text])]
    is_upright = all(statistic_name(text) for text in named) or _known_names(header) > 1
    if not is_upright and len(set(named)) > 1 and 2 * len(named) >= len(first):
        seen = ", ".join(first[:4])
        rule = "the first column contains the names of columns, so the table seems to be on its side"
        remedy = (
            "Transpose it, such as with Paste Special in a spreadsheet: one row for each person or group."
        )
        yield Problem(rows[found.last][0], "", seen, rule, remedy)


def _without_footnotes(body: list[_Row], header: Sequence[str]) -> tuple[list[_Row], list[tuple[str, str]]]:
    """Split rows from the footnotes below them."""
    if _count(header) < 3:
        return body, []
    first = next(position for position, name in enumerate(header) if name)
    end = len(body)
    while end > 0 and _is_note(body[end - 1][1], first):
        end -= 1
    gaps = [place for place, (_, cells) in enumerate(body[:end]) if not any(cells)]
    block = gaps[-1] if gaps else end
    if block > 0 and not any(_has_number(cells) for _, cells in body[block:end]):
        end = block
    notes = [(where, " ".join(filter(None, cells))) for where, cells in body[end:] if any(cells)]
    return body[:end], notes


def _is_note(cells: list[str], first: int) -> bool:
    """Whether a row has no cell, or one that is not a number, up to the first column with a name."""
    filled = [cell for cell in cells[: first + 1] if cell]
    is_text = not filled or _ONLY_NUMBER.fullmatch(filled[0]) is None
    return is_text and len(filled) < 2 and not any(cells[first + 1 :])


def _has_number(cells: list[str]) -> bool:
    """Whether a cell begins with a number, with any decimal mark and in any digits."""
    return any(_BEGINS_WITH_NUMBER.match(cell) for cell in cells)


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
    head, place = divmod(position, 26)
    return (column_letter(head - 1) if head else "") + chr(ord("A") + place)


def duplicate_names(names: Sequence[str]) -> list[Problem]:
    """Return the problems of names that occur more than once in a header."""
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if len(twice) > 1 and names[: len(twice)] == twice:
        remedy = "Keep one below the other, or each in a file or sheet of its own."
        rule = "two tables seem to stand side by side"
        return [Problem("header", ", ".join(twice), "", rule, remedy)]
    rule = "a column name can occur only once in the header"
    problems = []
    for name in sorted(name for name, count in Counter(names).items() if name and count > 1):
        remedy = "Rename or remove one of them."
        if spelling_key(name) in _REPEATED_STATISTICS:
            level = names[names.index(name) - 1] or "putamen"
            remedy = f"Name each after the column that it belongs to, such as {level} {name}."
        problems.append(Problem("header", name, name, rule, remedy))
    return problems
