"""Read a sheet of an Excel workbook as Excel shows it: formulas as values, places as row and letter."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from petfit.errors import EvidenceError, PetfitError, Problem, nearest
from petfit.evidence.parse import is_missing
from petfit.evidence.readers.base import Reader, Request, Source
from petfit.evidence.readers.dataframe import as_text
from petfit.evidence.readers.grid import column_letter, read_grid
from petfit.evidence.readers.header_rows import (
    SEARCHED_ROWS,
    HeaderRows,
    count_known_names,
    filled,
    find_header,
)
from petfit.evidence.readers.size import (
    MAX_COLUMNS,
    MAX_SHEET_CELLS,
    check_archive,
    check_cells,
    check_columns,
)
from petfit.evidence.source_table import SourceTable

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["READER", "read_workbook"]

_LITERAL = re.compile(r'"[^"]*"|\\.')
_UNIT = re.compile(r'[0#?][^0#?";]*"\s*([^"\d]*[^\W\d]|%)\s*"[^0#?;]*(?:;.*)?')
"""Text in the format of a number, and that behind its digits, such as a unit."""
_THOUSANDTHS = re.compile(r"[0#?](,+)(?![0#?])")
_THOUSANDS = ("k", "m", "mio", "t", "tsd")
"""Commas behind the digits, each of which divides what is shown by 1000, and the letters that say so."""
_XLSX, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""The first bytes of a zip archive, and of an old or encrypted Office file."""


def read_workbook(
    name: str, content: bytes, sheet: str | None = None, header_rows: tuple[int, int] | None = None
) -> SourceTable:
    """Read a sheet of an .xlsx file, with places ``row N``.

    Parameters
    ----------
    name : str
        Name of the file, for messages.
    content : bytes
        The file.
    sheet : str, optional
        Name of the sheet; the first that is not hidden by default.
    header_rows : (int, int), optional
        The first and last row of the header; the first that is not empty and not a title by default.

    Raises
    ------
    PetfitError
        When the file is not a workbook, or has no such sheet.
    EvidenceError
        When a formula has no value or results in an error, the cells do not form a table, or another sheet
        has the table.
    """
    if content.startswith(_XLS):
        raise PetfitError(
            f"{name}: this is an old or a password-protected Excel file. Save it as .xlsx or CSV."
        )
    check_archive(name, content)
    values, formulas = (_load(name, content, values=values) for values in (True, False))
    by_visibility = sorted(values.worksheets, key=_is_hidden)
    titles = [worksheet.title for worksheet in by_visibility]
    if not titles or (sheet is not None and sheet not in titles):
        known = nearest(sheet or "", titles) or "It has none."
        raise PetfitError(f"{name}: there is no sheet {sheet!r}. {known}")
    title = titles[0] if sheet is None else sheet
    if sheet is None and (problem := _which_sheet(titles, values)):
        raise EvidenceError(f"{name}, sheet {title}", [problem])
    others = _other_sheets(titles[1:]) if sheet is None and len(titles) > 1 else None
    table = _read_sheet(f"{name}, sheet {title}", values[title], formulas[title], header_rows)
    if others is None:
        return table
    left = [f"{sheet.title}{' (hidden)' * _is_hidden(sheet)}" for sheet in by_visibility[1:]]
    sentence = f"sheet not given: the first, {title}; not read: {', '.join(left)}"
    return replace(table, assumptions=(sentence, *table.assumptions), header_hint=others)


def _is_hidden(sheet: Worksheet) -> bool:
    return str(sheet.sheet_state) != "visible"


def _which_sheet(titles: list[str], sheets: Workbook) -> Problem | None:
    """Return the problem of a first sheet without a table, or one of several with the same columns."""
    names = {title: _names(sheets[title]) for title in titles}
    first, *others = titles
    with_table = [title for title in others if names[title]]
    same = [title for title in others if names[title] == names[first] and not _is_hidden(sheets[title])]
    if names[first] and same:
        rule = f"it has the same columns as {', '.join(same)}"
        remedy = (
            "Write the rows of all into one sheet, with what they are of in a column such as drug or region; "
            f'or choose one with --sheet "{first}".'
        )
        return Problem("workbook", "", "", rule, remedy)
    if names[first] or not with_table:
        return None
    choice = " or ".join(f'--sheet "{title}"' for title in with_table)
    rule = f"the first sheet, {first}, does not have the columns of a table, and {', '.join(with_table)}"
    return Problem("workbook", "", "", f"{rule} {'does' if len(with_table) == 1 else 'do'}", f"Use {choice}.")


def _names(sheet: Worksheet) -> list[str]:
    """Return the names of the columns of a sheet, [] if it has none that petfit knows."""
    rows = (filled(cells) for _, cells in _first_rows(sheet))
    return next((cells for cells in rows if count_known_names(cells) > 1), [])


def _other_sheets(titles: list[str]) -> Problem:
    names = ", ".join(titles)
    remedy = f'Choose one with --sheet "{titles[0]}".'
    return Problem("workbook", "", "", f"this is its first sheet; the others are {names}", remedy)


def _load(name: str, content: bytes, *, values: bool) -> Workbook:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings(action="ignore"):
            return load_workbook(io.BytesIO(content), data_only=values)
    except Exception as error:  # a damaged archive or XML raises errors of many kinds
        remedy = "Open it in Excel and save it again as .xlsx, or as CSV."
        raise PetfitError(f"{name}: cannot be read as an Excel workbook ({error}). {remedy}") from None


