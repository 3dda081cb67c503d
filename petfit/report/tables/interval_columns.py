"""Columns of intervals and of doses, shared by several tables."""

from __future__ import annotations

import math
from collections.abc import Callable

import xarray as xr

from petfit.report.table import Column, number, percent, probability
from petfit.results import formatting

__all__ = [
    "PEOPLE",
    "RELATIVE_TO_TESTED",
    "dose_columns",
    "exposure_and_interval",
    "exposure_name",
    "interval_columns",
    "narrow_dose_columns",
    "percent_and_interval",
    "probability_words",
    "relative_words",
]

PEOPLE = {"typical": "typical person", "new_subject": "new person"}
"""Whom an answer is for, in headings."""

RELATIVE_TO_TESTED = {
    "inside": "inside",
    "below": "below",
    "above": "above: extrapolated",
    "not reached": "Emax is lower in most draws",
    "not tested": "none was tested",
    "differs by model": "differs between the models",
}
"""Where a median lies relative to the exposures tested, in words."""


def exposure_name(answer: xr.Dataset) -> str:
    """Return the name of the exposure of an answer: dose, concentration or free concentration."""
    return str(answer.attrs.get("exposure", "dose"))


def probability_words(answer: xr.Dataset) -> str:
    """Return the probability of an answer's intervals, such as "95 %"."""
    return f"{100 * answer.attrs['prob']:g} %"


def interval_columns(
    answer: xr.Dataset, unit: str, formatter: Callable[[float], str], names: tuple[str, str] = ("low", "high")
) -> tuple[Column, Column]:
    """Return the columns of both ends of an interval; `unit` follows the heading."""
    return (
        Column(names[0], f"{probability_words(answer)} low{unit}", formatter),
        Column(names[1], f"{probability_words(answer)} high{unit}", formatter),
    )


def dose_columns(answer: xr.Dataset, heading: str) -> list[Column]:
    """Return the columns of a dose: median, interval, P(reached), and its place among those tested."""
    return [
        Column("median", f"{heading}, median, {{unit}}", number),
        *interval_columns(answer, ", {unit}", number),
        Column("p_reached", "P(Emax above), %", probability),
        Column("tested_low", "tested from, {unit}", number),
        Column("tested_high", "to, {unit}", number),
        Column("relative_to_tested", "the median lies", RELATIVE_TO_TESTED.__getitem__),
        Column("p_below", "draws below, %", percent),
        Column("p_inside", "inside, %", percent),
        Column("p_above", "above, %", percent),
        Column("p_not_reached", "not reached, %", percent),
    ]


def exposure_and_interval(median: float, low: float, high: float) -> str:
    """Format an exposure with its interval in one cell.

    Examples
    --------
    >>> exposure_and_interval(18.1, 8.25, 66.2)
    '18.1 (8.25 to 66.2)'
    """
    return f"{number(median)} ({formatting.interval('dose', low, high)})"


def percent_and_interval(median: float, low: float, high: float) -> str:
    """Format a fraction in percent, without the sign, with its interval in one cell.

    Examples
    --------
    >>> percent_and_interval(0.812, 0.734, 0.851)
    '81.2 (73.4 to 85.1)'
    """
    return f"{percent(median)} ({percent(low)} to {percent(high)})"


def narrow_dose_columns(answer: xr.Dataset, heading: str) -> list[Column]:
    """Return the columns of a dose for a terminal, with interval and shares of draws in one cell each."""
    tested = f"the {exposure_name(answer)}s tested"
    shares = ("p_below", "p_inside", "p_above", "p_not_reached")
    return [
        Column("median", f"{heading}, {{unit}}", number),
        Column(("low", "high"), f"{probability_words(answer)} interval", _interval),
        Column("p_reached", "P(Emax above)", formatting.probability),
        Column(("relative_to_tested", "tested_low", "tested_high"), f"relative to {tested}", relative_words),
        Column(shares, "draws, %", _shares),
    ]


def _interval(low: float, high: float) -> str:
    return formatting.interval("dose", low, high)


def _shares(*shares: float) -> str:
    return "/".join("-" if math.isnan(share) else f"{100 * share:.0f}" for share in shares)


def relative_words(relative_to_tested: str, tested_low: float, tested_high: float) -> str:
    """Describe where a dose lies relative to those tested.

    Examples
    --------
    >>> relative_words("above", 20.0, 60.0), relative_words("inside", 20.0, 20.0)
    ('above 20.0 to 60.0: extrapolated', 'within the only one, 20.0')
    """
    low, high = number(tested_low), number(tested_high)
    tested = f"the only one, {low}" if low == high else f"{low} to {high}"
    words = {
        "inside": f"within {tested}",
        "below": f"below {tested}",
        "above": f"above {tested}: extrapolated",
    }
    return words.get(relative_to_tested) or RELATIVE_TO_TESTED[relative_to_tested]
