"""How long occupancy stays above a level after the last dose."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from petfit.results.arguments import as_list
from petfit.results.plasma_curves import PlasmaCurves
from petfit.results.quantiles import check_prob
from petfit.results.time_course import check_each_dose, elimination_words, schedule_words

__all__ = ["stopping_draws"]


def stopping_draws(curves: PlasmaCurves, dose: float, below: float | Iterable[float] = 0.5) -> xr.DataArray:
    """Return draws of the hours from the last dose at steady state until occupancy stays below a level.

    Parameters
    ----------
    curves : PlasmaCurves
        From `petfit.results.time_course.plasma_curves`.
    dose : float
        Each dose, in mg.
    below : float or iterable of float
        Occupancies, fractions.

    Returns
    -------
    xarray.DataArray
        ``hours``: chain, draw, drug, below; 0 where the occupancy was below the level all the time.

    Raises
    ------
    PetfitError
        If the dose is not above 0, or a level does not lie between 0 and 1.
    """
    check_each_dose(dose)
    levels = [check_prob(level, "below") for level in as_list(below, "below")]
    shape = (*curves.parameters["ec50"].shape, len(levels))
    points = curves.points(len(levels))
    daily = dose * 24.0 / points.rows.interval
    hours = points.hours_above(daily, np.broadcast_to(levels, shape).ravel()).reshape(shape)
    draws = curves.array(hours, "below", levels).rename("hours")
    words = {"schedule": schedule_words(curves, dose), "assumed": elimination_words(curves)}
    return draws.assign_attrs({**curves.place, **words})
