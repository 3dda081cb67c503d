"""Readers of tables, one file each. A new reader is one file and one line here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.bundled import data_folder
from petfit.evidence.files import as_path, printable_name
from petfit.evidence.readers import bids, dataframe, delimited, workbook
from petfit.evidence.readers.base import Reader, Request, Source
from petfit.evidence.readers.characters import read_characters
from petfit.evidence.readers.grid import drop_row_labels
from petfit.evidence.source_table import SourceTable

__all__ = ["READERS", "Request", "read_source"]

READERS: tuple[Reader, ...] = (
    dataframe.READER,
    bids.READER,
    workbook.READER,
    delimited.READER,
)
"""The first that accepts a source reads it."""


def read_source(
    source: str | Path | pd.DataFrame,
    request: Request | None = None,
    *,
    frame_name: str = "the DataFrame",
) -> SourceTable:
    """Read the cells of a table as text.

    Parameters
    ----------
    source : str, path or pandas.DataFrame
        A CSV, TSV or .xlsx file, a BIDS folder, a DataFrame, or the name of a bundled table.
    request : Request, optional
        What to read of it.
    frame_name : str
        What messages call a DataFrame.

    Raises
    ------
    PetfitError
        When the file does not exist or is not a table.
    EvidenceError
        When the cells do not form a table.
    """
    opened = _open(source, frame_name)
    reader = next(reader for reader in READERS if reader.accepts(opened))
    request = request or Request()
    table_format = request.table_format
    if table_format.sheet is not None and not reader.has_sheets:
        raise PetfitError(f"{opened.name}: this has no sheets. Leave out sheet.")
    if table_format.header is not None and not reader.has_header:
        raise PetfitError(f"{opened.name}: this has no lines of a header to choose. Leave out header.")
    return drop_row_labels(read_characters(reader.read(opened, request)))


def _open(source: str | Path | pd.DataFrame, frame_name: str) -> Source:
    if isinstance(source, pd.DataFrame):
        return Source(frame_name, frame=source)
    path = as_path(source, "a table is a path, a DataFrame or the name of a bundled one")
    bundled = data_folder() / f"{source}.csv"
    is_bundled = not path.exists() and not path.suffix and bundled.is_file()
    return Source(printable_name(source), path=bundled if is_bundled else path)
