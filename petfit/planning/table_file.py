"""The file of a simulated table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.files import FileKind, check_target, write_files
from petfit.evidence.spreadsheet_text import for_spreadsheet

__all__ = ["check_table_file", "write_simulated"]

_SEPARATORS = {".csv": ",", ".tsv": "\t"}
_NOTE = "simulated by petfit"
_SIMULATED = FileKind("a simulated table", lambda path: _NOTE in path.read_text("utf-8", errors="replace"))


def check_table_file(path: str | Path, *, inputs: Iterable[str | Path] = (), force: bool = False) -> Path:
    """Return a path if a simulated table can be written there.

    Raises
    ------
    PetfitError
        If its name does not end in .csv or .tsv, or another file is there.
    """
    target = Path(path)
    if target.suffix not in _SEPARATORS:
        raise PetfitError(f"{target}: a table is written as text. Give a name that ends in .csv or .tsv.")
    return check_target(target, _SIMULATED, inputs=inputs, force=force)


def write_simulated(table: pd.DataFrame, path: str | Path, *, force: bool = False) -> Path:
    """Write a simulated table, every row with a note that it is simulated; see `check_table_file`."""
    target = check_table_file(path, force=force)
    cells = for_spreadsheet(table.assign(note=_NOTE))
    text = cells.to_csv(index=False, sep=_SEPARATORS[target.suffix], lineterminator="\n")
    write_files({target: text})
    return target