def _read_sheet(
    name: str, values: Worksheet, formulas: Worksheet, header_rows: tuple[int, int] | None
) -> SourceTable:
    check_columns(name, values.max_column)
    check_cells(name, values.max_row, values.max_column, MAX_SHEET_CELLS)
    rows = _rows(values)
    header = find_header(name, rows, "row", header_rows)
    merged, problems = _fill_merged(values, [cells for _, cells in rows], header)
    first = 0 if header is None else header.first
    if problems := [*_formula_problems(list(values.iter_rows())[first:], formulas), *problems]:
        raise EvidenceError(name, problems)
    grid = read_grid(name, rows, "row", header_rows)
    letters = {text: column_letter(position) for position, text in enumerate(grid.header) if text}
    assumptions = (f"merged cells {merged}: every row they span has their value",) if merged else ()
    places = list(grid.table.index)
    assumptions = (*assumptions, *_hidden_rows(values, places), *_struck_rows(values, places))
    return SourceTable(
        name, grid.table, (*assumptions, *grid.assumptions), column_letters=letters, captions=grid.captions
    )


def _hidden_rows(sheet: Worksheet, places: Sequence[str]) -> Iterator[str]:
    """Say which rows are read that the sheet hides, such as by a filter."""
    rows = [f"row {number}" for number, row in sheet.row_dimensions.items() if row.hidden]
    if hidden := [place for place in places if place in set(rows)]:
        yield f"hidden in the sheet, such as by a filter, and read: {', '.join(hidden)}"


def _struck_rows(sheet: Worksheet, places: Sequence[str]) -> Iterator[str]:
    """Say which rows are read with cells that are struck through."""
    struck = {
        f"row {cell.row}" for row in sheet.iter_rows() for cell in row if cell.font.strike and cell.value
    }
    if found := [place for place in places if place in struck]:
        yield f"struck through in the sheet, and read: {', '.join(found)}"


def _rows(sheet: Worksheet, last: int | None = None) -> list[tuple[str, list[str]]]:
    return [
        (f"row {number}", [_text(cell) for cell in row])
        for number, row in enumerate(sheet.iter_rows(max_row=last), start=1)
    ]


def _first_rows(sheet: Worksheet) -> list[tuple[str, list[str]]]:
    return _rows(sheet, min(sheet.max_row, SEARCHED_ROWS)) if sheet.max_column <= MAX_COLUMNS else []


def _text(cell: Cell) -> str:
    """Return what a cell shows, with all digits, and in percent or the unit that is in its format."""
    text = as_text(cell.value)
    if not text or cell.data_type != "n" or cell.is_date:
        return text
    number_format = str(cell.number_format)
    if "%" in _LITERAL.sub("", number_format):
        return f"{Decimal(text).scaleb(2):f}%"
    unit = _UNIT.search(number_format)
    if commas := _THOUSANDTHS.search(_LITERAL.sub("", number_format)):
        if unit and unit[1].strip(" .").lower() in _THOUSANDS:
            return text
        text = f"{Decimal(text).scaleb(-3 * len(commas[1])):f}"
    return f"{text} {unit[1]}" if unit else text


def _formula_problems(rows: list[tuple[Cell, ...]], formulas: Worksheet) -> Iterator[Problem]:
    """Yield the problems of formulas without a value in the file, and of those that resulted in an error."""
    for cell in (cell for row in rows for cell in row):
        where, column = f"row {cell.row}", column_letter(cell.column - 1)
        formula = formulas.cell(cell.row, cell.column)
        if formula.data_type == "f" and cell.value is None:
            remedy = "Open the file in Excel and save it, or type the value."
            yield Problem(where, column, "", "the formula has no value in the file", remedy)
        elif cell.data_type == "e" and not is_missing(str(cell.value)):
            yield Problem(
                where, column, str(cell.value), "the cell shows an error", "Correct it, or empty it."
            )


def _fill_merged(
    sheet: Worksheet, texts: list[list[str]], header: HeaderRows | None
) -> tuple[str, list[Problem]]:
    """Give every row that a merged cell spans its value.

    A cell that spans columns is a problem, unless its row is a title or note, or one of several header rows.
    """
    merged, problems = [], []
    first, last = (0, -1) if header is None else (header.first, header.last)
    for area in sorted(sheet.merged_cells.ranges, key=lambda area: area.bounds):
        left, top, right, bottom = area.bounds
        value = texts[top - 1][left - 1]
        is_header = top - 1 <= last and (last > first or top - 1 < first)
        is_note = sum(map(bool, texts[top - 1])) == 1
        if not value or is_header or (left != right and is_note):
            continue
        if left != right:
            where, column = f"row {top}", column_letter(left - 1)
            rule, remedy = "a merged cell spans several columns", "Unmerge it, or remove it."
            problems.append(Problem(where, column, value, rule, remedy))
            continue
        for row in range(top, bottom):
            texts[row][left - 1] = value
        merged.append(str(area.coord))
    return ", ".join(merged), problems


def _accepts(source: Source) -> bool:
    return source.content.startswith((_XLSX, _XLS))


def _read(source: Source, request: Request) -> SourceTable:
    table_format = request.table_format
    return read_workbook(source.name, source.content, table_format.sheet, table_format.header_rows)


READER = Reader(_accepts, _read, has_sheets=True, has_header=True)
