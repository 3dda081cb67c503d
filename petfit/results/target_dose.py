"""The dose, or concentration, that reaches a target occupancy."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr

from petfit.fit import At, Fit
from petfit.results.answer_dosing import WHEN
from petfit.results.arguments import as_conditions, as_list
from petfit.results.curve_draws import curve_draws
from petfit.results.drug_curves import CurveDraws
from petfit.results.plasma_curves import PlasmaCurves
from petfit.results.quantiles import PROB
from petfit.results.summary import summarise
from petfit.results.tested_range import relative_to_tested, tested_ranges

__all__ = ["dose_at_moments", "summarise_doses"]


def summarise_doses(
    curves: CurveDraws, draws: xr.DataArray, prob: float = PROB, *, with_diagnostics: bool = True
) -> xr.Dataset:
    """Summarise draws of doses, and where they lie relative to the exposures tested.

    Parameters
    ----------
    curves : CurveDraws
        The curves that the doses come from. Only exposures of their regimen count as tested; that of the
        model's answers if they are for none.
    draws : xarray.DataArray
        Chain, draw, drug, one more dimension; named ``dose``.
    prob : float
        Probability of the equal-tailed interval.
    with_diagnostics : bool
        Whether to add R-hat and ESS, which take most of the time.

    Returns
    -------
    xarray.Dataset
        The columns of `petfit.results.summary.summarise`, and ``p_reached``, the share of draws with a
        finite dose; ``tested_low`` and ``tested_high``, the lowest and highest tested exposure;
        ``p_below``, ``p_inside``, ``p_above`` and ``p_not_reached``, the shares of draws below, between and
        above these, and infinite, which add up to 1 (the first three are NaN if nothing was tested);
        ``relative_to_tested``, the position of the median: ``inside``, ``below``, ``above``,
        ``not reached`` or ``not tested``.
    """
    table = summarise(draws, prob, with_diagnostics=with_diagnostics)
    finite = xr.apply_ufunc(np.isfinite, draws)
    table["p_reached"] = _share(finite)
    table["tested_low"], table["tested_high"] = (("drug", ends) for ends in tested_ranges(curves))
    tested = table["tested_low"].notnull()
    below, above = draws < table["tested_low"], finite & (draws > table["tested_high"])
    for name, where in (("below", below), ("inside", finite & ~below & ~above), ("above", above)):
        table[f"p_{name}"] = _share(where).where(tested)
    table["p_not_reached"] = _share(~finite)
    table["relative_to_tested"] = relative_to_tested(table)
    return table


def _share(where: xr.DataArray) -> xr.DataArray:
    return where.mean(dim=["chain", "draw"])


def dose_at_moments(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
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
    occupancy, predict_for, at, prob
        See `petfit.Fit.dose_for_occupancy`.
    with_diagnostics : bool
        Whether to add R-hat and ESS, which take most of the time.

    Returns
    -------
    xarray.Dataset
        The columns of `petfit.Fit.dose_for_occupancy`, by ``when`` as well.

    Raises
    ------
    PetfitError
        If the model has no kinetics; see also `petfit.Fit.dose_for_occupancy`.
    """
    occupancies = as_list(occupancy, "occupancy")
    curves = [curve_draws(fit, predict_for, at={**as_conditions(at), "when": when}) for when in WHEN]
    tables = [
        summarise_doses(of_moment, of_moment.dose_draws(occupancies), prob, with_diagnostics=with_diagnostics)
        for of_moment in curves
    ]
    moments = xr.concat(tables, pd.Index(WHEN, name="when"), combine_attrs="drop")
    trough = curves[0]
    assert isinstance(trough, PlasmaCurves)
    return moments.assign_attrs({**tables[0].attrs, "at": trough.place_of_moments})
