"""The folders of the bundled tables and models: in an installed package, or next to it in a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["bundled_evidence", "data_folder", "models_folder"]

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


def bundled_evidence() -> list[str]:
    """Return the names of the bundled tables of evidence.

    Examples
    --------
    >>> bundled_evidence()
    ['fluvoxamine_occupancy', 'sert_occupancy', 'simulated_scans']
    """
    stems = {file.stem for file in data_folder().glob("*.csv")}
    return sorted(stems - {"affinities", "drugs"})


def models_folder() -> Path:
    """Return the folder of the bundled model files.

    Examples
    --------
    >>> (models_folder() / "ssri.toml").is_file()
    True
    """
    return _folder("models")
