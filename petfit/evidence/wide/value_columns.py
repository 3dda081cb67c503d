"""The columns of a wide table that contain values."""

from __future__ import annotations

from collections.abc import Collection

from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.source_table import SourceTable

__all__ = ["value_columns"]


def value_columns(source: SourceTable, wide: str | None, extra: Collection[str]) -> list[str]:
    """Return the columns of a wide table that contain values: those neither canonical nor in `extra`."""
    known = {*COLUMNS, *STATISTICS, *extra}
    return [str(name) for name in source.table.columns if wide and name not in known]
