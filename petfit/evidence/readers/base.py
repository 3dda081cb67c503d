"""What a reader is, and what it is given to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.readers.size import MAX_FILE, check_file
from petfit.evidence.source_table import SourceTable
from petfit.evidence.table_format import TableFormat

__all__ = ["Reader", "Request", "Source"]


@dataclass(frozen=True)
class Request:
    """What to read of a source.

    Parameters
    ----------
    table_format : TableFormat
        The sheet, the header, the outcome and what is given for every row.
    extra : frozenset of str
        Columns beyond the canonical ones.
    """

    table_format: TableFormat = field(default_factory=TableFormat)
    extra: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Source:
    """A table that has not been read yet.

    Parameters
    ----------
    name : str
        What messages call it.
    frame : pandas.DataFrame, optional
        The table, if it is in memory.
    path : pathlib.Path, optional
        The file or folder otherwise.
    """

    name: str
    frame: pd.DataFrame | None = None
    path: Path | None = None

    @cached_property
    def content(self) -> bytes:
        """The bytes of the file.

        Raises
        ------
        PetfitError
            When there is no such file, it is too large, or it cannot be read.
        """
        path = self.path or Path()
        try:
            check_file(self.name, path.stat().st_size)
            with path.open("rb") as file:
                content = file.read(MAX_FILE + 1)
            check_file(self.name, len(content))  # a device or a pipe has no size
            return content
        except FileNotFoundError:
            raise PetfitError(f"{path}: there is no such file. Give the path of a table.") from None
        except IsADirectoryError:
            raise PetfitError(f"{path}: this is a folder. Give the path of a table.") from None
        except (OSError, ValueError) as error:
            raise PetfitError(f"{path}: cannot be read ({getattr(error, 'strerror', error)}).") from None


@dataclass(frozen=True)
class Reader:
    """A way to read a kind of source.

    Parameters
    ----------
    accepts : callable
        From a `Source` to whether it is of this kind.
    read : callable
        From a `Source` and a `Request` to its `SourceTable`.
    has_sheets : bool
        Whether such a source can contain several tables.
    has_header : bool
        Whether such a source has a line of column names that can be chosen.
    """

    accepts: Callable[[Source], bool]
    read: Callable[[Source, Request], SourceTable]
    has_sheets: bool = False
    has_header: bool = False
