"""Numbers and answers in words, for people; files get the numbers unrounded."""

from __future__ import annotations

import math

import xarray as xr

__all__ = ["WHOSE", "caption", "figure", "outcome", "percent", "probability", "quantity", "span", "whose"]

WHOSE = {
    "typical": "a typical person in a typical study",
    "new_subject": "one more person in a typical study",
    "new_study": "a typical person in one more study (a prediction for a study, not a dose to give)",
    "new_drug": "one more drug, in reference doses, in a typical person and study",
}
"""Whose an answer is, in words."""
_OUTCOMES = {"bpnd": ("BP_ND", ""), "vt": ("V_T", "mL/cm3")}


def figure(value: float) -> str:
    """Return a number to three significant digits; infinity is "not reached", NaN a dash.

    Examples
    --------
    >>> figure(39.71), figure(1234.5), figure(float("inf"))
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
    """Return a fraction as percent with one decimal.

    Examples
    --------
    >>> percent(0.8125)
    '81.2 %'
    """
    return "-" if math.isnan(value) else f"{100 * value:.1f} %"


def probability(value: float) -> str:
    """Return a probability estimated from draws; none in all of them is no proof of none.

    Examples
    --------
    >>> probability(0.9915), probability(1.0), probability(0.0)
    ('99.2 %', '> 99.9 %', '< 0.1 %')
    """
    if value > 0.999:
        return "> 99.9 %"
    return "< 0.1 %" if value < 0.001 else percent(value)


def outcome(word: str) -> tuple[str, str]:
    """Return how the quantity that scans give is written, and its unit, "" where it has none.

    Examples
    --------
    >>> outcome("bpnd"), outcome("vt")
    (('BP_ND', ''), ('V_T', 'mL/cm3'))
    """
    return _OUTCOMES.get(word, (word, ""))


def quantity(name: str, value: float) -> str:
    """Return an Emax as percent and any other parameter as a number."""
    return percent(value) if name == "emax" else figure(value)


def span(name: str, low: float, high: float) -> str:
    """Return an interval in words.

    Examples
    --------
    >>> span("dose", 19.2, float("inf"))
    '19.2 to not reached'
    """
    return f"{quantity(name, low)} to {quantity(name, high)}"


def whose(table: xr.Dataset) -> str:
    """Return whose answer a table holds, and where.

    Examples
    --------
    >>> whose(xr.Dataset(attrs={"who": "typical", "at": "midbrain"}))
    'For a typical person in a typical study; midbrain.'
    """
    at = f"; {table.attrs['at']}" if table.attrs["at"] else ""
    return f"For {WHOSE[table.attrs['predict_for']]}{at}."


def caption(table: xr.Dataset) -> str:
    """Return whose answer a table holds, where, and with which interval.

    Examples
    --------
    >>> said = {"who": "typical", "at": "midbrain", "interval": "equal-tailed", "prob": 0.9}
    >>> caption(xr.Dataset(attrs=said))
    'For a typical person in a typical study; midbrain. Median and 90 % equal-tailed interval.'
    """
    prob = f"{100 * table.attrs['prob']:g} % {table.attrs['interval']} interval"
    return f"{whose(table)} Median and {prob}."
