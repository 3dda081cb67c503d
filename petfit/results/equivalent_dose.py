"""Equivalent doses: the dose of each drug that gives the same occupancy as a dose of another."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.results.arguments import check_doses
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import PROB
from petfit.results.target_dose import summarise_doses

__all__ = ["equivalent_dose", "equivalent_dose_draws"]


def equivalent_dose_draws(
    fit: Fit,
    drug: str,
    dose: float | Iterable[float],
    predict_for: str = "typical",
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of equivalent doses; see `petfit.Fit.equivalent_dose_draws`."""
    if predict_for == "new_drug":
        raise PetfitError("new_drug: an equivalent dose needs two drugs of the fit. Ask for a typical one.")
    doses = check_doses(dose)
    given = curve_draws(fit, predict_for, [drug], at=at)
    curves = curve_draws(fit, predict_for, at=at)
    equivalent = curves.exposure(given.occupancy(doses))
    is_given = np.array([name == drug for name in curves.drugs])
    equivalent = np.where(is_given[:, None], doses, equivalent)
    labelled = curves.array(equivalent, "given_dose", doses).rename("dose")
    return labelled.assign_attrs(given_drug=drug, given_unit=given.units[0])


def equivalent_dose(
    fit: Fit,
    drug: str,
    dose: float | Iterable[float],
    predict_for: str = "typical",
    *,
    at: At | None = None,
    prob: float = PROB,
) -> xr.Dataset:
    """Summarise equivalent doses; see `petfit.Fit.equivalent_dose`."""
    draws = equivalent_dose_draws(fit, drug, dose, predict_for, at=at)
    return summarise_doses(curve_draws(fit, predict_for, at=at), draws, prob)
