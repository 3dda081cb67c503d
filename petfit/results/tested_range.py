"""Where the draws of a dose lie relative to the exposures that were tested."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from petfit.fit import At, Fit
from petfit.model.design import Design
from petfit.results.quantiles import PROB
from petfit.results.summary import summarise

__all__ = ["relative_to_tested", "summarise_doses", "tested_range"]


def summarise_doses(
    fit: Fit,
    draws: xr.DataArray,
    *,
    at: At | None = None,
    prob: float = PROB,
    with_diagnostics: bool = True,
) -> xr.Dataset:
    """Summarise draws of doses, and where they lie relative to the exposures tested.

    Parameters
    ----------
    fit : Fit
        The fit of the draws.
    draws : xarray.DataArray
        Chain, draw, drug, one more dimension; named ``dose``.
    at : mapping of str to str or float, optional
        The conditions of the answer. Only exposures of their regimen count as tested; that of the model's
        answers if they name none.
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
    regimen = str((at or {}).get("regimen", fit.design.usual_regimen))
    target = str((at or {}).get("target", ""))
    finite = xr.apply_ufunc(np.isfinite, draws)
    drugs = map(str, draws["drug"].to_numpy())
    limits = np.array([tested_range(fit.design, drug, regimen, target) for drug in drugs])
    table["p_reached"] = _share(finite)
    table["tested_low"], table["tested_high"] = ("drug", limits[:, 0]), ("drug", limits[:, 1])
    tested = table["tested_low"].notnull()
    below, above = draws < table["tested_low"], finite & (draws > table["tested_high"])
    for name, where in (("below", below), ("inside", finite & ~below & ~above), ("above", above)):
        table[f"p_{name}"] = _share(where).where(tested)
    table["p_not_reached"] = _share(~finite)
    table["relative_to_tested"] = relative_to_tested(table)
    return table


def _share(where: xr.DataArray) -> xr.DataArray:
    return where.mean(dim=["chain", "draw"])


def relative_to_tested(table: xr.Dataset) -> xr.DataArray:
    """Return the position of each median relative to the tested exposures; see `summarise_doses`."""
    columns = (table["median"], table["tested_low"], table["tested_high"])
    words: xr.DataArray = xr.apply_ufunc(_position, *columns, vectorize=True, output_dtypes=[object])
    return words


def _position(median: float, low: float, high: float) -> str:
    """Return the position of a median relative to the tested range."""
    if math.isinf(median):
        return "not reached"
    if math.isnan(low):
        return "not tested"
    return "below" if median < low else "above" if median > high else "inside"


def tested_range(design: Design, drug: str, regimen: str, target: str) -> tuple[float, float]:
    """Return the lowest and highest exposure above 0 among the fitted rows of a drug.

    Parameters
    ----------
    design : Design
        The design of a fit.
    drug : str
        A drug.
    regimen : str
        Only rows with this regimen count, unless it is empty.
    target : str
        A second target of the model, whose rows alone count; if it is none, those of the first.

    Returns
    -------
    tuple of float
        In the drug's unit; both NaN if there is no such row.

    Examples
    --------
    >>> tested_range(fit.design, "A", "", "")
    (5.0, 60.0)
    """
    fitted = design.rows_at(target)
    fitted = fitted[(fitted["drug"] == drug) & (fitted["x"] > 0)]
    if regimen:
        fitted = fitted[fitted["regimen"] == regimen]
    if fitted.empty:
        return math.nan, math.nan
    return float(fitted["exposure_low"].min()), float(fitted["exposure_high"].max())
