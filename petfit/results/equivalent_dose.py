"""Equivalent doses: the dose of each drug that gives the same occupancy as a dose of another."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.results.curve_draws import check_doses, curve_draws
from petfit.results.quantiles import PROB
from petfit.results.support import summarise_doses

__all__ = ["equivalent_dose", "equivalent_dose_draws"]


def equivalent_dose_draws(
    fit: Fit,
    drug: str,
    dose: float | Iterable[float],
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the dose of each drug that gives the same occupancy as a dose of one drug.

    If ``t`` is the occupancy at the given dose in a draw, the equivalent dose is that draw's dose for
    ``t``, in closed form: infinite if the other drug's Emax is not above ``t``, and the dose itself for the
    given drug.

    Parameters
    ----------
    fit : Fit
        A fit.
    drug : str
        The drug with the given doses.
    dose : float or iterable of float
        Given doses, in the unit of `drug`.
    predict_for, drugs, at
        See `petfit.results.curve_draws.curve_draws`. The same person or study takes both drugs.

    Returns
    -------
    xarray.DataArray
        ``dose``: chain, draw, drug, given_dose; in each drug's unit.

    Raises
    ------
    PetfitError
        For a new drug, or a negative dose; see also `petfit.results.curve_draws.curve_draws`.

    Examples
    --------
    >>> bool((equivalent_dose_draws(fit, "A", 10).sel(drug="A") == 10).all())
    True
    """
    if predict_for == "new_drug":
        raise PetfitError("new_drug: an equivalent dose needs two drugs of the fit. Ask for a typical one.")
    doses = check_doses(dose)
    given = curve_draws(fit, predict_for, [drug], at=at)
    curves = curve_draws(fit, predict_for, drugs, at=at)
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
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
    prob: float = PROB,
) -> xr.Dataset:
    """Summarise the dose of each drug that gives the same occupancy as a dose of one drug.

    Parameters
    ----------
    fit, drug, dose, predict_for, drugs, at
        See `equivalent_dose_draws`.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    xarray.Dataset
        By drug and given dose, the columns of `petfit.results.support.summarise_doses`.

    Examples
    --------
    >>> equivalent_dose(fit, "A", 10)["median"].sel(drug="A").item()
    10.0
    """
    draws = equivalent_dose_draws(fit, drug, dose, predict_for, drugs, at=at)
    return summarise_doses(fit, draws, at=at, prob=prob)
