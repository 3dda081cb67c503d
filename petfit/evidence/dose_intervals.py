"""Doses of drugs that are given less often than daily, as they are given."""

from __future__ import annotations

import pandas as pd

from petfit.evidence.units import unit_of_days

__all__ = ["per_dosing_interval"]

_DOSES = ["dose", "dose_low", "dose_high"]


def per_dosing_interval(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the doses of each time where those of a drug are all given once in the same few days.

    A table has doses per day, in which nobody gives a depot: its answers are in mg/4 weeks. A single dose is
    itself, whatever the time to a next one.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows with ``regimen``, ``dosing_interval_h`` and doses per day.

    Examples
    --------
    >>> row = pd.DataFrame({"drug": ["A"], "dose": [5.0], "dose_unit": ["mg/day"], "regimen": ["repeated"]})
    >>> row = row.assign(dose_low=float("nan"), dose_high=float("nan"), dosing_interval_h=336.0)
    >>> per_dosing_interval(row)[["dose", "dose_unit"]].to_numpy().tolist()
    [[70.0, 'mg/2 weeks']]
    """
    has_dose = (rows[_DOSES].fillna(0.0) > 0).any(axis=1)
    is_single = rows["regimen"].str.casefold().str.startswith("single")
    hours = rows["dosing_interval_h"].where(~is_single)[has_dose].groupby(rows["drug"])
    intervals = hours.first()[(hours.nunique(dropna=False) == 1) & hours.first().notna()]
    days = (rows["drug"].map(intervals) / 24.0).fillna(1.0)
    pairs = zip(rows["dose_unit"], days, strict=True)
    units = pd.Series([unit_of_days(unit, length) if unit else unit for unit, length in pairs], rows.index)
    factor = days.where(units != rows["dose_unit"], 1.0)
    doses = rows[_DOSES].mul(factor, axis=0).map(_without_rounding_error)
    return rows.assign(**doses.where(factor > 1.0, rows[_DOSES]), dose_unit=units)


def _without_rounding_error(dose: float) -> float:
    """Return a dose that was divided by the days, and multiplied by them again, as it was."""
    return float(f"{dose:.12g}")
