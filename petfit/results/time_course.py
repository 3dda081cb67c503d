"""Occupancy and concentration over the hours after a dose, at steady state or with doses missed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.results.arguments import as_conditions, as_list
from petfit.results.curve_draws import curve_draws
from petfit.results.plasma_curves import PlasmaCurves
from petfit.results.quantiles import PROB, check_prob
from petfit.results.summary import summarise

__all__ = [
    "check_each_dose",
    "elimination_words",
    "plasma_curves",
    "schedule_words",
    "time_course",
    "time_course_draws",
]

_POINTS = 97
"""Of a dosing interval, by which the time above an occupancy is measured."""


def plasma_curves(
    fit: Fit,
    every: float | None = None,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> PlasmaCurves:
    """Return the curves of a model with kinetics under a schedule.

    Raises
    ------
    PetfitError
        If the model has no kinetics, or a moment is asked for; see also
        `petfit.results.curve_draws.curve_draws`.
    """
    if not fit.spec.pk:
        raise PetfitError(
            "the model has no kinetics, so nothing is known over time. Fit one that has, such as ssri_pk, or "
            "add [pk.DRUG] to the model."
        )
    conditions = as_conditions(at)
    for name in ("when", "time_h", "n_doses"):
        if name in conditions:
            raise PetfitError(f"{name}: this answer is over time, at steady state. Leave {name} out.")
    schedule = {} if every is None else {"every": every}
    curves = curve_draws(fit, predict_for, drugs, at={**conditions, **schedule})
    assert isinstance(curves, PlasmaCurves)
    return curves


def time_course_draws(
    curves: PlasmaCurves, dose: float, *, times: Iterable[float] | None = None, missed: int = 0
) -> xr.Dataset:
    """Return draws of occupancy and concentration over time.

    Parameters
    ----------
    curves : PlasmaCurves
        From `plasma_curves`.
    dose : float
        Each dose, in mg.
    times : iterable of float, optional
        Hours after the last dose at steady state; over the dosing interval if not given, and with doses
        missed over the interval after the next dose as well.
    missed : int
        Number of doses that are missed after it; later ones are taken again.

    Returns
    -------
    xarray.Dataset
        ``occupancy``, a fraction, and ``concentration`` in ng/mL: chain, draw, drug, time_h.

    Raises
    ------
    PetfitError
        If the dose is not above 0, or a time is negative.
    """
    check_each_dose(dose)
    if missed < 0:
        raise PetfitError(f"missed: a number of doses is 0 or more, not {missed}")
    hours = _hours(curves, missed) if times is None else as_list(times, "times")
    if min(hours) < 0:
        raise PetfitError(f"times: {min(hours):g} h is before the last dose")
    shape, points = (*curves.parameters["ec50"].shape, len(hours)), curves.points(len(hours))
    daily, time = dose * 24.0 / points.rows.interval, np.broadcast_to(hours, shape).ravel()
    values = {
        "concentration": points.course(daily, time, missed, in_plasma=True),
        "occupancy": points.occupancy_over_time(daily, time, missed),
    }
    course = xr.Dataset(
        {name: curves.array(value.reshape(shape), "time_h", hours) for name, value in values.items()}
    )
    skipped = {0: "", 1: ", one dose missed"}.get(missed, f", {missed} doses missed")
    schedule = f"{schedule_words(curves, dose)}{skipped}"
    assumed = f"{_next_dose_words(curves, missed)} {elimination_words(curves)}".rstrip() if missed else ""
    return course.assign_attrs({**curves.place, "schedule": schedule, "assumed": assumed})


def elimination_words(curves: PlasmaCurves) -> str:
    """Say what is assumed of elimination once doses are missed, for drugs that saturate their clearance."""
    saturable = [
        drug for drug, saturates in zip(curves.drugs, curves.rows.is_given["power"], strict=True) if saturates
    ]
    if not saturable:
        return ""
    return (
        f"The elimination of {', '.join(saturable)} is taken to stay as it was at steady state; if it "
        "becomes faster as concentrations fall, occupancy falls sooner."
    )


def check_each_dose(dose: float) -> None:
    """Refuse a dose that cannot be taken again and again.

    Raises
    ------
    PetfitError
        If it is not above 0.
    """
    if not 0 < dose < np.inf:
        raise PetfitError(f"each dose must be above 0 mg, not {dose:g}")


def schedule_words(curves: PlasmaCurves, dose: float) -> str:
    """Return each dose and how often it is taken, as printed."""
    return f"{dose:g} mg every {_hours_words(curves.rows.interval)}"


def _next_dose_words(curves: PlasmaCurves, missed: int) -> str:
    return f"The next dose is taken at {_hours_words((missed + 1) * curves.rows.interval)}."


def _hours_words(hours: NDArray[np.float64]) -> str:
    return f"{' or '.join(f'{hour:g}' for hour in sorted(set(hours)))} h"


def time_course(
    curves: PlasmaCurves,
    dose: float,
    *,
    times: Iterable[float] | None = None,
    missed: int = 0,
    occupancy: float = 0.8,
    prob: float = PROB,
) -> xr.Dataset:
    """Summarise occupancy and concentration over time.

    Parameters
    ----------
    curves, dose, times, missed
        See `time_course_draws`.
    occupancy : float
        An occupancy, a fraction, whose time above it is given.
    prob : float
        Probability of the equal-tailed intervals.

    Returns
    -------
    xarray.Dataset
        By drug and time, the columns of `petfit.results.summary.summarise` for the occupancy, and
        ``concentration``, ``concentration_low`` and ``concentration_high`` in ng/mL. By drug,
        ``hours_above``, ``hours_above_low`` and ``hours_above_high``: hours above the occupancy between the
        first and the last time.
    """
    target = check_prob(occupancy, "occupancy")
    draws = time_course_draws(curves, dose, times=times, missed=missed)
    hours = draws["time_h"].to_numpy()
    fine = np.linspace(hours.min(), hours.max(), _POINTS * (missed + 2))
    finer = time_course_draws(curves, dose, times=fine, missed=missed)["occupancy"]
    above = (finer >= target).mean("time_h") * (hours.max() - hours.min())
    table = summarise(draws["occupancy"], prob)
    for name, values in (("concentration", draws["concentration"]), ("hours_above", above)):
        summary = summarise(values.rename(name), prob, with_diagnostics=False)
        for suffix, column in (("", "median"), ("_low", "low"), ("_high", "high")):
            table[f"{name}{suffix}"] = summary[column]
    return table.assign_attrs(
        {**draws.attrs, "interval": table.attrs["interval"], "prob": prob, "above": target}
    )


def _hours(curves: PlasmaCurves, missed: int) -> list[float]:
    """Return hours over the longest interval, closer together where concentrations rise."""
    interval = float(np.max(curves.rows.interval))
    parts = np.array([0.0, 1 / 24, 1 / 12, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 5 / 6])
    if not missed:
        return [float(hour) for hour in [*(interval * parts), interval]]
    waiting = interval * np.arange(0, missed + 1, 0.25)
    after = interval * (missed + 1 + np.array([0.0, 1 / 6, 1 / 3, 1 / 2, 1.0]))
    return [float(hour) for hour in [*waiting, *after]]
