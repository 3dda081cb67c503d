"""Evidence: a table of reported numbers, one row each, read whole or refused whole."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.column_names import renamed
from petfit.evidence.columns import COLUMNS, NUMBERS
from petfit.evidence.decimal_mark import with_points
from petfit.evidence.defaults import fill
from petfit.evidence.parse import complete, missing_columns, typed, unknown_columns
from petfit.evidence.readers import read_cells
from petfit.evidence.reshape import lengthened, levels
from petfit.evidence.row_order import ordered
from petfit.evidence.rows import each_row
from petfit.evidence.table_format import TableFormat
from petfit.evidence.tsv import dictionary, write_table
from petfit.evidence.unit_conversion import house_units
from petfit.evidence.validate import row_problems, table_problems

__all__ = ["COLUMNS", "TableFormat", "Evidence", "read_evidence"]


@dataclass(frozen=True)
class Evidence:
    """Reported numbers, checked and typed.

    Parameters
    ----------
    name : str
        Where the table came from.
    table : pandas.DataFrame
        The canonical columns and any other that was asked for; numbers are float with NaN where
        missing, everything else is text with "" where missing; units are the house's. The index
        tells each row's place in the source.
    defaults : tuple of str
        One sentence per default that filled a gap and per unit that was converted.
    """

    name: str
    table: pd.DataFrame
    defaults: tuple[str, ...] = ()

    @property
    def used(self) -> pd.DataFrame:
        """The rows with ``use = yes``, which every model fits."""
        return self.table[self.table["use"] == "yes"]

    @property
    def unused(self) -> pd.DataFrame:
        """The rows with ``use = no``, each with its ``exclusion_reason``; a model may fit them all the same."""
        return self.table[self.table["use"] == "no"]

    @property
    def simulated(self) -> bool:
        """Whether the table says by its name, which begins with ``simulated``, that nobody was measured."""
        return Path(self.name).name.startswith("simulated")

    @property
    def hash(self) -> str:
        """SHA-256 of the table as canonical CSV: the same rows, in any order, give the same hash."""
        text = ordered(self.table).to_csv(index=False, lineterminator="\n")
        return hashlib.sha256(text.encode()).hexdigest()

    def save(self, path: str | Path) -> Path:
        """Write the table as TSV and its data dictionary as JSON; see `petfit.evidence.tsv.write_table`.

        Reading it again gives the same hash.
        """
        return write_table(self.table, path, dictionary(self.table))


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
        A drug table as `petfit.evidence.drug_table.read_drugs` returns it; the bundled one if not given. Its molar
        masses (g/mol) turn nmol/L into ng/mL where a drug has both.
    columns : dict of str to str, optional
        From a canonical or extra name to the table's own name of the column.
    wide : str, optional
        The factor (``region``, ``tracer``, ...) whose levels are the names of all columns that are neither
        canonical nor extra, and hold the values.
    ignore : collection of str
        Columns of the table to leave out.
    decimal : {".", ","}, optional
        The decimal mark; if not given, what the table holds decides, or it is refused.
    sheet : str, optional
        Which of several tables: the sheet of a workbook (the first if not given); of a BIDS folder, a part
        of the file names, as ``model-SRTM``.

    Returns
    -------
    Evidence
        The table, typed and completed.

    Raises
    ------
    PetfitError
        When there is no such file.
    EvidenceError
        When anything in the table is wrong; it names every problem.

    Examples
    --------
    >>> len(read_evidence().used)
    25
    >>> mine = pd.DataFrame({"drug": ["A"], "mg": [10], "striatum": [0.4], "midbrain": [0.3]})
    >>> read_evidence(mine, columns={"dose": "mg"}, wide="region").table["region"].tolist()
    ['striatum', 'midbrain']
    >>> read_evidence(pd.DataFrame({"drug": ["A"], "dose": [10], "value": [1.7e3]}))
    Traceback (most recent call last):
    petfit.errors.EvidenceError: the DataFrame: 1 problem, nothing was read
    ...
    """
    return _read(source, frozenset(extra), TableFormat(columns or {}, wide, ignore, decimal, sheet), drugs)


def _read(
    source: str | Path | pd.DataFrame,
    extra: frozenset[str],
    table_format: TableFormat,
    drugs: pd.DataFrame | None,
) -> Evidence:
    cells = read_cells(source, table_format.sheet, extra)
    cells = renamed(cells, table_format.columns, table_format.ignore, extra)
    cells = with_points(cells, table_format.decimal, {*NUMBERS, *levels(cells, table_format.wide, extra)})
    cells = lengthened(cells, table_format.wide, extra)
    unknown = unknown_columns(list(cells.table.columns), extra)
    if problems := missing_columns(list(cells.table.columns)):
        raise cells.error([*unknown, *problems])
    converted, conversions, wrong_units = house_units(complete(cells.table), drugs)
    table, garbled = typed(converted)
    defaults = fill(table)
    if problems := [*unknown, *_checked(table, wrong_units, garbled)]:
        raise cells.error(problems)
    return Evidence(cells.name, table, (*cells.defaults, *defaults, *conversions))


def _checked(table: pd.DataFrame, unclear: list[Problem], garbled: list[Problem]) -> list[Problem]:
    """Return all that is wrong in reading order; a cell that is no number is wrong in that alone."""
    said = {(problem.where, problem.column) for problem in unclear}
    problems = unclear + [one for one in garbled if (one.where, one.column) not in said]
    said |= {(problem.where, problem.column) for problem in garbled}
    for where, row in each_row(table):
        problems += [one for one in row_problems(where, row) if (one.where, one.column) not in said]
    columns = {column for _, column in said}
    problems += [one for one in table_problems(table) if one.column not in columns]
    order = {str(where): place for place, where in enumerate(table.index)}
    return sorted(problems, key=lambda problem: order.get(problem.where, -1))
