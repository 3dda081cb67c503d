"""How long occupancy stays above a level after the last dose."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.results.arguments import as_list
from petfit.results.quantiles import PROB, check_prob
from petfit.results.summary import summarise
from petfit.results.time_course import elimination_words, plasma_curves, schedule_words

__all__ = ["stopping", "stopping_draws"]


def stopping_draws(
    fit: Fit,
    dose: float,
    below: float | Iterable[float] = 0.5,
    every: float | None = None,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the hours from the last dose at steady state until occupancy stays below a level.

    Parameters
    ----------
    fit : Fit
        A fit of a model with kinetics.
    dose : float
        Each dose, in mg.
    below : float or iterable of float
        Occupancies, fractions.
    every : float, optional
        Hours between doses; the schedule of each drug in the model if not given.
    predict_for, drugs, at
        See `petfit.results.curve_draws.curve_draws`.

    Returns
    -------
    xarray.DataArray
        ``hours``: chain, draw, drug, below; 0 where the occupancy was below the level all the time.

    Raises
    ------
    PetfitError
        If the dose is not above 0, a level does not lie between 0 and 1, or the model has no kinetics.
    """
    if not 0 < dose < np.inf:
        raise PetfitError(f"each dose must be above 0 mg, not {dose:g}")
    levels = [check_prob(level, "below") for level in as_list(below)]
    curves = plasma_curves(fit, every, predict_for, drugs, at=at)
    shape = (*curves.parameters["ec50"].shape, len(levels))
    points = curves.points(len(levels))
    daily = dose * 24.0 / points.rows.interval
    hours = points.hours_above(daily, np.broadcast_to(levels, shape).ravel()).reshape(shape)
    draws = curves.array(hours, "below", levels).rename("hours")
    words = {"schedule": schedule_words(curves, dose), "assumed": elimination_words(curves)}
    return draws.assign_attrs({**curves.place, **words})


def stopping(
    fit: Fit,
    dose: float,
    below: float | Iterable[float] = 0.5,
    every: float | None = None,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
    prob: float = PROB,
    with_diagnostics: bool = True,
) -> xr.Dataset:
    """Summarise the hours from the last dose until occupancy is below a level; see `stopping_draws`.

    Returns
    -------
    xarray.Dataset
        By drug and level, in hours, the columns of `petfit.results.summary.summarise`.
    """
    draws = stopping_draws(fit, dose, below, every, predict_for, drugs, at=at)
    return summarise(draws, prob, with_diagnostics=with_diagnostics)
