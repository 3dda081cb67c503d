"""The options that describe the format of a user's table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from petfit.errors import PetfitError

__all__ = ["TableFormat"]


@dataclass(frozen=True)
class TableFormat:
    """The options of `petfit.read_evidence` that describe a table.

    Parameters
    ----------
    columns : dict of str to str
        From petfit's name of a column to its name in the table.
    wide : str, optional
        The factor whose levels are columns of the table.
    ignore : collection of str
        Columns to leave out.
    decimal : {".", ","}, optional
        The decimal mark.
    sheet : str, optional
        Which of several tables: the sheet of a workbook, or for a BIDS folder a part of the file names, such
        as ``model-SRTM``.

    Raises
    ------
    PetfitError
        When `decimal` is another mark, or `ignore` is a single string instead of a list.

    Examples
    --------
    >>> TableFormat(columns={"dose": "mg_per_day"}, decimal=",").decimal
    ','
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    wide: str | None = None
    ignore: Collection[str] = ()
    decimal: str | None = None
    sheet: str | None = None

    def __post_init__(self) -> None:
        if self.decimal not in (None, ".", ","):
            raise PetfitError(f"decimal: {self.decimal!r} is not a decimal mark. Give '.' or ','.")
        if isinstance(self.ignore, str):
            raise PetfitError(f"ignore: give the names as a list, such as [{self.ignore!r}].")
        object.__setattr__(self, "ignore", tuple(dict.fromkeys(self.ignore)))
        object.__setattr__(self, "columns", dict(self.columns))
