"""Where the draws of a dose lie relative to the exposures that were tested."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from petfit.model.design import Design
from petfit.results.drug_curves import CurveDraws

__all__ = ["fitted_exposures", "relative_to_tested", "tested_range", "tested_ranges"]


def relative_to_tested(table: xr.Dataset) -> xr.DataArray:
    """Return the position of each median relative to the tested exposures, in words."""
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


def tested_ranges(curves: CurveDraws) -> NDArray[np.float64]:
    """Return the lowest and the highest exposure tested of each drug, under the conditions of its curve."""
    regimen = str(curves.at.get("regimen") or curves.design.usual_regimen)
    target = str(curves.at.get("target", ""))
    return np.array([tested_range(curves.design, drug, regimen, target) for drug in curves.drugs]).T


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
    exposures = fitted_exposures(design, drug, regimen, target)
    return (exposures[0], exposures[-1]) if exposures else (math.nan, math.nan)


def fitted_exposures(design: Design, drug: str, regimen: str = "", target: str = "") -> list[float]:
    """Return the exposures above 0 of the fitted rows of a drug, in ascending order; see `tested_range`.

    Examples
    --------
    >>> fitted_exposures(fit.design, "A")
    [5.0, 15.0, 60.0]
    """
    fitted = design.rows_at(target)
    fitted = fitted[(fitted["drug"] == drug) & (fitted["x"] > 0)]
    if regimen:
        fitted = fitted[fitted["regimen"] == regimen]
    return [float(exposure) for exposure in np.unique(fitted[["exposure_low", "exposure_high"]])]
