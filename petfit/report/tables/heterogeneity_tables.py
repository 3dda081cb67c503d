"""Tables of how much studies, people and other levels of random effects differ."""

from __future__ import annotations

import math

import pandas as pd
import xarray as xr

from petfit.report.table import Column, Table, number
from petfit.report.tables.interval_columns import interval_column
from petfit.results import formatting
from petfit.results.summary import frame

__all__ = ["heterogeneity_table", "level_table"]

_NORMAL_95 = 1.959963984540054


def heterogeneity_table(answer: xr.Dataset) -> Table:
    """Return the SD of each random effect as a table, with what it means for EC50 and other ratios.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.results.heterogeneity.heterogeneity`.
    """
    flat = frame(answer).assign(times=lambda table: _times(table))
    columns = (
        Column("factor", "between levels of"),
        Column("levels", "levels"),
        Column("parameter", "parameter"),
        interval_column(answer, "SD", number),
        Column("times", "95 % of levels within a factor of", number),
    )
    caption = (
        f"Median and {formatting.interval_words(answer.attrs)}. SD on the scale of the parameter. Where "
        "that is logarithmic, the last column is exp(z SD), with the median SD and the normal quantile z."
    )
    if "person" in flat["factor"].tolist():
        caption += (
            " Levels of person are people and, where only means are known, cohorts; the SD is between people."
        )
    return Table(
        "heterogeneity", "Differences between studies, people and other levels", flat, columns, caption
    )


def _times(table: pd.DataFrame) -> list[float]:
    """Return exp(1.96 SD) of logarithms, NaN for other scales."""
    pairs = zip(table["parameter"], table["median"], strict=True)
    return [math.exp(_NORMAL_95 * sd) if name.startswith("log ") else math.nan for name, sd in pairs]


def level_table(answer: xr.Dataset) -> Table:
    """Return the EC50 of each level over that of an average level as a table.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.results.heterogeneity.level_ratios`.
    """
    factor = answer.attrs["factor"]
    columns = (
        Column("level", factor),
        interval_column(answer, f"EC50 over that of an average {factor}", number),
    )
    caption = (
        f"Median and {formatting.interval_words(answer.attrs)}. The ratios are drawn towards 1, the more "
        "so the less is known of a level; an interval that excludes 1 says that it differs from the average."
    )
    if "drug" in factor.split(":"):
        caption += " EC50 in reference doses, which petfit evidence lists."
    return Table("levels", f"EC50 by {factor}", frame(answer), columns, caption)
