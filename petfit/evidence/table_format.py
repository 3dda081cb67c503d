"""The options that describe the format of a user's table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from petfit.errors import PetfitError, short_repr

__all__ = ["TableFormat", "completed"]

_EXAMPLES = {
    "columns": {"dose": "mg_per_day"},
    "constants": {"drug": "BU224"},
    "wide": "'region' or 'region,condition'",
}
_OUTCOMES = ("occupancy", "bpnd", "vt", "dvr", "change", "remaining")


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
    header : int or str, optional
        The line of a text file, or the row of a sheet, that contains the column names, from 1; what is above
        it is left out. Several that are joined are given as ``"2-3"``.
    constants : dict of str to str
        Values that the table does not give, the same in every row, by petfit's name of the column.
    outcome : str, optional
        The outcome of the values, ``occupancy``, ``bpnd``, ``vt``, ``dvr`` (BP_ND + 1), ``change`` (of BP
        from baseline, minus the occupancy) or ``remaining`` (BP over the baseline, 1 minus the occupancy);
        it chooses the column where a table has several.
    fill : collection of str
        Columns with a name in the first of several rows only, such as ``study``: an empty cell repeats the
        one above.

    Raises
    ------
    PetfitError
        When `decimal`, `header` or `outcome` has another value, or an option is of another type, such as a
        single string instead of a list.

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
    header: int | str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    outcome: str | None = None
    fill: Collection[str] = ()

    def __post_init__(self) -> None:
        if self.decimal not in (None, ".", ","):
            raise PetfitError(f"decimal: {self.decimal!r} is not a decimal mark. Give '.' or ','.")
        for option, pairs in (("columns", self.columns), ("constants", self.constants)):
            if not isinstance(pairs, Mapping):
                raise PetfitError(
                    f"{option}: give a dict, such as {_EXAMPLES[option]}, not {short_repr(pairs)}."
                )
        if not isinstance(self.wide, str | None):
            raise PetfitError(f"wide: give a text, such as {_EXAMPLES['wide']}, not {short_repr(self.wide)}.")
        for option, names in (("ignore", self.ignore), ("fill", self.fill)):
            if isinstance(names, str):
                raise PetfitError(f"{option}: give the names as a list, such as [{names!r}].")
        if self.header is not None and self.header_rows is None:
            raise PetfitError(f"header: {self.header} is not the number of a line. Count from 1: 3, or 2-3.")
        if self.outcome not in (None, *_OUTCOMES):
            raise PetfitError(f"outcome: {self.outcome!r} is not known. Give one of {', '.join(_OUTCOMES)}.")
        object.__setattr__(self, "ignore", tuple(dict.fromkeys(self.ignore)))
        object.__setattr__(self, "fill", tuple(dict.fromkeys(self.fill)))
        object.__setattr__(self, "columns", dict(self.columns))
        constants = {name: str(value) for name, value in dict(self.constants).items()}
        object.__setattr__(self, "constants", constants)

    def joined(self, cure: Mapping[str, Any]) -> TableFormat:
        """Return the format with more options, as `petfit.errors.EvidenceError.cure` gives them."""
        return replace(
            self,
            columns={**self.columns, **cure["columns"]},
            constants={**self.constants, **cure["constants"]},
            ignore=[*self.ignore, *cure["ignore"]],
            wide=self.wide or cure["wide"] or None,
            outcome=self.outcome or cure["outcome"] or None,
        )

    @property
    def header_rows(self) -> tuple[int, int] | None:
        """The first and last row of the header, if given.

        Examples
        --------
        >>> TableFormat(header=3).header_rows, TableFormat(header="2-3").header_rows
        ((3, 3), (2, 3))
        """
        match = re.fullmatch(r"0*([1-9]\d{0,8})(?:\s*-\s*0*([1-9]\d{0,8}))?", str(self.header).strip())
        rows = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        return rows if rows[0] <= rows[1] else None


def completed(given: TableFormat | None, **options: Any) -> TableFormat | None:
    """Return a format with options that replace its own; None if there is no format and no option but None.

    Examples
    --------
    >>> completed(TableFormat(wide="region"), decimal=",", wide=None).wide, completed(None, wide=None)
    ('region', None)
    """
    options = {name: option for name, option in options.items() if option is not None}
    if not isinstance(given, TableFormat | None):
        raise PetfitError(f"table_format: give a petfit.TableFormat, not {short_repr(given)}.")
    return replace(given or TableFormat(), **options) if options else given
