"""The largest files and tables that petfit reads, so that none takes minutes or gigabytes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from petfit.errors import PetfitError

__all__ = [
    "MAX_CELLS",
    "MAX_COLUMNS",
    "MAX_FILE",
    "MAX_SHEET_CELLS",
    "check_archive",
    "check_cells",
    "check_columns",
    "check_file",
]

MAX_FILE = 100_000_000
"""Largest size of a file, and of each file in a workbook once unpacked, in bytes."""
MAX_COLUMNS = 2_000
MAX_CELLS = 3_000_000
"""Largest number of cells of a table, empty ones included."""
MAX_SHEET_CELLS = 1_500_000
"""As `MAX_CELLS`, of a sheet of a workbook, which takes longer to read."""
_MAX_MERGED = 1_000
"""Largest number of merged areas of a workbook."""
_MAX_MERGED_CELLS = 100_000
"""Largest number of cells that they span."""
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"'](\$?[A-Z]{1,3}\$?\d{1,7}:\$?[A-Z]{1,3}\$?\d{1,7})"
)


def check_file(name: str, size: int) -> None:
    """Refuse a file that is too large.

    Parameters
    ----------
    name : str
        What messages call it.
    size : int
        Its size in bytes.

    Raises
    ------
    PetfitError
        When it has more than `MAX_FILE` bytes.
    """
    if size > MAX_FILE:
        remedy = "Keep only the table of reported numbers in it."
        raise _too_large(name, f"the file has {size / 1e6:.0f} MB", f"{MAX_FILE / 1e6:.0f} MB", remedy)


def check_columns(name: str, count: int) -> None:
    """Refuse a table of more than `MAX_COLUMNS` columns.

    Parameters
    ----------
    name : str
        What messages call it.
    count : int
        Number of columns.

    Raises
    ------
    PetfitError
        When there are too many.
    """
    if count > MAX_COLUMNS:
        remedy = "Delete those that hold no reported numbers, also empty ones to the right of the table."
        raise _too_large(name, f"the table has {count} columns", f"{MAX_COLUMNS}", remedy)


def check_cells(name: str, rows: int, columns: int, limit: int = MAX_CELLS) -> None:
    """Refuse a table of too many cells.

    Parameters
    ----------
    name : str
        What messages call it.
    rows, columns : int
        Its size.
    limit : int
        The largest number of cells.

    Raises
    ------
    PetfitError
        When there are too many.
    """
    if rows * columns > limit:
        remedy = "Delete what is not of the table, also empty rows and columns after it, or save it as CSV."
        raise _too_large(name, f"the table has {rows} rows of {columns} cells", f"{limit} cells", remedy)


def check_archive(name: str, content: bytes) -> None:
    """Refuse a workbook that is too large once unpacked, or has too many merged cells.

    Parameters
    ----------
    name : str
        What messages call it.
    content : bytes
        The file.

    Raises
    ------
    PetfitError
        When it is too large, or no archive.
    """
    from openpyxl.utils import range_boundaries

    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
            sheets = [member for member in archive.namelist() if member.startswith("xl/worksheets/")]
            contents = [archive.read(sheet) for sheet in sheets] if size <= MAX_FILE else []
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        remedy = "Open it in Excel and save it again as .xlsx, or as CSV."
        raise PetfitError(f"{name}: cannot be read as an Excel workbook ({error}). {remedy}") from None
    check_file(f"{name}, unpacked", size)
    areas = [range_boundaries(area.decode()) for sheet in contents for area in _MERGED.findall(sheet)]
    count = sum((right - left + 1) * (bottom - top + 1) for left, top, right, bottom in areas)
    if len(areas) > _MAX_MERGED or count > _MAX_MERGED_CELLS:
        seen = f"the workbook has {len(areas)} merged areas of {count} cells"
        raise _too_large(name, seen, f"{_MAX_MERGED} of {_MAX_MERGED_CELLS}", "Unmerge them.")


def _too_large(name: str, seen: str, most: str, remedy: str) -> PetfitError:
    return PetfitError(f"{name}: {seen}; petfit reads {most} at most. {remedy}")
