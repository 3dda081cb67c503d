"""Readers of tables, one file each. A new reader is one file and one line here."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.bundled import data_folder
from petfit.evidence.readers import bids, dataframe, delimited, workbook
from petfit.evidence.readers.base import Reader, Source
from petfit.evidence.source_table import SourceTable

__all__ = ["READERS", "read_source"]

READERS: tuple[Reader, ...] = (
    dataframe.READER,
    bids.READER,
    workbook.READER,
    delimited.READER,
)
"""The first that accepts a source reads it."""


def read_source(
    source: str | Path | pd.DataFrame,
    sheet: str | None = None,
    extra: Collection[str] = (),
    *,
    frame_name: str = "the DataFrame",
) -> SourceTable:
    """Read the cells of a table as text.

    Parameters
    ----------
    source : str, path or pandas.DataFrame
        A CSV, TSV or .xlsx file, a BIDS folder, a DataFrame, or the name of a bundled table.
    sheet : str, optional
        Which of several tables.
    extra : collection of str
        Columns beyond the canonical ones, which a BIDS folder may have for its participants.
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
    if sheet is not None and not reader.has_sheets:
        raise PetfitError(f"{opened.name}: this has no sheets. Leave out sheet.")
    return reader.read(opened, sheet, frozenset(extra))


def _open(source: str | Path | pd.DataFrame, frame_name: str) -> Source:
    if isinstance(source, pd.DataFrame):
        return Source(frame_name, frame=source)
    path, bundled = Path(source), data_folder() / f"{source}.csv"
    is_bundled = not path.exists() and not path.suffix and bundled.is_file()
    return Source(str(source), path=bundled if is_bundled else path)
