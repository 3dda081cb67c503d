"""The contents of a table of evidence: which rows are used, which are not and why, and what was assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from petfit.evidence.dose_intervals import per_dosing_interval
from petfit.evidence.evidence import Evidence
from petfit.evidence.spelling import natural_key

__all__ = ["Contents", "describe_contents"]

_EXPOSURE_COLUMNS = {"dose": ["dose", "dose_low", "dose_high"], "concentration": ["concentration"]}
_SCAN = ["subject", "session", "condition", "drug", "dose"]
_FACTORS = ("study", "region", "tracer", "regimen")


@dataclass(frozen=True)
class Contents:
    """Counts of the rows of a table of evidence.

    Parameters
    ----------
    name : str
        Where the table came from.
    levels : pandas.DataFrame
        By ``drug`` and ``level``: the number of ``rows``, and the number ``used``.
    exposures : pandas.DataFrame
        By ``drug``, for the rows used: the number with ``doses``, ``concentrations`` and ``both``, and the
        lowest and highest of each with its unit (NaN and "" where there is none).
    names : pandas.DataFrame
        Studies, regions, tracers and regimens: ``column``, ``name``, ``rows``, ``used``.
    scans : pandas.DataFrame
        By ``subject``, ``session``, ``condition``, ``drug`` and ``dose``: the number of ``rows`` of scans.
    excluded : pandas.DataFrame
        By ``exclusion_reason``: the number of ``rows`` that are not used.
    assumptions : tuple of str
        One sentence for each default that filled a gap and each unit that was converted.
    """

    name: str
    levels: pd.DataFrame
    exposures: pd.DataFrame
    names: pd.DataFrame
    scans: pd.DataFrame
    excluded: pd.DataFrame
    assumptions: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.levels["rows"].sum())

    @property
    def used(self) -> int:
        """Number of rows with ``use = yes``."""
        return int(self.levels["used"].sum())


def describe_contents(evidence: Evidence) -> Contents:
    """Count the rows of a table.

    Parameters
    ----------
    evidence : Evidence
        The table.

    Returns
    -------
    Contents
        Its counts.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> contents = describe_contents(read_evidence())
    >>> contents.rows, contents.used, int(contents.excluded["rows"].sum())
    (57, 25, 32)
    """
    table = evidence.table
    names = [
        _count(table[table[column] != ""].rename(columns={column: "name"}), ["name"]).assign(column=column)
        for column in _FACTORS
    ]
    used = per_dosing_interval(evidence.used)
    excluded = _count(evidence.unused, ["exclusion_reason"]).drop(columns="used")
    return Contents(
        evidence.name,
        levels=_count(table, ["drug", "level"]),
        exposures=pd.DataFrame([_exposures(str(drug), rows) for drug, rows in used.groupby("drug")]),
        names=pd.concat(names, ignore_index=True)[["column", "name", "rows", "used"]],
        scans=_count(table[table["level"] == "scan"], _SCAN).drop(columns="used"),
        excluded=excluded.sort_values("rows", ascending=False),
        assumptions=evidence.assumptions,
    )


def _count(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    used = (table["use"] == "yes").astype(int)
    grouped = table.assign(rows=1, used=used).groupby(columns, dropna=False)
    counts = grouped[["rows", "used"]].sum().reset_index()
    keys = counts[columns].select_dtypes(exclude="number").map(lambda name: natural_key(str(name)))
    return counts.sort_values(columns, key=lambda column: keys.get(column.name, column), ignore_index=True)


def _exposures(drug: str, rows: pd.DataFrame) -> dict[str, object]:
    counts: dict[str, object] = {"drug": drug, "rows": len(rows)}
    given = {name: rows[columns].notna().any(axis=1) for name, columns in _EXPOSURE_COLUMNS.items()}
    for name, columns in _EXPOSURE_COLUMNS.items():
        numbers = rows[columns].to_numpy(float)
        numbers = numbers[~np.isnan(numbers)]
        units = rows.loc[given[name], f"{name}_unit"]
        counts |= {
            f"{name}s": int(given[name].sum()),
            f"{name}_low": float(numbers.min()) if len(numbers) else np.nan,
            f"{name}_high": float(numbers.max()) if len(numbers) else np.nan,
            f"{name}_unit": units.iloc[0] if len(units) else "",
        }
    return {**counts, "both": int((given["dose"] & given["concentration"]).sum())}
