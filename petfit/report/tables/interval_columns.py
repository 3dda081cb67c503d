"""Columns of intervals, and words about answers, shared by several tables."""

from __future__ import annotations

import math
from collections.abc import Callable

import xarray as xr

from petfit.report.table import Column, number
from petfit.results import formatting

__all__ = [
    "PEOPLE",
    "exposure_and_interval",
    "exposure_name",
    "interval_column",
    "occupancy_words",
    "probability_words",
    "whole_percents",
    "with_interval",
]

PEOPLE = {"typical": "typical person", "new_subject": "new person"}
"""Whom an answer is for, in headings."""


def exposure_name(answer: xr.Dataset) -> str:
    """Return the name of the exposure of an answer: dose, concentration or free concentration."""
    return str(answer.attrs.get("exposure", "dose"))


def occupancy_words(answer: xr.Dataset) -> str:
    """Return the occupancy of an answer for a single one, such as "80 %"."""
    return f"{100 * float(answer['occupancy'].item()):g} %"


def probability_words(answer: xr.Dataset) -> str:
    """Return the probability of an answer's intervals, such as "95 %"."""
    return f"{100 * answer.attrs['prob']:g} %"


def interval_column(
    answer: xr.Dataset,
    heading: str,
    formatter: Callable[[float], str],
    *,
    unit: str = "",
    names: tuple[str, str, str] = ("median", "low", "high"),
) -> Column:
    """Return the column of a median with its interval, three columns where there is room.

    The unit follows each heading, such as ", %".
    """
    prob = probability_words(answer)
    headings = (f"{heading}{unit}", f"{prob} low{unit}", f"{prob} high{unit}")
    wide = tuple(Column(*column, formatter) for column in zip(names, headings, strict=True))
    return Column(names, f"{headings[0]} ({prob} interval)", with_interval(formatter), wide)


def with_interval(formatter: Callable[[float], str]) -> Callable[[float, float, float], str]:
    """Return the formatter of a median with its interval in one cell; a known number has none.

    Examples
    --------
    >>> from petfit.report.table import percent
    >>> with_interval(percent)(0.812, 0.734, 0.851)
    '81.2 (73.4 to 85.1)'
    >>> with_interval(percent)(0.5, 0.5, 0.5)
    '50.0'
    """

    def cell(median: float, low: float, high: float) -> str:
        if low == high and math.isfinite(median):
            return formatter(median)
        return "-" if math.isnan(low) else f"{formatter(median)} ({formatter(low)} to {formatter(high)})"

    return cell


def whole_percents(*shares: float) -> str:
    """Format shares in one cell, as whole percents.

    Examples
    --------
    >>> whole_percents(0.123, 0.877, float("nan"))
    '12/88/-'
    """
    return "/".join("-" if math.isnan(share) else f"{100 * share:.0f}" for share in shares)


def exposure_and_interval(median: float, low: float, high: float) -> str:
    """Format an exposure with its interval in one cell.

    Examples
    --------
    >>> exposure_and_interval(18.1, 8.25, 66.2)
    '18.1 (8.25 to 66.2)'
    """
    return f"{number(median)} ({formatting.interval('dose', low, high)})"
