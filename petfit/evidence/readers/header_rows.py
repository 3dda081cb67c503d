"""Find the rows of a sheet, or the lines of a file, that contain the column names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from petfit.errors import EvidenceError, Problem
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.outcome_words import outcome_of
from petfit.evidence.spelling import name_key
from petfit.evidence.statistic_names import statistic_name

__all__ = [
    "SEARCHED_ROWS",
    "CellRow",
    "HeaderRows",
    "begins_with_number",
    "count_known_names",
    "duplicate_names",
    "filled",
    "find_header",
    "is_comment",
    "is_only_number",
]

type CellRow = tuple[str, list[str]]
"""The place of a row, such as ``line 4``, and its cells."""

SEARCHED_ROWS = 30
_KNOWN = {name.replace("_", "") for name in (*COLUMNS, *STATISTICS)}
_BEGINS_WITH_NUMBER = re.compile(r"[<>\u2264\u2265~]?\s*[-+\u2212\u2013]?[.,]?\d")
_ONLY_NUMBER = re.compile(r"[-+\u2212\u2013.,%\s]*\d[-+.,%\d\s]*")
_REPEATED_STATISTICS = ("sd", "se", "n", "ci_low", "ci_high", "p")


@dataclass(frozen=True)
class HeaderRows:
    """The first and last row of the header, counted from 0, and the titles above it that were left out."""

    first: int
    last: int
    titles: tuple[str, ...] = ()


def find_header(
    name: str, rows: Sequence[CellRow], word: str, given: tuple[int, int] | None
) -> HeaderRows | None:
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
    places = [place for place, (_, cells) in enumerate(rows) if any(cells)]
    if not places:
        return None
    start = 0
    while start + 1 < len(places) and _is_title_comment(rows[places[start]][1]):
        start += 1
    first = next((place for place in places[start:] if len(filled(rows[place][1])) > 1), places[start])
    if problem := next(_header_problems(rows[first], rows[first + 1 :]), None):
        raise EvidenceError(name, [problem])
    titles = [" ".join(filled(rows[place][1])) for place in places if place < first]
    return HeaderRows(first, first, tuple(titles))


def _is_title_comment(cells: Sequence[str]) -> bool:
    return is_comment(cells) and not count_known_names(cells)


def _header_problems(header: CellRow, below: Sequence[CellRow]) -> Iterator[Problem]:
    """Yield the problem of a row that is no header, or not the whole header."""
    place, names = header
    if len(filled(names)) > 1 and all(map(is_only_number, filled(names))):
        rule = "numbers stand where the names of the columns belong"
        remedy = (
            "Write a line of names above them, such as dose,value, and give the drug with --set drug=NAME."
        )
        yield Problem(place, "", ", ".join(filled(names)), rule, remedy)
    if other := _other_header(names, below):
        where, cells = other
        seen = ", ".join(filled(cells))
        remedy = f"The column names seem to be in {where} ({seen}): use --header {_number(where)}."
        if duplicate_names(cells):
            both = f"{_number(place)}-{_number(where)}"
            remedy = (
                f"The column names seem to be in it and in {where} ({seen}): use --header {both}, with "
                "--wide region if the upper names are regions."
            )
        yield Problem(place, "", " ".join(filled(names)), "this is not the header", remedy)
    if last := _index_names(names, below):
        where, cells = last
        both = f"{_number(place)}-{_number(where)}"
        seen = ", ".join(filled(cells))
        remedy = f"The names of its first columns are in {where} ({seen}): use --header {both}."
        yield Problem(place, "", "", "the header has columns without a name", remedy)
    elif second := _second_row(names, below):
        where, cells = second
        seen, both = ", ".join(filled(cells)), f"{_number(place)}-{_number(where)}"
        more = ", with --wide region if the upper names are regions" * bool(duplicate_names(cells))
        remedy = f"If {where} ({seen}) belongs to it, join the two: --header {both}{more}. "
        remedy += "Otherwise name the columns."
        if {cell.lower() for cell in filled(cells)} == {"x", "y"}:
            remedy = "Write the curves one below the other in columns drug, dose (X) and value (Y)."
        yield Problem(place, "", "", "the header has columns without a name", remedy)


def _given_header(name: str, rows: Sequence[CellRow], word: str, given: tuple[int, int]) -> HeaderRows:
    places = {_number(where): place for place, (where, _) in enumerate(rows)}
    chosen = [place for number in given if (place := places.get(number)) is not None]
    if len(chosen) < 2 or not any(rows[chosen[0]][1]):
        seen = "-".join(str(number) for number in sorted(set(given)))
        rule = f"header is {seen}, and this {word} is empty"
        raise EvidenceError(name, [Problem(f"{word} {given[0]}", "", "", rule, "Give another number.")])
    return HeaderRows(chosen[0], chosen[1])


def _number(where: str) -> int:
    return int(where.split()[-1])


def _other_header(names: Sequence[str], below: Sequence[CellRow]) -> CellRow | None:
    """Return the row that looks like a header, where the first one does not."""
    if count_known_names(names) > 0:
        return None
    best = max(below[:SEARCHED_ROWS], key=lambda row: count_known_names(row[1]), default=None)
    return best if best is not None and count_known_names(best[1]) >= 2 else None


def _index_names(names: Sequence[str], below: Sequence[CellRow]) -> CellRow | None:
    """Return the row with nothing but the names of the first columns, as pandas writes those of an index.

    The rows of the table follow it; below them, it is a footnote.
    """
    unnamed = next((position for position, name in enumerate(names) if name), 0)
    last = max((place for place, row in enumerate(below) if any(row[1])), default=0)
    rows = (row for row in below[: min(3, last)] if unnamed and len(row[1]) > unnamed)
    return next((row for row in rows if all(row[1][:unnamed]) and not any(row[1][unnamed:])), None)


def _second_row(names: Sequence[str], below: Sequence[CellRow]) -> CellRow | None:
    """Return the next row if it names columns that the header leaves without a name."""
    row = next((row for row in below if any(row[1])), None)
    if row is None or (row[1][0] and begins_with_number(row[1])) or any(map(is_only_number, row[1])):
        return None
    named = [position for position, name in enumerate(names) if name]
    unnamed = [cell for position, cell in enumerate(row[1]) if position not in named and position > named[0]]
    return row if any(unnamed) else None


# --- a row of cells -----------------------------------------------------------------------------


def filled(cells: Sequence[str]) -> list[str]:
    """Return the cells that are not empty."""
    return [cell for cell in cells if cell]


def is_comment(cells: Sequence[str]) -> bool:
    """Return whether a row begins with #."""
    return next(iter(filled(cells)), "").startswith("#")


