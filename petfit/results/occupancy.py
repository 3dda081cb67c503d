"""The occupancy at a dose or concentration."""

from __future__ import annotations

from collections.abc import Iterable

import xarray as xr

from petfit.fit import At, Fit
from petfit.results.arguments import check_doses
from petfit.results.curve_draws import curve_draws

__all__ = ["occupancy_draws"]


def occupancy_draws(
    fit: Fit,
    dose: float | Iterable[float],
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the occupancy of some drugs, or of all; see `petfit.Fit.occupancy_draws`."""
    doses = check_doses(dose)
    curves = curve_draws(fit, predict_for, drugs, at=at)
    return curves.array(curves.occupancy(doses), "dose", doses).rename("occupancy")
