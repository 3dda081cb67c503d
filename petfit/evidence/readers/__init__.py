"""Where cells come from: a file of any kind, a folder, a DataFrame, or a bundled table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.bundled import data_folder
from petfit.evidence.cells import Cells
from petfit.evidence.readers.bids import read_bids
from petfit.evidence.readers.dataframe import read_frame
from petfit.evidence.readers.delimited import read_delimited

__all__ = ["read_cells", "read_file"]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_cells(
    source: str | Path | pd.DataFrame, sheet: str | None = None, extra: Collection[str] = ()
) -> Cells:
    """Read the cells of a table.

    Parameters
    ----------
    source : str, path or pandas.DataFrame
        A CSV, TSV or .xlsx file, a BIDS folder, a DataFrame, or the name of a bundled table.
    sheet : str, optional
        Which of several tables.
    extra : collection of str
        Columns beyond the canonical ones, which a BIDS folder may hold for its participants.

    Raises
    ------
    PetfitError
        When there is no such file, or it is not a table.
    EvidenceError
        When its cells do not make one.
    """
    if isinstance(source, pd.DataFrame):
        if sheet is not None:
            raise PetfitError("the DataFrame: it has no sheets. Leave out sheet.")
        return read_frame(source)
    path, bundled = Path(source), data_folder() / f"{source}.csv"
    if path.is_dir():
        return read_bids(path, sheet, extra)
    if not path.exists() and not path.suffix and bundled.is_file():
        return replace(read_file(bundled, sheet), name=str(source))
    return read_file(path, sheet)


def read_file(path: Path, sheet: str | None = None) -> Cells:
    """Read the cells of a CSV, TSV or .xlsx file; what it is follows from its first bytes."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise PetfitError(f"{path}: there is no such file. Give the path of a table.") from None
    except IsADirectoryError:
        raise PetfitError(f"{path}: this is a folder. Give the path of a table.") from None
    except (OSError, ValueError) as error:
        raise PetfitError(f"{path}: cannot be read ({getattr(error, 'strerror', error)}).") from None
    if content.startswith(_OLE):
        raise PetfitError(f"{path}: this is an old or a locked Excel file. Save it as .xlsx or CSV.")
    if content.startswith(_ZIP):
        from petfit.evidence.readers.workbook import read_workbook

        return read_workbook(str(path), content, sheet)
    if sheet is not None:
        raise PetfitError(f"{path}: it has no sheets. Leave out sheet, or give an .xlsx file.")
    return read_delimited(str(path), content)