def begins_with_number(cells: Sequence[str]) -> bool:
    """Return whether a cell begins with a number, with any decimal mark and in any digits."""
    return any(map(_BEGINS_WITH_NUMBER.match, cells))


def is_only_number(cell: str) -> bool:
    """Return whether a cell has a number and nothing else but a % sign."""
    return _ONLY_NUMBER.fullmatch(cell) is not None


def count_known_names(cells: Sequence[str]) -> int:
    """Return how many cells are names of petfit's columns or of outcomes."""
    names = [re.sub(r"[(\[].*", "", cell).strip() for cell in cells]
    return sum(name_key(name) in _KNOWN or bool(outcome_of(name)) for name in names)


def duplicate_names(names: Sequence[str]) -> list[Problem]:
    """Return the problems of names that occur more than once in a header."""
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if len(twice) > 1 and names[: len(twice)] == twice:
        remedy = "Keep one below the other, or each in a file or sheet of its own."
        rule = "two tables seem to stand side by side"
        return [Problem("header", ", ".join(twice), "", rule, remedy)]
    rule = "a column name can occur only once in the header"
    problems = []
    for name in sorted(twice):
        remedy = "Rename or remove one of them."
        if statistic_name(name) in _REPEATED_STATISTICS:
            level = names[names.index(name) - 1] or "putamen"
            remedy = f"Name each after the column that it belongs to, such as {level} {name}."
        problems.append(Problem("header", name, name, rule, remedy))
    return problems
