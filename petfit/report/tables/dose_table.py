"""The table of doses for an occupancy."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from petfit.report.table import Column, Table, target, with_units
from petfit.report.tables.interval_columns import dose_columns, exposure_name, narrow_dose_columns
from petfit.results import formatting, summary

__all__ = ["dose_table"]


def dose_table(answer: xr.Dataset) -> Table:
    """Return the doses for an occupancy as a table, the models of a comparison below each other.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.Fit.dose_for_occupancy`, `petfit.results.target_dose.dose_at_moments`, or the ``answers``
        of a `petfit.results.comparison.Comparison`.
    """
    exposure = exposure_name(answer)
    frame = _drug_by_drug(summary.frame(answer))
    given = {"model": Column("model", "model"), "when": Column("when", "occupancy at")}
    labels = [Column("drug", "drug"), *(column for name, column in given.items() if name in frame)]
    occupancies = frame["occupancy"].unique()
    several = [Column("occupancy", "occupancy, %", target)] if len(occupancies) > 1 else []
    return Table(
        "doses",
        f"{exposure.capitalize()} for {_occupancy_words(occupancies.tolist())} occupancy",
        frame,
        with_units(frame, [*labels, *several, *dose_columns(answer, exposure)]),
        f"{formatting.caption(answer)} Draws: below, inside and above the {exposure}s tested, and draws in "
        "which the occupancy is not reached.",
        with_units(frame, [*labels, *several, *narrow_dose_columns(answer, exposure)]),
    )


def _occupancy_words(occupancies: list[float]) -> str:
    return f"{target(occupancies[0])} %" if len(occupancies) == 1 else "an"


def _drug_by_drug(frame: pd.DataFrame) -> pd.DataFrame:
    """Order the rows by drug and occupancy, each in the order in which it first appears."""
    return frame.sort_values(
        ["drug", "occupancy"],
        key=lambda column: column.map({value: i for i, value in enumerate(column.unique())}),
        kind="stable",
        ignore_index=True,
    )
