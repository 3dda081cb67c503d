"""The table of contrasts: ratios of EC50 or of doses between drugs."""

from __future__ import annotations

import math

import xarray as xr

from petfit.report.table import Column, Table, number, probability
from petfit.report.tables.interval_columns import interval_column, whole_percents
from petfit.results import formatting
from petfit.results.contrasts import pair_frame

__all__ = ["contrast_table"]


def contrast_table(answer: xr.Dataset) -> Table:
    """Return the ratios between drugs as a table, each pair of drugs once.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.Fit.contrasts`.
    """
    frame = pair_frame(answer)
    quantity = str(answer.attrs["quantity"])
    quantity = quantity if quantity == "EC50" else f"the {quantity}"
    scales = {"": "in reference doses", "_own": "in their unit"}
    if frame["median_own"].isna().all():
        del scales["_own"]
    elif (frame["median"] == frame["median_own"]).all():
        del scales[""]  # the reference of a concentration is 1
    columns = [Column("drug", "drug"), Column("other", "relative to")]
    for suffix, scale in scales.items():
        names = (f"median{suffix}", f"low{suffix}", f"high{suffix}")
        columns.append(interval_column(answer, f"ratio, {scale}", _ratio, names=names))
        columns.append(Column(f"p_less{suffix}", "P(ratio below 1), %", probability))
    caption = (
        f"{formatting.caption(answer)} Ratios of {quantity}; below 1, the first drug needs less "
        "than the second."
    )
    if "" in scales:
        caption += (
            " A reference dose is the usual dose of a drug or, if none is known, the geometric mean of those "
            "tested; petfit evidence lists them."
        )
    if (frame[["p_neither", "p_only_drug", "p_only_other"]] > 0).any(axis=None):
        shares = ("p_only_drug", "p_only_other", "p_neither")
        columns.append(Column(shares, "only the first, only the second, neither, %", whole_percents))
        caption += (
            " Last column: the share of draws in which only the first drug, only the second, or neither "
            "reaches the occupancy. The ratio is then 0, infinite, or undefined; undefined ratios count "
            "towards both ends of the interval."
        )
    return Table("contrasts", f"Ratios of {quantity} between drugs", frame, tuple(columns), caption)


def _ratio(value: float) -> str:
    return "infinite" if math.isinf(value) else number(value)
