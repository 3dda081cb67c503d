"""The table of occupancies at the other targets of each drug."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from petfit.report.table import Column, Table, number, percent, plain, target
from petfit.report.tables.interval_columns import exposure_name, interval_column
from petfit.results import formatting, summary

__all__ = ["selectivity_table"]

_EXPLANATION = (
    "EC50 at these targets is inferred from affinities in vitro, unless PET is named. Intervals are wide "
    "because laboratories disagree, and affinities in vitro predict EC50 in people only roughly. An affinity "
    "that is a bound (>, <) bounds the answer on one side only."
)


def selectivity_table(answer: xr.Dataset) -> Table:
    """Return the occupancies of second targets, from `petfit.Fit.selectivity`, as a table."""
    frame, first = summary.frame(answer), str(answer.attrs["first_target"])
    is_known = frame["from"] != ""
    exposure = exposure_name(answer)
    given = (
        Column("first_occupancy", f"at {first}, %", target)
        if "first_occupancy" in frame
        else Column(("dose", "unit"), f"at a {exposure} of", lambda dose, unit: f"{plain(dose)} {unit}")
    )
    ratio_names = ("ratio", "ratio_low", "ratio_high")
    columns = (
        Column("drug", "drug"),
        Column("target", "target"),
        interval_column(answer, f"EC50 over that at {first}", number, names=ratio_names),
        Column("affinity_ratio", "in vitro"),
        Column("from", "from"),
        given,
        interval_column(answer, "occupancy", percent, unit=", %"),
    )
    caption = f"{formatting.caption(answer)} {_EXPLANATION}{_without(frame[~is_known])}"
    title, known = f"Occupancy of targets other than {first}", frame[is_known].reset_index(drop=True)
    return Table("selectivity", title, known, columns, caption)


def _without(rows: pd.DataFrame) -> str:
    """Name the drugs and targets for which there are no affinities."""
    targets = {str(drug): dict.fromkeys(of_drug["target"]) for drug, of_drug in rows.groupby("drug")}
    named = ", ".join(f"{drug} ({', '.join(of_drug)})" for drug, of_drug in targets.items())
    return f" No laboratory measured both affinities of {named}." if named else ""
