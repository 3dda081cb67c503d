"""The dose, or concentration, that reaches a target occupancy."""

from __future__ import annotations

from collections.abc import Iterable

import xarray as xr

from petfit.fit import At, Fit
from petfit.results.curve_draws import as_list, curve_draws
from petfit.results.quantiles import PROB, check_prob
from petfit.results.tested_range import summarise_doses

__all__ = ["dose_for_occupancy", "dose_for_occupancy_draws"]


def dose_for_occupancy_draws(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the dose of some drugs, or of all; see `petfit.Fit.dose_for_occupancy_draws`."""
    targets = [check_prob(target, "occupancy") for target in as_list(occupancy)]
    curves = curve_draws(fit, predict_for, drugs, at=at)
    return curves.array(curves.exposure(targets), "occupancy", targets).rename("dose")


def dose_for_occupancy(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
    prob: float = PROB,
    with_diagnostics: bool = True,
) -> xr.Dataset:
    """Summarise the dose for an occupancy of some drugs, or of all; see `petfit.Fit.dose_for_occupancy`.

    R-hat and ESS, which take most of the time, are left out if `with_diagnostics` is False.
    """
    draws = dose_for_occupancy_draws(fit, occupancy, predict_for, drugs, at=at)
    return summarise_doses(fit, draws, at=at, prob=prob, with_diagnostics=with_diagnostics)
