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
        The factor whose levels are columns of the table, or two factors separated by a comma.
    ignore : collection of str
        Columns to leave out; a name can be a pattern, such as ``Comment*``.
    decimal : {".", ","}, optional
        The decimal mark.
    sheet : str, optional
        Which of several tables: the sheet of a workbook, or for a BIDS folder a part of the file names, such
        as ``model-SRTM``.
    header : int, optional
        The line of a text file, or the row of a sheet, that contains the column names, from 1; what is above
        it is left out.
    constants : dict of str to str
        Values that the table does not give, the same in every row, by petfit's name of the column.
    outcome : str, optional
        The outcome (``occupancy``, ``bpnd`` or ``vt``) of the values; it chooses the column where a table of
        a BIDS folder has several.

    Raises
    ------
    PetfitError
        When `decimal`, `header` or `outcome` has another value, or `ignore` is a single string instead of a
        list.

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
    header: int | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    outcome: str | None = None

    def __post_init__(self) -> None:
        if self.decimal not in (None, ".", ","):
            raise PetfitError(f"decimal: {self.decimal!r} is not a decimal mark. Give '.' or ','.")
        if isinstance(self.ignore, str):
            raise PetfitError(f"ignore: give the names as a list, such as [{self.ignore!r}].")
        if self.header is not None and self.header < 1:
            raise PetfitError(f"header: {self.header} is not the number of a line. Count from 1.")
        if self.outcome not in (None, "occupancy", "bpnd", "vt"):
            raise PetfitError(f"outcome: {self.outcome!r} is not known. Give occupancy, bpnd or vt.")
        object.__setattr__(self, "ignore", tuple(dict.fromkeys(self.ignore)))
        object.__setattr__(self, "columns", dict(self.columns))
        constants = {name: str(value) for name, value in dict(self.constants).items()}
        object.__setattr__(self, "constants", constants)
