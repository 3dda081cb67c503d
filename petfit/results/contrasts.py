"""Contrasts: ratios of EC50 and of doses between drugs, from the joint posterior."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.results.curve_parameters import parameter_draws
from petfit.results.quantiles import INTERVAL, PROB, equal_tailed, quantile
from petfit.results.summary import convergence, frame
from petfit.results.target_dose import dose_for_occupancy_draws

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


def contrast_draws(
    fit: Fit,
    occupancy: float | None = None,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the ratios between some drugs, or all; see `petfit.Fit.contrast_draws`."""
    draws, quantity = _compared(fit, occupancy, predict_for, drugs, at)
    dose = draws / _references(fit, draws)
    values = ratio(dose.to_numpy()[..., :, None], dose.to_numpy()[..., None, :])
    names, units = draws["drug"].to_numpy(), draws["unit"].to_numpy()
    coords = {name: draws[name].to_numpy() for name in ("chain", "draw")} | {
        "drug": names,
        "other": names,
        "unit": ("drug", units),
        "other_unit": ("other", units),
    }
    dims = ("chain", "draw", "drug", "other")
    return xr.DataArray(values, coords, dims, name="ratio", attrs={**draws.attrs, "quantity": quantity})


def contrasts(
    fit: Fit,
    occupancy: float | None = None,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
    prob: float = PROB,
    with_diagnostics: bool = True,
) -> xr.Dataset:
    """Summarise the ratios between some drugs, or all; see `petfit.Fit.contrasts`.

    R-hat and ESS, which take most of the time, are left out if `with_diagnostics` is False.
    """
    draws, quantity = _compared(fit, occupancy, predict_for, drugs, at)
    units, references = draws["unit"].to_numpy(), _references(fit, draws).to_numpy()
    scaled = draws.to_numpy() / references
    first, second = scaled[..., :, None], scaled[..., None, :]
    ratios = ratio(first, second)
    low, median, high = _quantiles(ratios, prob)
    own = np.where(units[:, None] == units, references[:, None] / references, np.nan)
    columns = {"median": median, "low": low, "high": high}
    columns |= {f"{name}_own": values * own for name, values in columns.items()}
    columns |= {
        "p_less": _share(first < second),
        "p_more": _share(first > second),
        "p_less_own": np.where(np.isnan(own), np.nan, _share(first * own < second)),
        "p_more_own": np.where(np.isnan(own), np.nan, _share(first * own > second)),
        "p_neither": _share(np.isinf(first) & np.isinf(second)),
        "p_only_drug": _share(np.isfinite(first) & np.isinf(second)),
        "p_only_other": _share(np.isinf(first) & np.isfinite(second)),
    }
    if with_diagnostics:
        columns |= convergence(1.0 / (1.0 + ratios))
    names = draws["drug"].to_numpy()
    coords = {"drug": names, "other": names, "unit": ("drug", units), "other_unit": ("other", units)}
    attrs = {**draws.attrs, "quantity": quantity, "interval": INTERVAL, "prob": prob}
    return xr.Dataset({name: (("drug", "other"), values) for name, values in columns.items()}, coords, attrs)


def _compared(
    fit: Fit, occupancy: float | None, predict_for: str, drugs: Iterable[str] | None, at: At | None
) -> tuple[xr.DataArray, str]:
    """Return draws of the compared quantity (chain, draw, drug) and its name."""
    if predict_for == "new_drug":
        raise PetfitError("new_drug: a ratio needs two drugs of the fit. Ask for a typical one.")
    if len(fit.design.drugs) < 2:
        raise PetfitError(f"a ratio needs two drugs; the fit has only {fit.design.drugs[0]}.")
    if occupancy is None:
        return parameter_draws(fit, "ec50", predict_for, drugs, at=at), "EC50"
    doses = dose_for_occupancy_draws(fit, occupancy, predict_for, drugs, at=at)
    return doses.isel(occupancy=0, drop=True), f"{fit.spec.exposure_words} for {100 * occupancy:g} %"


def _references(fit: Fit, draws: xr.DataArray) -> xr.DataArray:
    names = draws["drug"].to_numpy()
    values = [fit.design.reference_doses[str(drug)].value for drug in names]
    return xr.DataArray(values, {"drug": names}, "drug")


def _share(where: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(where.mean(axis=(0, 1)))


def _quantiles(ratios: NDArray[np.float64], prob: float) -> list[NDArray[np.float64]]:
    """Return the low end, the median and the high end; for draws without a ratio see `contrasts`."""
    low, middle, high = equal_tailed(prob)
    undefined = np.isnan(ratios)
    odd = np.cumsum(undefined.reshape(-1, *ratios.shape[2:]), axis=0).reshape(ratios.shape) % 2 == 1
    lowest, highest = np.where(undefined, 0.0, ratios), np.where(undefined, np.inf, ratios)
    halved = np.where(undefined & odd, np.inf, lowest)
    median = np.where(_share(undefined) < 0.5, quantile(halved, middle), np.nan)
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
