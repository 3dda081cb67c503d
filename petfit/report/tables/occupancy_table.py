"""The table of occupancies at given doses."""

from __future__ import annotations

import xarray as xr

from petfit.report.table import Column, Table, percent, plain, with_units
from petfit.report.tables.interval_columns import exposure_name, interval_column
from petfit.results import formatting, summary

__all__ = ["occupancy_table"]


def occupancy_table(answer: xr.Dataset) -> Table:
    """Return the occupancies at doses, from `petfit.Fit.occupancy`, as a table."""
    frame, exposure = summary.frame(answer), exposure_name(answer)
    columns = [
        Column("drug", "drug"),
        Column("dose", f"{exposure}, {{unit}}", plain),
        interval_column(answer, "occupancy", percent, unit=", %"),
    ]
    title = f"Occupancy at a {exposure}"
    return Table("occupancies", title, frame, with_units(frame, columns), formatting.caption(answer))
