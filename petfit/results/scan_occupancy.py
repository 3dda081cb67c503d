"""Occupancies of scans, derived from a fit for display; nothing is fitted to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.applies_to import applies_to
from petfit.model.likelihood.scan import SCAN
from petfit.model.linear_predictor import scan_mean
from petfit.model.ops import NUMPY
from petfit.results.quantiles import INTERVAL, PROB, equal_tailed, quantile

__all__ = ["scan_occupancy", "scan_occupancy_draws"]


def scan_occupancy(fit: Fit, *, prob: float = PROB) -> pd.DataFrame:
    """Summarise the occupancy of each scan under the drug, for display only.

    The model fits the scans themselves. Their occupancies are derived afterwards from the estimated
    baselines, to show scans beside a curve of occupancy. Fitting them would count the scans twice: the
    baselines already depend on them, and scans that share a baseline share its error.

    Parameters
    ----------
    fit : Fit
        A fit.
    prob : float
        Probability of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per fitted scan under the drug, by its place in the table: ``median``, ``low`` and ``high``
        (fractions, which may lie below 0 or above 1), ``interval`` and ``prob``. The interval includes the
        uncertainty of the baseline (the person's own or predicted), of V_ND, and of the scan's noise. Empty
        if no scan was fitted.

    Raises
    ------
    PetfitError
        If `prob` does not lie between 0 and 1.

    Examples
    --------
    >>> len(scan_occupancy(fit))  # this fit has no scans
    0
    """
    draws = scan_occupancy_draws(fit)
    low, median, high = quantile(draws, equal_tailed(prob))
    columns = {"median": median, "low": low, "high": high, "interval": INTERVAL, "prob": prob}
    return pd.DataFrame(columns, index=pd.Index(draws["row"].to_numpy().astype(object), name="row"))


def scan_occupancy_draws(fit: Fit) -> xr.DataArray:
    """Return draws of the occupancy of each scan under the drug, for display only.

    In each draw it is ``1 - (value - error - V_ND) / baseline``, with that draw's baseline and V_ND and an
    error drawn from the scan's noise (Innis et al., J Cereb Blood Flow Metab 2007;27:1533-1539, for the
    quantities).

    Parameters
    ----------
    fit : Fit
        A fit; its seed draws the errors.

    Returns
    -------
    xarray.DataArray
        ``occupancy``, a fraction: chain, draw, row.
    """
    design, posterior = fit.design, fit.posterior
    is_scan = (design.rows["level"] == SCAN.name) & applies_to("ec50", design.rows)
    scans = design.rows[is_scan]
    shape = (*design.draw_shape(posterior), len(scans))
    occupancy = np.empty(shape)
    if len(scans):
        matrix = design.matrix(scans)
        without_drug, v_nd = (
            np.broadcast_to(scan_mean(NUMPY, design, posterior, matrix, value), shape) for value in (0.0, 1.0)
        )
        mean = scans["value"].to_numpy(float) - _errors(fit)[..., is_scan.to_numpy()]
        occupancy = (without_drug - mean) / (without_drug - v_nd)
    coords = {
        "chain": np.arange(shape[0]),
        "draw": np.arange(shape[1]),
        "row": [str(place) for place in scans.index],
    }
    return xr.DataArray(occupancy, dims=("chain", "draw", "row"), coords=coords, name="occupancy")


def _errors(fit: Fit) -> NDArray[np.float64]:
    """Return one measurement error per draw and row, from the noise of scans in that draw."""
    design, posterior = fit.design, fit.posterior
    rng = np.random.default_rng([int(fit.attrs["seed"]), 2])
    errors = np.zeros((*design.draw_shape(posterior), len(design.rows)))
    for level, data, predicted in likelihood.predict_levels(
        NUMPY, design, posterior, likelihood.inputs(design)
    ):
        if level is SCAN:
            replicated = level.simulate(rng, data, predicted)["value"]
            errors[..., data["rows"]] = replicated - predicted.mean
    return errors
