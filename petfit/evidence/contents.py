"""What petfit understood of a table: what it will use, what not and why, and what it filled in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from petfit.evidence import Evidence

__all__ = ["Understood", "understood"]

_EXPOSURES = {"dose": ["dose", "dose_low", "dose_high"], "concentration": ["concentration"]}
_NAMED = ("study", "region", "tracer", "regimen")


@dataclass(frozen=True)
class Understood:
    """A table of evidence in counts.

    Parameters
    ----------
    name : str
        Where the table came from.
    levels : pandas.DataFrame
        By ``drug`` and ``level``: how many ``rows``, and how many of them are ``used``.
    exposures : pandas.DataFrame
        By ``drug``, of the rows used: how many have ``doses``, ``concentrations`` and ``both``, and the
        lowest and highest of each with its unit (NaN and "" where there is none).
    names : pandas.DataFrame
        Studies, regions, tracers and regimens: ``column``, ``name``, ``rows``, ``used``.
    left_out : pandas.DataFrame
        By ``exclusion_reason``: how many ``rows`` are not used.
    defaults : tuple of str
        One sentence per default that filled a gap and per unit that was converted.
    """

    name: str
    levels: pd.DataFrame
    exposures: pd.DataFrame
    names: pd.DataFrame
    left_out: pd.DataFrame
    defaults: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.levels["rows"].sum())

    @property
    def used(self) -> int:
        """Number of rows that every model fits."""
        return int(self.levels["used"].sum())


def understood(evidence: Evidence) -> Understood:
    """Count what a table holds.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> found = understood(read_evidence())
    >>> found.rows, found.used, int(found.left_out["rows"].sum())
    (57, 25, 32)
    """
    table = evidence.table
    named = [
        _counted(table[table[column] != ""].rename(columns={column: "name"}), ["name"]).assign(column=column)
        for column in _NAMED
    ]
    return Understood(
        evidence.name,
        _counted(table, ["drug", "level"]),
        pd.DataFrame([_exposures(str(drug), rows) for drug, rows in evidence.used.groupby("drug")]),
        pd.concat(named, ignore_index=True)[["column", "name", "rows", "used"]],
        _counted(evidence.unused, ["exclusion_reason"])
        .drop(columns="used")
        .sort_values("rows", ascending=False),
        evidence.defaults,
    )


def _counted(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    used = table["use"] == "yes"
    return table.assign(rows=1, used=used.astype(int)).groupby(by)[["rows", "used"]].sum().reset_index()


def _exposures(drug: str, rows: pd.DataFrame) -> dict[str, object]:
    found: dict[str, object] = {"drug": drug, "rows": len(rows)}
    given = {}
    for name, columns in _EXPOSURES.items():
        numbers = rows[columns].to_numpy(float)
        given[name] = ~np.isnan(numbers).all(axis=1)
        filled = numbers[~np.isnan(numbers)]
        units = rows.loc[given[name], f"{name}_unit"]
        found |= {
            f"{name}s": int(given[name].sum()),
            f"{name}_low": float(filled.min()) if len(filled) else np.nan,
            f"{name}_high": float(filled.max()) if len(filled) else np.nan,
            f"{name}_unit": units.iloc[0] if len(units) else "",
        }
    return {**found, "both": int((given["dose"] & given["concentration"]).sum())}
