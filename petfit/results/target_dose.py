"""The dose, or concentration, that reaches a target occupancy."""

from __future__ import annotations

from collections.abc import Iterable

import xarray as xr

from petfit.fit import At, Fit
from petfit.results.curve_draws import as_list, curve_draws
from petfit.results.quantiles import PROB, check_prob
from petfit.results.support import summarise_doses

__all__ = ["dose_for_occupancy", "dose_for_occupancy_draws"]


def dose_for_occupancy_draws(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the dose for an occupancy ``t``.

    The inverse of the sigmoid Emax model, ``ec50 * (t / (emax - t))^(1/hill)``; infinite in every draw whose
    Emax is not above `t`. Competitors lower it by ``ec50 * sum(c / ec50_c)``, but not below 0.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float or iterable of float
        Target occupancies, fractions between 0 and 1.
    predict_for, drugs, at
        See `petfit.results.curve_draws.curve_draws`.

    Returns
    -------
    xarray.DataArray
        ``dose``: chain, draw, drug, occupancy; in each drug's unit.

    Raises
    ------
    PetfitError
        If an occupancy does not lie between 0 and 1; see also `petfit.results.curve_draws.curve_draws`.

    Examples
    --------
    >>> dose_for_occupancy_draws(fit, [0.5, 0.8]).sizes["occupancy"]
    2
    """
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
    """Summarise the dose for an occupancy, with the probability of reaching it and its support.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float or iterable of float
        Target occupancies, fractions between 0 and 1.
    predict_for, drugs, at
        See `petfit.results.curve_draws.curve_draws`.
    prob : float
        Probability of the equal-tailed interval.
    with_diagnostics : bool
        Whether to add R-hat and ESS, which take most of the time.

    Returns
    -------
    xarray.Dataset
        By drug and occupancy, the columns of `petfit.results.support.summarise_doses`.

    Examples
    --------
    >>> dose_for_occupancy(fit, with_diagnostics=False)["median"].dims
    ('drug', 'occupancy')
    """
    draws = dose_for_occupancy_draws(fit, occupancy, predict_for, drugs, at=at)
    return summarise_doses(fit, draws, at=at, prob=prob, with_diagnostics=with_diagnostics)
