"""Doses of several models in one unit: per day, where a model has them per week or month."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from petfit.evidence.units import days_of_unit, unit_of_days

__all__ = ["in_one_unit"]

_DOSES = ("median", "low", "high", "tested_low", "tested_high")


def in_one_unit[T: (xr.DataArray, xr.Dataset)](answers: Mapping[str, T]) -> dict[str, T]:
    """Return doses by model per day, if the models do not have all of them in the same unit.

    Parameters
    ----------
    answers : mapping of str to DataArray or Dataset
        Draws of doses, or their summaries from `petfit.results.target_dose.summarise_doses`, by model, with
        the unit of each drug.

    Examples
    --------
    >>> weekly = xr.DataArray([70.0], {"drug": ["A"], "unit": ("drug", ["mg/week"])}, ["drug"])
    >>> daily = weekly.assign_coords(unit=("drug", ["mg/day"]))
    >>> in_one_unit({"emax": weekly, "plasma": daily})["emax"].to_numpy().tolist()
    [10.0]
    """
    first = next(iter(answers.values()))["unit"]
    if all(answer["unit"].equals(first) for answer in answers.values()):
        return dict(answers)
    return {model: _per_day(answer) for model, answer in answers.items()}


def _per_day[T: (xr.DataArray, xr.Dataset)](answer: T) -> T:
    units = [str(unit) for unit in answer["unit"].to_numpy()]
    days = xr.DataArray([days_of_unit(unit) for unit in units], {"drug": answer["drug"]})
    daily = ("drug", [unit_of_days(unit, 1) for unit in units])
    if isinstance(answer, xr.DataArray):
        return (answer / days).transpose(*answer.dims).assign_attrs(answer.attrs).assign_coords(unit=daily)
    return answer.assign({name: answer[name] / days for name in _DOSES}).assign_coords(unit=daily)
