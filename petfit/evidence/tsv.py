"""Tables as TSV, each with a data dictionary beside it: JSON of the same name, in the style of BIDS."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.columns import COLUMNS, Column
from petfit.evidence.files import write_texts

__all__ = ["Dictionary", "dictionary", "sidecar", "write_table"]

type Dictionary = Mapping[str, Mapping[str, object]]
"""By column: ``Description``, and ``Units`` and ``Levels`` where it has them."""


def write_table(table: pd.DataFrame, path: str | Path, columns: Dictionary) -> Path:
    r"""Write a table and its data dictionary, both or neither.

    Parameters
    ----------
    table : pandas.DataFrame
        Numbers are written so that they read back to the last bit, missing cells as ``n/a`` and infinity
        as ``inf``; the index is left out.
    path : str or path
        Ends in ``.tsv``; files that are there already are replaced.
    columns : dict of str to dict
        What each column holds: ``Description``, and ``Units`` and ``Levels`` where it has them.

    Returns
    -------
    pathlib.Path
        The table.

    Raises
    ------
    PetfitError
        When the name does not end in ``.tsv``, or the folder is missing or cannot be written to.
    KeyError
        When a column is not described.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     found = write_table(
    ...         pd.DataFrame({"drug": ["A", "B"], "ec50": [0.1, float("nan")]}),
    ...         Path(folder) / "ec50.tsv",
    ...         {"drug": {"Description": "Drug."}, "ec50": {"Description": "EC50.", "Units": "mg/day"}},
    ...     )
    ...     found.read_text().splitlines()
    ['drug\tec50', 'A\t0.1', 'B\tn/a']
    """
    target = Path(path)
    beside = sidecar(target)
    described = {str(name): dict(columns[str(name)]) for name in table.columns}
    cells = pd.DataFrame({name: [_cell(value) for value in table[name]] for name in table.columns})
    write_texts(
        {
            target: cells.to_csv(index=False, sep="\t", lineterminator="\n"),
            beside: json.dumps(described, indent=2, ensure_ascii=False) + "\n",
        }
    )
    return target


def sidecar(path: str | Path) -> Path:
    """Return where the data dictionary of a table lies.

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
        raise PetfitError(f"{target}: tables are written with tabs. Give a name that ends in .tsv.")
    return target.with_suffix(".json")


def dictionary(table: pd.DataFrame) -> dict[str, dict[str, object]]:
    """Describe the columns of an `Evidence` table.

    Examples
    --------
    >>> dictionary(pd.DataFrame({"weight": [70.0]}))
    {'weight': {'Description': 'Body weight, for doses by kg.', 'Units': 'kg'}}
    """
    other = Column("", "text", "A column of this table that petfit gives no meaning.")
    return {str(name): _described(COLUMNS.get(str(name), other), table) for name in table.columns}


def _described(column: Column, table: pd.DataFrame) -> dict[str, object]:
    found: dict[str, object] = {"Description": column.description}
    if column.unit:
        found["Units"] = _unit(column.unit, table)
    if column.levels:
        found["Levels"] = dict(column.levels)
    return found


def _unit(unit: str, table: pd.DataFrame) -> str:
    """Return a unit, or that in the column that holds it where all rows agree."""
    if unit not in COLUMNS:
        return unit
    held = sorted(set(table[unit]) - {""}) if unit in table.columns else []
    return held[0] if len(held) == 1 else f"see {unit}"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "n/a" if math.isnan(value) else repr(float(value)).removesuffix(".0")
    return str(value) or "n/a"
