"""The bundled tables and models, in an installed package or next to it in a checkout, and data of modules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from petfit.evidence.table_format import TableFormat

__all__ = ["bundled_evidence", "data_folder", "models_folder", "toml_beside"]

_PACKAGE = Path(__file__).parents[1]


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def data_folder() -> Path:
    """Return the folder of the bundled evidence, drug table and bibliography.

    Examples
    --------
    >>> (data_folder() / "sert_occupancy.csv").is_file()
    True
    """
    return _folder("data")


_FORMATS = {"simulated_sheet": TableFormat(wide="region,condition", outcome="bpnd")}


def bundled_evidence() -> dict[str, TableFormat]:
    """Return how each bundled table of evidence is read, by name.

    Examples
    --------
    >>> list(bundled_evidence())
    ['fluvoxamine_occupancy', 'sert_occupancy', 'simulated_means', 'simulated_scans', 'simulated_sheet']
    """
    stems = {file.stem for file in data_folder().glob("*.csv")} - {"affinities", "drugs"}
    return {stem: _FORMATS.get(stem, TableFormat()) for stem in sorted(stems)}


def toml_beside(module: str) -> dict[str, Any]:
    """Return the contents of the TOML file beside a module, by the file name of the module."""
    return tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))


def models_folder() -> Path:
    """Return the folder of the bundled model files.

    Examples
    --------
    >>> (models_folder() / "ssri.toml").is_file()
    True
    """
    return _folder("models")
