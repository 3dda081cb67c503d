"""Read a table of evidence: a line of steps from the source to `Evidence`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from petfit.evidence.column_names import complete_columns, rename_columns
from petfit.evidence.decimal_mark import replace_decimal_commas
from petfit.evidence.defaults import fill_defaults
from petfit.evidence.evidence import Evidence
from petfit.evidence.parse import parse_cells
from petfit.evidence.readers import read_source
from petfit.evidence.reshape import wide_to_long
from petfit.evidence.table_format import TableFormat
from petfit.evidence.unit_conversion import convert_units
from petfit.evidence.validate import validate

__all__ = ["read_evidence"]


def read_evidence(
    source: str | Path | pd.DataFrame = "sert_occupancy",
    *,
    extra: Iterable[str] = (),
    drugs: pd.DataFrame | None = None,
    columns: Mapping[str, str] | None = None,
    wide: str | None = None,
    ignore: Collection[str] = (),
    decimal: str | None = None,
    sheet: str | None = None,
) -> Evidence:
    """Read a table of reported numbers.

    Parameters
    ----------
    source : str, path or pandas.DataFrame
        A CSV, TSV or .xlsx file, a folder of PET-BIDS derivatives, a DataFrame, or the name of a bundled
        table.
    extra : iterable of str
        Columns beyond the canonical ones, such as a model's factors.
    drugs : pandas.DataFrame, optional
        A drug table from `petfit.evidence.read_drugs`; the bundled one by default. Its molar masses (g/mol)
        convert nmol/L to ng/mL where a drug has both.
    columns : dict of str to str, optional
        From a canonical or extra column to the name of that column in the table.
    wide : str, optional
        The factor (``region``, ``tracer``, ...) of a wide table: all columns that are neither canonical nor
        extra are levels of it and contain the values.
    ignore : collection of str
        Columns of the table to leave out.
    decimal : {".", ","}, optional
        The decimal mark. By default it is inferred from the numbers, and an ambiguous table is refused.
    sheet : str, optional
        Which of several tables: the sheet of a workbook (the first by default), or for a BIDS folder a part
        of the file names, such as ``model-SRTM``.

    Returns
    -------
    Evidence
        The typed and completed table.

    Raises
    ------
    PetfitError
        When the file does not exist or cannot be read.
    EvidenceError
        When anything in the table is wrong; the error lists every problem.

    Examples
    --------
    >>> len(read_evidence().used)
    25
    >>> table = pd.DataFrame({"drug": ["A"], "mg": [10], "striatum": [0.4], "midbrain": [0.3]})
    >>> read_evidence(table, columns={"dose": "mg"}, wide="region").table["region"].tolist()
    ['striatum', 'midbrain']
    >>> read_evidence(pd.DataFrame({"drug": ["A"], "dose": [10], "value": [1.7e3]}))
    Traceback (most recent call last):
    petfit.errors.EvidenceError: the DataFrame: 1 problem, nothing was read
    ...
    """
    extra_columns = frozenset(extra)
    table_format = TableFormat(columns or {}, wide, ignore, decimal, sheet)
    table = read_source(source, table_format.sheet, extra_columns)
    table = rename_columns(table, table_format, extra_columns)
    table = replace_decimal_commas(table, table_format, extra_columns)
    table = wide_to_long(table, table_format.wide, extra_columns)
    table = complete_columns(table, extra_columns)
    table = convert_units(table, drugs)
    table = parse_cells(table)
    table = fill_defaults(table)
    validate(table)
    return Evidence(table.name, table.table, table.assumptions)
