"""The table of equivalent doses."""

from __future__ import annotations

import xarray as xr

from petfit.report.table import Column, Table, plain, with_units
from petfit.report.tables.interval_columns import dose_columns, exposure_name, narrow_dose_columns
from petfit.results import formatting, summary

__all__ = ["equivalent_dose_table"]


def equivalent_dose_table(answer: xr.Dataset) -> Table:
    """Return the doses that give the same occupancy, from `petfit.Fit.equivalent_dose`, as a table."""
    frame, exposure = summary.frame(answer), exposure_name(answer)
    labels = [
        Column("given_dose", f"{answer.attrs['given_drug']}, {answer.attrs['given_unit']}", plain),
        Column("drug", "drug"),
    ]
    heading = f"equivalent {exposure}"
    return Table(
        "equivalent_doses",
        f"Equivalent {exposure}s",
        frame,
        with_units(frame, [*labels, *dose_columns(answer, heading)]),
        f"{formatting.caption(answer)} {exposure.capitalize()}s with the same occupancy as the given one. "
        f"Draws: below, inside and above the {exposure}s tested, and draws in which the occupancy is not "
        "reached.",
        with_units(frame, [*labels, *narrow_dose_columns(answer, heading)]),
    )
