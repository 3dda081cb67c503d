"""Contrasts: ratios of EC50 and of doses between drugs, from the joint posterior."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.results.drug_curves import CurveDraws
from petfit.results.quantiles import INTERVAL, PROB, check_prob, equal_tailed, quantile
from petfit.results.summary import convergence, frame

__all__ = ["contrast_draws", "contrasts", "pair_frame", "ratio"]


def ratio(dose: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``dose / other`` of doses that may be infinite.

    The ratio is infinite if only `dose` is, 0 if only `other` is, and NaN if both are: two doses that do not
    exist have no ratio.

    Examples
    --------
    >>> ratio(np.array([10.0, np.inf, 10.0, np.inf]), np.array([20.0, 20.0, np.inf, np.inf])).tolist()
    [0.5, inf, 0.0, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(dose / other)


def contrast_draws(curves: CurveDraws, occupancy: float | None = None) -> xr.DataArray:
    """Return draws of the ratios between drugs; see `petfit.Fit.contrast_draws`."""
    dose = _in_reference_doses(curves, occupancy)
    ratios: xr.DataArray = xr.apply_ufunc(ratio, dose, _as_other(dose))
    return ratios.rename("ratio").assign_attrs(dose.attrs)


def contrasts(
    curves: CurveDraws, occupancy: float | None = None, *, prob: float = PROB, with_diagnostics: bool = True
) -> xr.Dataset:
    """Summarise the ratios between drugs; see `petfit.Fit.contrasts`.

    R-hat and ESS, which take most of the time, are left out if `with_diagnostics` is False.
    """
    dose = _in_reference_doses(curves, occupancy)
    other, references = _as_other(dose), _references(curves, dose)
    own = (references / _as_other(references)).where(dose["unit"] == other["other_unit"])
    ratios = ratio(dose.to_numpy()[..., :, None], dose.to_numpy()[..., None, :])
    low, median, high = (xr.DataArray(values, own.coords) for values in _quantiles(ratios, prob))
    is_infinite, other_is_infinite = dose == np.inf, other == np.inf
    columns = {"median": median, "low": low, "high": high}
    columns |= {f"{name}_own": values * own for name, values in columns.items()}
    columns |= {
        "p_less": _share(dose < other),
        "p_more": _share(dose > other),
        "p_less_own": _share(dose * own < other).where(own.notnull()),
        "p_more_own": _share(dose * own > other).where(own.notnull()),
        "p_neither": _share(is_infinite & other_is_infinite),
        "p_only_drug": _share(~is_infinite & other_is_infinite),
        "p_only_other": _share(is_infinite & ~other_is_infinite),
    }
    table = xr.Dataset({name: values.variable for name, values in columns.items()}, own.coords)
    for name, values in convergence(1.0 / (1.0 + ratios)).items() if with_diagnostics else ():
        table[name] = own.dims, values
    return table.assign_attrs({**dose.attrs, "interval": INTERVAL, "prob": prob})


def _in_reference_doses(curves: CurveDraws, occupancy: float | None) -> xr.DataArray:
    """Return draws of EC50, or of the dose for an occupancy: chain, draw, drug."""
    if curves.predict_for == "new_drug":
        raise PetfitError("new_drug: a ratio needs two drugs of the fit. Ask for a typical one.")
    quantity, draws = "EC50", curves.parameter_draws("ec50")
    if occupancy is not None:
        target = check_prob(occupancy, "occupancy")
        quantity = f"{curves.design.spec.exposure_words} for {100 * target:g} %"
        draws = curves.dose_draws(target).isel(occupancy=0, drop=True)
    return (draws / _references(curves, draws)).assign_attrs({**draws.attrs, "quantity": quantity})


def _references(curves: CurveDraws, draws: xr.DataArray) -> xr.DataArray:
    values = [curves.design.reference_doses[drug].value for drug in curves.drugs]
    return xr.DataArray(values, draws["drug"].coords)


def _as_other(draws: xr.DataArray) -> xr.DataArray:
    return draws.rename(drug="other", unit="other_unit")


def _share(where: xr.DataArray) -> xr.DataArray:
    return where.mean(("chain", "draw"))


def _quantiles(ratios: NDArray[np.float64], prob: float) -> list[NDArray[np.float64]]:
    """Return the low end, the median and the high end; for draws without a ratio see `contrasts`."""
    low, middle, high = equal_tailed(prob)
    undefined = np.isnan(ratios)
    odd = np.cumsum(undefined.reshape(-1, *ratios.shape[2:]), axis=0).reshape(ratios.shape) % 2 == 1
    lowest, highest = np.where(undefined, 0.0, ratios), np.where(undefined, np.inf, ratios)
    halved = np.where(undefined & odd, np.inf, lowest)
    median = np.where(undefined.mean(axis=(0, 1)) < 0.5, quantile(halved, middle), np.nan)
    return [quantile(lowest, low), median, quantile(highest, high)]


def pair_frame(table: xr.Dataset) -> pd.DataFrame:
    """Return a table of `contrasts` as a DataFrame with each pair of drugs once.

    Examples
    --------
    >>> pair_frame(fit.contrasts())[["drug", "other"]].values.tolist()
    [['A', 'B']]
    """
    position = {name: i for i, name in enumerate(table["drug"].to_numpy())}
    flat = frame(table)
    return flat[flat["drug"].map(position) < flat["other"].map(position)].reset_index(drop=True)
