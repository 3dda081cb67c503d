"""The columns of the canonical long table, which has one reported number in each row: ``columns.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from petfit.evidence.bundled import toml_beside
from petfit.evidence.levels import LEVELS

__all__ = ["AFFINITY_COLUMNS", "COLUMNS", "DRUG_COLUMNS", "NUMBERS", "STATISTICS", "Column"]


@dataclass(frozen=True)
class Column:
    """A column of the canonical table.

    Parameters
    ----------
    name : str
        The header of the column.
    kind : {"text", "number", "choice"}
        What a cell contains.
    description : str
        One sentence that describes the column.
    unit : str
        Unit of a number, or the column that gives it.
    levels : dict of str to str
        Allowed words of a choice, each with its meaning.
    """

    name: str
    kind: Literal["text", "number", "choice"]
    description: str
    unit: str = ""
    levels: dict[str, str] = field(default_factory=dict)


_TABLE = toml_beside(__file__)
COLUMNS: dict[str, Column] = {name: Column(name, **cells) for name, cells in _TABLE["columns"].items()}
COLUMNS["level"].levels.update({level.name: level.meaning for level in LEVELS.values()})
STATISTICS: dict[str, Column] = {name: Column(name, **cells) for name, cells in _TABLE["statistics"].items()}
"""Columns that are read and converted to value, sd and se; a table that was read does not have them."""
DRUG_COLUMNS, AFFINITY_COLUMNS = (tuple(_TABLE["tables"][name]) for name in ("drugs", "affinities"))
NUMBERS: tuple[str, ...] = tuple(name for name, column in COLUMNS.items() if column.kind == "number")
