"""Write tables as TSV, each with a JSON file of the same name that describes its columns, as in BIDS."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.columns import COLUMNS, Column
from petfit.evidence.files import FileKind, check_target, write_files
from petfit.evidence.spreadsheet_text import for_spreadsheet

__all__ = ["ColumnDescriptions", "describe_columns", "sidecar", "write_table"]

type ColumnDescriptions = Mapping[str, Mapping[str, object]]
"""For each column: ``Description``, and ``Units`` and ``Levels`` where it has them."""


def write_table(
    table: pd.DataFrame,
    path: str | Path,
    columns: ColumnDescriptions,
    *,
    keep_edited: bool = False,
    force: bool = False,
) -> Path:
    r"""Write a table and the description of its columns, both or neither.

    Parameters
    ----------
    table : pandas.DataFrame
        Numbers are written so that they can be read back to the last bit, missing cells as ``n/a``,
        infinity as ``inf`` and text that begins with ``= + - @`` with an apostrophe in front; the index is
        not written.
    path : str or path
        A file name that ends in ``.tsv``. A table of the same columns that petfit wrote is replaced.
    columns : dict of str to dict
        For each column: ``Description``, and ``Units`` and ``Levels`` where it has them.
    keep_edited : bool
        Whether to keep an existing table that petfit wrote if its content differs, as somebody may have
        edited it.
    force : bool
        Whether to replace any file.

    Returns
    -------
    pathlib.Path
        The table.

    Raises
    ------
    PetfitError
        When the name does not end in ``.tsv``, the folder is missing or cannot be written to, or a file is
        there that is not to be replaced.
    KeyError
        When a column is not described.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = write_table(
    ...         pd.DataFrame({"drug": ["A", "B"], "ec50": [0.1, float("nan")]}),
    ...         Path(folder) / "ec50.tsv",
    ...         {"drug": {"Description": "Drug."}, "ec50": {"Description": "EC50.", "Units": "mg/day"}},
    ...     )
    ...     path.read_text().splitlines()
    ['drug\tec50', 'A\t0.1', 'B\tn/a']
    """
    target = Path(path)
    descriptions = {str(name): dict(columns[str(name)]) for name in table.columns}
    texts = {
        target: for_spreadsheet(table).map(_cell).to_csv(index=False, sep="\t", lineterminator="\n"),
        sidecar(target): json.dumps(descriptions, indent=2, ensure_ascii=False) + "\n",
    }
    kind = FileKind(
        "an unchanged table" if keep_edited else "a table of the same columns",
        lambda path: _is_own(path, texts[target], descriptions, keep_edited=keep_edited),
    )
    for file in texts:
        check_target(file, kind, force=force)
    write_files(texts)
    return target


def _is_own(path: Path, text: str, columns: ColumnDescriptions, *, keep_edited: bool) -> bool:
    """Return whether a table or its sidecar was written by `write_table`, with the same columns."""
    target = path.with_suffix(".tsv")
    try:
        described = json.loads(sidecar(target).read_text(encoding="utf-8"))
        old = target.read_text(encoding="utf-8") if target.exists() else text
        own = {name: cells["Description"] for name, cells in described.items()}
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return False
    same_header = old.partition("\n")[0] == text.partition("\n")[0]
    same_columns = own == {name: cells["Description"] for name, cells in columns.items()}
    return same_header and same_columns and (old == text or not keep_edited)


def sidecar(path: str | Path) -> Path:
    """Return the path of the JSON file that describes the columns of a table.

    Raises
    ------
    PetfitError
        When the table's name does not end in ``.tsv``.

    Examples
    --------
    >>> sidecar("mine.tsv").name
    'mine.json'
    """
    target = Path(path)
    if target.suffix != ".tsv":
        raise PetfitError(f"{target}: tables are written as TSV. Give a name that ends in .tsv.")
    return target.with_suffix(".json")


def describe_columns(table: pd.DataFrame) -> dict[str, dict[str, object]]:
    """Describe the columns of an `Evidence` table.

    Examples
    --------
    >>> describe_columns(pd.DataFrame({"weight": [70.0]}))
    {'weight': {'Description': 'Body weight, for doses per kg.', 'Units': 'kg'}}
    """
    other = Column("", "text", "A column of this table that is not one of petfit's.")
    return {str(name): _description(COLUMNS.get(str(name), other), table) for name in table.columns}


def _description(column: Column, table: pd.DataFrame) -> dict[str, object]:
    description: dict[str, object] = {"Description": column.description}
    if column.unit:
        description["Units"] = _unit(column.unit, table)
    if column.levels:
        description["Levels"] = dict(column.levels)
    return description


def _unit(unit: str, table: pd.DataFrame) -> str:
    """Return a unit, or the content of the column that gives it where all rows agree."""
    if unit not in COLUMNS:
        return unit
    units = sorted(set(table[unit]) - {""}) if unit in table.columns else []
    return units[0] if len(units) == 1 else f"see {unit}"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "n/a" if math.isnan(value) else repr(float(value)).removesuffix(".0")
    return str(value) or "n/a"
