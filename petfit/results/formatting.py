"""Rounded numbers and the conditions of an answer, as text for people; files hold unrounded numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xarray as xr

from petfit.model.parameters import PARAMETERS

__all__ = [
    "caption",
    "conditions",
    "enumerate_words",
    "interval",
    "interval_words",
    "number",
    "outcome_label",
    "parameter_value",
    "percent",
    "probability",
]

_OUTCOMES = {"bpnd": ("BP_ND", ""), "vt": ("V_T", "mL/cm3")}


def number(value: float, digits: int = 3) -> str:
    """Format a number to three or another number of significant digits; infinity is "not reached".

    Examples
    --------
    >>> number(39.71), number(1234.5), number(float("inf"))
    ('39.7', '1230', 'not reached')
    """
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "not reached"
    if value == 0 or not 1e-3 <= abs(value) < 1e6:
        return f"{value:.{digits}g}"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, decimals):.{max(0, decimals)}f}"


def percent(value: float) -> str:
    """Format a fraction as percent with one decimal.

    Examples
    --------
    >>> percent(0.8125)
    '81.2 %'
    """
    return "-" if math.isnan(value) else f"{100 * value:.1f} %"


def probability(value: float) -> str:
    """Format a probability that was estimated from draws; 0 and 1 are given as bounds.

    Examples
    --------
    >>> probability(0.9915), probability(1.0), probability(0.0)
    ('99.2 %', '> 99.9 %', '< 0.1 %')
    """
    if value > 0.999:
        return "> 99.9 %"
    return "< 0.1 %" if value < 0.001 else percent(value)


def outcome_label(word: str) -> tuple[str, str]:
    """Return the symbol of a scan's outcome and its unit, "" if it has none.

    Examples
    --------
    >>> outcome_label("bpnd"), outcome_label("vt")
    (('BP_ND', ''), ('V_T', 'mL/cm3'))
    """
    return _OUTCOMES.get(word, (word, ""))


def parameter_value(name: str, value: float) -> str:
    """Format a fraction, such as Emax, as percent and any other parameter or answer as a number."""
    return percent(value) if name in PARAMETERS and PARAMETERS[name].unit == "fraction" else number(value)


def interval(name: str, low: float, high: float) -> str:
    """Format an interval.

    Examples
    --------
    >>> interval("dose", 19.2, float("inf"))
    '19.2 to not reached'
    """
    if math.isinf(low):
        return parameter_value(name, low)
    return f"{parameter_value(name, low)} to {parameter_value(name, high)}"


def conditions(table: xr.Dataset) -> str:
    """Return whom a table of answers is for, at which region, tracer and regimen, and when after the dose.

    Examples
    --------
    >>> conditions(xr.Dataset(attrs={"population": "a typical person", "at": "midbrain"}))
    'For a typical person; midbrain.'
    """
    parts = [table.attrs["population"], table.attrs["at"], table.attrs.get("scan_times")]
    return f"For {'; '.join(part for part in parts if part)}."


def caption(table: xr.Dataset) -> str:
    """Return the conditions of a table of answers, and its interval.

    Examples
    --------
    >>> attrs = {"population": "a new person", "at": "", "interval": "equal-tailed", "prob": 0.9}
    >>> caption(xr.Dataset(attrs=attrs))
    'For a new person. Median and 90 % equal-tailed interval.'
    """
    return f"{conditions(table)} Median and {interval_words(table.attrs)}."


def interval_words(answer: Mapping[Any, Any] | pd.Series) -> str:
    """Return the probability and the kind of the intervals of an answer.

    Examples
    --------
    >>> interval_words({"interval": "equal-tailed", "prob": 0.9})
    '90 % equal-tailed interval'
    """
    return f"{100 * answer['prob']:g} % {answer['interval']} interval"


def enumerate_words(words: Sequence[str]) -> str:
    """Return words as an enumeration.

    Examples
    --------
    >>> enumerate_words(["a", "b", "c"])
    'a, b and c'
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
