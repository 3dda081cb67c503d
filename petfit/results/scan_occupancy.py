"""Occupancies of scans made from a fit, to look at; nothing is ever fitted to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.applies_to import applies_to
from petfit.model.likelihood.scan import SCAN
from petfit.model.ops import NUMPY
from petfit.results.quantiles import INTERVAL, PROB, check_prob, quantile

__all__ = ["draws", "occupancies"]


def occupancies(fit: Fit, *, prob: float = PROB) -> pd.DataFrame:
    """Summarise the occupancy of each scan under the drug, for display only.

    The model fits the scans themselves. Their occupancies are made afterwards from the baselines that it
    found, so that scans can stand beside a curve of occupancy. To fit them would count the scans twice: the
    baselines have already learned from them, and all that share a baseline share its error.

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
        (fractions, which may lie below 0 or above 1), ``interval`` and ``prob``. The interval holds the
        uncertainty of the baseline, whether a person's own or borrowed, of V_ND, and of the scan's own noise.
        Empty where no scan was fitted.

    Raises
    ------
    PetfitError
        When `prob` does not lie between 0 and 1.
    """
    found = draws(fit)
    ends = [(1 - check_prob(prob)) / 2, 0.5, (1 + prob) / 2]
    low, median, high = quantile(found, ends)
    columns = {"median": median, "low": low, "high": high, "interval": INTERVAL, "prob": prob}
    return pd.DataFrame(columns, index=pd.Index(found["row"].to_numpy().astype(object), name="row"))


def draws(fit: Fit) -> xr.DataArray:
    """Return draws of the occupancy of each scan under the drug, for display only.

    In each draw it is ``1 - (value - e - V_ND) / baseline``, with that draw's baseline and V_ND and an error
    `e` from the scan's noise in that draw.

    Parameters
    ----------
    fit : Fit
        A fit; its seed draws the errors.

    Returns
    -------
    xarray.DataArray
        Chain, draw, row: fractions.
    """
    design, posterior = fit.design, fit.posterior
    at = (design.rows["level"] == SCAN.name) & applies_to("ec50", design.rows)
    scans = design.rows[at]
    shape = (*design.draw_shape(posterior), len(scans))
    found = np.empty(shape)
    if len(scans):
        matrix = design.matrix(scans)
        without_drug, v_nd = (
            np.broadcast_to(design.scan_mean(NUMPY, posterior, matrix, occupancy), shape)
            for occupancy in (0.0, 1.0)
        )
        true = scans["value"].to_numpy(float) - _errors(fit)[..., at.to_numpy()]
        found = (without_drug - true) / (without_drug - v_nd)
    coords = {"row": [str(where) for where in scans.index]}
    return xr.DataArray(found, dims=("chain", "draw", "row"), coords=coords, name="occupancy")


def _errors(fit: Fit) -> NDArray[np.float64]:
    """Return one error of measurement for each draw and row, from the noise of scans in that draw."""
    design, posterior = fit.design, fit.posterior
    rng = np.random.default_rng([int(fit.attrs["seed"]), 2])
    found = np.zeros((*design.draw_shape(posterior), len(design.rows)))
    for level, data, predicted in likelihood.predict_levels(NUMPY, design, posterior, likelihood.inputs(design)):
        if level is SCAN:
            replicated = level.simulate(rng, data, predicted)["value"]
            found[..., data["rows"]] = replicated - predicted.mean
    return found
