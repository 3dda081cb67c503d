"""The tables and JSON files of a BIDS dataset, and the units that one gives of the other.

The JSON files beside ``participants.tsv`` and ``sessions.tsv`` give the units of their columns as ``Units``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from petfit.errors import EvidenceError, PetfitError, Problem
from petfit.evidence.parse import is_missing
from petfit.evidence.readers.dataframe import as_text
from petfit.evidence.readers.delimited import read_delimited
from petfit.evidence.words import by_factor, by_word

__all__ = ["BIDS_KEYS", "read_json", "read_tsv", "with_units"]

BIDS_KEYS = by_word("bids_keys")
"""petfit's column for each key of a sidecar."""
_UNIT_COLUMNS = {"dose": "dose_unit", "concentration": "concentration_unit"}
_FIXED_UNITS = {name: by_factor("units", name) for name in ("weight", "time_h", "days_on_drug")}


def read_tsv(path: Path, name: str) -> pd.DataFrame:
    """Read a TSV file as text; `name` is what messages call it."""
    try:
        return read_delimited(name, path.read_bytes()).table
    except OSError as error:
        raise PetfitError(f"{path}: cannot be read ({error.strerror}).") from None


def read_json(path: Path) -> dict[str, object]:
    """Read a JSON file whose content is an object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise PetfitError(f"{path}: cannot be read as JSON ({error}).") from None
    if not isinstance(content, dict):
        raise PetfitError(f"{path}: this BIDS sidecar is not a JSON object of keys and values.")
    return content


def with_units(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Add the units that the JSON file beside a table of people or sessions gives of its columns."""
    described = read_json(path) if path.is_file() else {}
    columns = {BIDS_KEYS.get(column, column): str(column) for column in table.columns}
    for name, column in columns.items():
        description = described.get(column)
        unit = as_text(description.get("Units")) if isinstance(description, dict) else ""
        if not unit or name not in (*_UNIT_COLUMNS, *_FIXED_UNITS):
            continue
        given = columns.get(_UNIT_COLUMNS.get(name, ""), "")
        seen = {unit, *table[given].where(~table[given].map(is_missing), unit)} if given else {unit}
        if len(seen) > 1 or _FIXED_UNITS.get(name, {}).get(unit.lower(), 1) != 1:
            rule = f"this is the unit of {column}, and petfit would read another"
            problem = Problem(path.name, column, ", ".join(sorted(seen)), rule, "Correct one of them.")
            raise EvidenceError(str(path), [problem])
        if not given and name in _UNIT_COLUMNS:
            table = table.assign(**{_UNIT_COLUMNS[name]: unit})
    return table
