"""The dose, or concentration, that reaches a target occupancy."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from petfit.fit import At, Fit
from petfit.results.answer_dosing import WHEN
from petfit.results.arguments import as_list
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import PROB, check_prob
from petfit.results.tested_range import summarise_doses
from petfit.results.time_course import plasma_curves

__all__ = ["dose_at_moments", "dose_for_occupancy", "dose_for_occupancy_draws"]


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


def dose_at_moments(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
    prob: float = PROB,
    with_diagnostics: bool = True,
) -> xr.Dataset:
    """Summarise the doses whose occupancy at trough, on average and at peak is the target.

    Parameters
    ----------
    fit : Fit
        A fit of a model with kinetics.
    occupancy, predict_for, drugs, at, prob, with_diagnostics
        See `dose_for_occupancy`.

    Returns
    -------
    xarray.Dataset
        The columns of `dose_for_occupancy`, by ``when`` as well.

    Raises
    ------
    PetfitError
        If the model has no kinetics; see also `dose_for_occupancy`.
    """
    names = None if drugs is None else list(drugs)
    tables = [
        dose_for_occupancy(
            fit,
            occupancy,
            predict_for,
            names,
            at={**(at or {}), "when": when},
            prob=prob,
            with_diagnostics=with_diagnostics,
        )
        for when in WHEN
    ]
    moments = xr.concat(tables, pd.Index(WHEN, name="when"), combine_attrs="drop")
    curves = plasma_curves(fit, None, predict_for, names, at=at)
    return moments.assign_attrs({**tables[0].attrs, "at": curves.place_of_moments})
