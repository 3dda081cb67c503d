"""From cells of text to typed columns, without ever changing a number."""

from __future__ import annotations

import csv
import io
import math
from decimal import Decimal, InvalidOperation, Overflow
from pathlib import Path

import pandas as pd

from petfit.errors import EvidenceError, PetfitError, Problem, nearest
from petfit.evidence.columns import COLUMNS

__all__ = ["MISSING", "number", "read_cells", "read_frame"]

MISSING = frozenset({"", "n/a"})
_MISSING_NUMBER = MISSING | {"na", "nan"}


def read_cells(path: Path) -> pd.DataFrame:
    """Read a CSV or TSV file as text, one row per record, indexed by ``line N`` of the file.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8, with or without a byte order mark; comma, semicolon or tab between cells.

    Returns
    -------
    pandas.DataFrame
        Cells as stripped text.

    Raises
    ------
    PetfitError
        When there is no such file, or it is not UTF-8 text.
    EvidenceError
        When the header repeats a name or a line has too many or too few cells.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PetfitError(f"{path}: there is no such file. Give the path of a CSV or TSV table.") from None
    except IsADirectoryError:
        raise PetfitError(f"{path}: this is a folder. Give the path of a CSV or TSV table.") from None
    except UnicodeDecodeError as error:
        raise PetfitError(
            f"{path}: byte {error.start} is not UTF-8 text. Save the table as CSV in UTF-8."
        ) from None
    except OSError as error:
        raise PetfitError(f"{path}: cannot be read ({error.strerror}).") from None
    first = text.split("\n", 1)[0]
    delimiter = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        records = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        remedy = "Look for a quote that is never closed."
        problem = Problem(f"line {reader.line_num}", "", "", f"not a line of a table: {error}", remedy)
        raise EvidenceError(str(path), [problem]) from None
    header = [name.strip() for name in records[0][1]] if records else []
    problems = _header_problems(header)
    rows, lines = [], []
    for line, cells in records[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        where = f"line {line}"
        if len(cells) != len(header):
            rule = f"the header has {len(header)} cells and this line has {len(cells)}"
            remedy = "Quote cells that hold the delimiter, and fill missing cells with nothing."
            problems.append(Problem(where, "", "", rule, remedy))
            continue
        rows.append([cell.strip() for cell in cells])
        lines.append(where)
    if problems:
        raise EvidenceError(str(path), problems)
    return pd.DataFrame(rows, index=pd.Index(lines, dtype=object), columns=header, dtype=object)


def _header_problems(header: list[str]) -> list[Problem]:
    problems = []
    for name in sorted({name for name in header if header.count(name) > 1}):
        shown = name or "(empty)"
        rule = "a column name may stand only once in the header"
        problems.append(Problem("header", shown, shown, rule, "Rename or remove one of them."))
    return problems


def read_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a DataFrame's cells as text, indexed by ``row LABEL``; missing cells become empty."""
    if problems := _header_problems([str(name) for name in frame.columns]):
        raise EvidenceError("the DataFrame", problems)
    labels = frame.index if frame.index.is_unique else range(len(frame))
    cells = pd.DataFrame(index=pd.Index([f"row {label}" for label in labels], dtype=object))
    for name in frame.columns:
        cells[str(name)] = pd.Series([_cell(value) for value in frame[name]], cells.index, dtype=object)
    return cells


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    return str(value).strip()


def number(text: str) -> float | None:
    """Return the number a cell holds, NaN where it is missing, None where it holds no number.

    Examples
    --------
    >>> number("0.446"), number("n/a"), number("about 80")
    (0.446, nan, None)
    """
    if text.lower() in _MISSING_NUMBER:
        return math.nan
    try:
        value = float(Decimal(text))
    except (InvalidOperation, Overflow, OverflowError):
        return None
    return value if math.isfinite(value) and "_" not in text else None


def number_problem(where: str, column: str, seen: str) -> Problem:
    """Describe a cell that should hold a number and does not."""
    if "," in seen:
        remedy = "Write the decimal mark as a point."
    else:
        remedy = "Write a plain number, or leave the cell empty where none was published."
    return Problem(where, column, seen, "a number belongs here", remedy)


def column_problems(names: list[str], extra: frozenset[str]) -> list[Problem]:
    """Describe the columns that are neither canonical nor asked for."""
    known = COLUMNS.keys() | extra
    problems = []
    for name in names:
        if name in known:
            continue
        rule = "this column is not one petfit knows"
        remedy = f"{nearest(name, known)} Columns that a model uses as factors are allowed as well."
        problems.append(Problem("header", name or "(empty)", "", rule, remedy))
    return problems
