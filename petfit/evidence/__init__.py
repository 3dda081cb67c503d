"""Evidence: a table of reported numbers, one row each, read whole or refused whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from petfit.bundled import data_folder
from petfit.errors import EvidenceError, Problem
from petfit.evidence.columns import COLUMNS, NUMBERS
from petfit.evidence.convert import house_units
from petfit.evidence.fill import fill
from petfit.evidence.parse import MISSING, column_problems, number, number_problem, read_cells, read_frame
from petfit.evidence.rules import row_problems, table_problems
from petfit.evidence.write import dictionary, write_table

__all__ = ["COLUMNS", "Evidence", "read_evidence"]


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
        """The rows with ``use = no``, each with its ``why_not``; a model may fit them all the same."""
        return self.table[self.table["use"] == "no"]

    @property
    def hash(self) -> str:
        """SHA-256 of the table as canonical CSV: the same table gives the same hash."""
        text = self.table.to_csv(index=False, lineterminator="\n")
        return hashlib.sha256(text.encode()).hexdigest()

    def save(self, path: str | Path) -> Path:
        """Write the table as TSV and its data dictionary as JSON; see `petfit.evidence.write.write_table`.

        Reading it again gives the same hash.
        """
        return write_table(self.table, path, dictionary(self.table))


def read_evidence(
    source: str | Path | pd.DataFrame = "sert_occupancy",
    *,
    extra: Iterable[str] = (),
    drugs: pd.DataFrame | None = None,
) -> Evidence:
    """Read a table of reported numbers.

    Parameters
    ----------
    source : str, path or pandas.DataFrame
        A CSV or TSV file, a DataFrame, or the name of a bundled table.
    extra : iterable of str
        Columns beyond the canonical ones, such as a model's factors.
    drugs : pandas.DataFrame, optional
        A drug table as `petfit.drugs.read_drugs` returns it; the bundled one if not given. Its molar
        masses (g/mol) turn nmol/L into ng/mL where a drug has both.

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
    >>> read_evidence(pd.DataFrame({"drug": ["A"], "dose": [10], "value": [1.7e3]}))
    Traceback (most recent call last):
    petfit.errors.EvidenceError: the DataFrame: 1 problem, nothing was read
    ...
    """
    wanted = frozenset(extra)
    if isinstance(source, pd.DataFrame):
        return _build("the DataFrame", read_frame(source), wanted, drugs)
    path = Path(source)
    bundled = data_folder() / f"{source}.csv"
    if not path.exists() and not path.suffix and bundled.is_file():
        return _build(str(source), read_cells(bundled), wanted, drugs)
    return _build(str(path), read_cells(path), wanted, drugs)


def _build(name: str, cells: pd.DataFrame, extra: frozenset[str], drugs: pd.DataFrame | None) -> Evidence:
    problems = column_problems(list(cells.columns), extra)
    problems += [
        Problem("header", column, "", "this column is missing", "Every table needs drug, dose and value.")
        for column, stand_ins in (("drug", ()), ("dose", ("concentration",)), ("value", ("low",)))
        if not {column, *stand_ins} & set(cells.columns)
    ]
    if problems:
        raise EvidenceError(name, problems)
    cells, converted, problems = house_units(_complete(cells), drugs)
    table, garbled_cells = _typed(cells)
    problems += garbled_cells
    defaults = fill(table) + converted
    garbled = {(problem.where, problem.column) for problem in problems}
    for where, row in table.iterrows():
        problems += [one for one in row_problems(str(where), row) if (one.where, one.column) not in garbled]
    columns = {column for _, column in garbled}
    problems += [one for one in table_problems(table) if one.column not in columns]
    if problems:
        raise EvidenceError(name, sorted(problems, key=lambda problem: _order(table, problem)))
    return Evidence(name, table, tuple(defaults))


def _order(table: pd.DataFrame, problem: Problem) -> int:
    return list(table.index).index(problem.where) if problem.where in table.index else -1


def _complete(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the canonical columns in their order, empty where the table has none, then the others."""
    others = [name for name in cells.columns if name not in COLUMNS]
    return cells.reindex(columns=[*COLUMNS, *others], fill_value="")


def _typed(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn text into typed columns; a cell that cannot be a number is a problem and becomes NaN."""
    table: dict[str, list[str] | list[float]] = {}
    problems: list[Problem] = []
    for name in cells.columns:
        if name not in NUMBERS:
            table[name] = ["" if text.lower() in MISSING else text for text in cells[name]]
            continue
        values: list[float] = []
        for where, text in cells[name].items():
            value = number(text)
            if value is None:
                problems.append(number_problem(str(where), name, text))
            values.append(float("nan") if value is None else value)
        table[name] = values
    return pd.DataFrame(table, index=cells.index), problems
