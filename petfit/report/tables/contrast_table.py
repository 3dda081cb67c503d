"""The table of contrasts: ratios of EC50 or of doses between drugs."""

from __future__ import annotations

import math

import xarray as xr

from petfit.report.table import Column, Table, number, probability
from petfit.report.tables.interval_columns import interval_columns, probability_words
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
    scales = {"": "ratio, in reference doses", "_own": "ratio, in their unit"}
    if frame["median_own"].isna().all():
        del scales["_own"]
    elif (frame["median"] == frame["median_own"]).all():
        del scales[""]  # the reference of a concentration is 1
    labels = [Column("drug", "drug"), Column("other", "relative to")]
    columns = [
        column for suffix, heading in scales.items() for column in _ratio_columns(answer, suffix, heading)
    ]
    narrow = [
        column
        for suffix, heading in scales.items()
        for column in _narrow_ratio_columns(answer, suffix, heading)
    ]
    caption = (
        f"{formatting.caption(answer)} Ratios of {quantity}; below 1, the first drug needs less "
        "than the second."
    )
    alone = []
    if (frame[["p_neither", "p_only_drug", "p_only_other"]] > 0).any(axis=None):
        shares = ("p_only_drug", "p_only_other", "p_neither")
        alone = [Column(shares, "only the first, only the second, neither, %", _whole_percents)]
        caption += (
            " Last column: the share of draws in which only the first drug, only the second, or neither "
            "reaches the occupancy. The ratio is then 0, infinite, or undefined; undefined ratios count "
            "towards both ends of the interval."
        )
    return Table(
        "contrasts",
        f"Ratios of {quantity} between drugs",
        frame,
        (*labels, *columns, *alone),
        caption,
        (*labels, *narrow, *alone),
    )


def _ratio_columns(answer: xr.Dataset, suffix: str, heading: str) -> list[Column]:
    return [
        Column(f"median{suffix}", heading, _ratio),
        *interval_columns(answer, "", _ratio, (f"low{suffix}", f"high{suffix}")),
        Column(f"p_less{suffix}", "P(needs less), %", probability),
    ]


def _narrow_ratio_columns(answer: xr.Dataset, suffix: str, heading: str) -> list[Column]:
    names = tuple(f"{name}{suffix}" for name in ("median", "low", "high"))
    return [
        Column(names, f"{heading} ({probability_words(answer)} interval)", _ratio_and_interval),
        Column(f"p_less{suffix}", "P(needs less), %", probability),
    ]


def _ratio(value: float) -> str:
    return "infinite" if math.isinf(value) else number(value)


def _ratio_and_interval(median: float, low: float, high: float) -> str:
    return "-" if math.isnan(low) else f"{_ratio(median)} ({_ratio(low)} to {_ratio(high)})"


def _whole_percents(*shares: float) -> str:
    return "/".join(f"{100 * share:.0f}" for share in shares)
