"""Rounded numbers and the conditions of an answer, as text for people; files hold unrounded numbers."""

from __future__ import annotations

import math

import xarray as xr

__all__ = [
    "PREDICTION_LABELS",
    "caption",
    "conditions",
    "interval",
    "number",
    "outcome_label",
    "parameter_value",
    "percent",
    "probability",
]

PREDICTION_LABELS = {
    "typical": "a typical person in a typical study",
    "new_subject": "one more person in a typical study",
    "new_study": "a typical person in one more study (a prediction for a study, not a dose to give)",
    "new_drug": "one more drug, in reference doses, in a typical person and study",
}
"""What each value of ``predict_for`` stands for."""
_OUTCOMES = {"bpnd": ("BP_ND", ""), "vt": ("V_T", "mL/cm3")}


def number(value: float) -> str:
    """Format a number to three significant digits; infinity is "not reached", NaN a dash.

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
        return f"{value:.3g}"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{round(value, 2 - math.floor(math.log10(abs(value)))):.{decimals}f}"


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
    """Format an Emax as percent and any other parameter as a number."""
    return percent(value) if name == "emax" else number(value)


def interval(name: str, low: float, high: float) -> str:
    """Format an interval.

    Examples
    --------
    >>> interval("dose", 19.2, float("inf"))
    '19.2 to not reached'
    """
    return f"{parameter_value(name, low)} to {parameter_value(name, high)}"


def conditions(table: xr.Dataset) -> str:
    """Return whom a table of answers is for, at which region, tracer and regimen, and when after the dose.

    Examples
    --------
    >>> conditions(xr.Dataset(attrs={"predict_for": "typical", "at": "midbrain"}))
    'For a typical person in a typical study; midbrain.'
    """
    parts = [PREDICTION_LABELS[table.attrs["predict_for"]], table.attrs["at"], table.attrs.get("scan_times")]
    return f"For {'; '.join(part for part in parts if part)}."


def caption(table: xr.Dataset) -> str:
    """Return the conditions of a table of answers, and its interval.

    Examples
    --------
    >>> attrs = {"predict_for": "typical", "at": "midbrain", "interval": "equal-tailed", "prob": 0.9}
    >>> caption(xr.Dataset(attrs=attrs))
    'For a typical person in a typical study; midbrain. Median and 90 % equal-tailed interval.'
    """
    prob = f"{100 * table.attrs['prob']:g} % {table.attrs['interval']} interval"
    return f"{conditions(table)} Median and {prob}."
