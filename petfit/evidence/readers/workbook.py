"""Cells of an Excel sheet, as the sheet shows them: formulas by their values, places by row and letter."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from petfit.errors import EvidenceError, PetfitError, Problem, nearest
from petfit.evidence.cells import Cells, lay_out
from petfit.evidence.readers.dataframe import as_text

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["read_workbook"]


def read_workbook(name: str, content: bytes, sheet: str | None = None) -> Cells:
    """Read a sheet of an .xlsx file, indexed by ``row N`` of the sheet.

    Parameters
    ----------
    name : str
        Of the file, for errors.
    content : bytes
        The file.
    sheet : str, optional
        Name of the sheet; the first if not given.

    Raises
    ------
    PetfitError
        When the file is no workbook, or has no such sheet.
    EvidenceError
        When a formula has no value or ends in an error, or the cells do not make a table.
    """
    values, formulas = (_opened(name, content, values=values) for values in (True, False))
    titles = [one.title for one in values.worksheets]
    if not titles or (sheet is not None and sheet not in titles):
        known = nearest(sheet or "", titles) or "It has none."
        raise PetfitError(f"{name}: there is no sheet {sheet!r}. {known}")
    title = titles[0] if sheet is None else sheet
    return _read_sheet(f"{name}, sheet {title}", values[title], formulas[title])


def _opened(name: str, content: bytes, *, values: bool) -> Workbook:
    try:
        with warnings.catch_warnings(action="ignore"):
            return load_workbook(io.BytesIO(content), data_only=values)
    except Exception as error:  # a damaged archive or XML raises errors of many kinds
        remedy = "Open it in Excel and save it anew as .xlsx, or as CSV."
        raise PetfitError(f"{name}: cannot be read as an Excel workbook ({error}). {remedy}") from None


def _read_sheet(name: str, values: Worksheet, formulas: Worksheet) -> Cells:
    rows = list(values.iter_rows())
    texts = [[_text(cell) for cell in row] for row in rows]
    problems = list(_unfit(rows, formulas))
    merged, wide = _fill_merged(values, texts)
    problems += wide
    filled = [(f"row {number}", cells) for number, cells in enumerate(texts, start=1) if any(cells)]
    header = filled[0][1] if filled else []
    table, more = lay_out(header, filled[1:])
    if problems + more:
        raise EvidenceError(name, problems + more)
    letters = {
        text: f"{text} ({get_column_letter(place)})" for place, text in enumerate(header, start=1) if text
    }
    defaults = (f"merged cells {merged}: every row they span has their value",) if merged else ()
    return Cells(name, table, defaults, letters)


def _text(cell: Cell) -> str:
    """Return what a cell shows: a number in percent, if that is its format, and to the last digit."""
    text = as_text(cell.value)
    if text and cell.data_type == "n" and "%" in str(cell.number_format):
        return f"{Decimal(text).scaleb(2):f}%"
    return text


def _unfit(rows: list[tuple[Cell, ...]], formulas: Worksheet) -> Iterator[Problem]:
    """Yield the formulas that have no value in the file, and those that ended in an error."""
    for cell in (cell for row in rows for cell in row):
        where, column = f"row {cell.row}", get_column_letter(cell.column)
        formula = formulas.cell(cell.row, cell.column)
        if formula.data_type == "f" and cell.value is None:
            remedy = "Open the file in Excel and save it, or type the value."
            yield Problem(where, column, "", "the formula has no value in the file", remedy)
        elif cell.data_type == "e":
            yield Problem(where, column, str(cell.value), "the cell shows an error", "Mend it, or empty it.")


def _fill_merged(sheet: Worksheet, texts: list[list[str]]) -> tuple[str, list[Problem]]:
    """Give each row under a merged cell its value; a cell merged over columns that hold text is a problem."""
    merged, problems = [], []
    for area in sorted(sheet.merged_cells.ranges, key=lambda area: area.bounds):
        left, top, right, bottom = area.bounds
        value = texts[top - 1][left - 1]
        if not value:
            continue
        if left != right:
            rule = "a merged cell spans several columns"
            problems.append(
                Problem(f"row {top}", get_column_letter(left), value, rule, "Unmerge it, or remove it.")
            )
            continue
        for row in range(top, bottom):
            texts[row][left - 1] = value
        merged.append(str(area.coord))
    return ", ".join(merged), problems
