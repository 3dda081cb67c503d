"""The occupancy at a dose or concentration."""

from __future__ import annotations

from collections.abc import Iterable

import xarray as xr

from petfit.fit import At, Fit
from petfit.results.curve_draws import check_doses, curve_draws

__all__ = ["occupancy_draws"]


def occupancy_draws(
    fit: Fit,
    dose: float | Iterable[float],
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the occupancy at doses, ``emax * x^hill / (ec50^hill + x^hill)``.

    Parameters
    ----------
    fit : Fit
        A fit.
    dose : float or iterable of float
        Doses, or concentrations, in each drug's unit.
    predict_for, drugs, at
        See `petfit.results.curve_draws.curve_draws`.

    Returns
    -------
    xarray.DataArray
        ``occupancy``, a fraction: chain, draw, drug, dose.

    Raises
    ------
    PetfitError
        If a dose is negative or infinite; see also `petfit.results.curve_draws.curve_draws`.

    Examples
    --------
    >>> bool((occupancy_draws(fit, 0) == 0).all())
    True
    """
    doses = check_doses(dose)
    curves = curve_draws(fit, predict_for, drugs, at=at)
    return curves.array(curves.occupancy(doses), "dose", doses).rename("occupancy")
