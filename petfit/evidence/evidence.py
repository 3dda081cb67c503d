"""Evidence: a checked table of reported numbers, one number in each row."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from petfit.evidence.row_order import sort_rows
from petfit.evidence.tsv import describe_columns, write_table

__all__ = ["Evidence"]


@dataclass(frozen=True, repr=False)
class Evidence:
    """A checked and typed table of reported numbers, as `petfit.read_evidence` returns it.

    Parameters
    ----------
    name : str
        Where the table came from.
    table : pandas.DataFrame
        The canonical columns, and any other that was asked for. Numbers are float, NaN where missing;
        everything else is text, "" where missing. Units are petfit's standard units. The index is the place
        of each row in the source.
    assumptions : tuple of str
        One sentence for each default that filled a gap and each unit that was converted.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> evidence = read_evidence("sert_occupancy")
    >>> len(evidence.table), len(evidence.used), len(evidence.unused)
    (57, 25, 32)
    """

    name: str
    table: pd.DataFrame
    assumptions: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return one line: the table and its rows."""
        drugs = ", ".join(sorted(set(self.table["drug"]) - {""}))
        used = f"{len(self.unused)} of them not used" if len(self.unused) else "all used"
        return f"<petfit.Evidence {self.name}: {len(self.table)} rows of {drugs or 'no drug'}, {used}>"

    def _repr_html_(self) -> str:
        """Return the table without its notes, and what was assumed, for a notebook."""
        filled = self.table.loc[:, (self.table.notna() & (self.table != "")).any()]
        shown = filled.drop(columns="note", errors="ignore").to_html(max_rows=20, na_rep="")
        assumed = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.assumptions)
        title = f"<p><strong>{html.escape(repr(self)[1:-1])}</strong></p>"
        return title + shown + f"<p>Assumed:</p><ul>{assumed}</ul>" * bool(assumed)

    @property
    def used(self) -> pd.DataFrame:
        """The rows with ``use = yes``, which every model fits."""
        return self.table[self.table["use"] == "yes"]

    @property
    def unused(self) -> pd.DataFrame:
        """The rows with ``use = no``, each with an ``exclusion_reason`` by which a model can include it."""
        return self.table[self.table["use"] == "no"]

    @property
    def simulated(self) -> bool:
        """Whether the table is marked as simulated: its file name begins with ``simulated``."""
        return Path(self.name).name.startswith("simulated")

    @property
    def hash(self) -> str:
        """SHA-256 of the table as sorted CSV: the same rows in any order have the same hash."""
        text = sort_rows(self.table).to_csv(index=False, lineterminator="\n")
        return hashlib.sha256(text.encode()).hexdigest()

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the table as TSV, with a JSON file that describes its columns.

        Reading the file again gives the same hash.

        Parameters
        ----------
        path : str or path
            A file name that ends in ``.tsv``.
        force : bool
            Whether to replace a file that is already there and differs.

        Returns
        -------
        pathlib.Path
            The table.

        Raises
        ------
        PetfitError
            When the name does not end in ``.tsv``, the file cannot be written, or another one is there.
        """
        return write_table(self.table, path, describe_columns(self.table), keep_edited=True, force=force)
