"""PSIS-LOO: the expected log predictive density of each person given the others, computed by ArviZ."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit

if TYPE_CHECKING:
    import pandas as pd
    from arviz_stats import ELPDData

__all__ = ["PARETO_K_LIMIT", "log_likelihood_parts", "loo", "rows_of_part", "study_elpd"]

PARETO_K_LIMIT = 0.7
"""The largest Pareto k at which importance sampling is reliable, given 2,200 draws or more:
Vehtari et al., J Mach Learn Res 2024;25(72)."""


def log_likelihood_parts(fit: Fit) -> xr.DataArray:
    """Return the log likelihood of each part of the evidence that is left out at once.

    A part is a person or cohort: all its rows, integrated over its deviation in log EC50 and given its drawn
    deviations in kinetics. Where the table has scans or complete sets of ranges, it is a row, or all rows of
    a complete set, which share one density.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    xarray.DataArray
        ``value``: chain, draw, and ``person``, or ``row`` where each part is one row or a set; a row is named
        by its place in the table, or ``set NAME``.

    Examples
    --------
    >>> log_likelihood_parts(fit).dims
    ('chain', 'draw', 'person')
    """
    rows, density = fit.design.rows, fit.log_likelihood
    if not in_complete_set(rows).any():
        return density
    names = _part_of_row(rows)
    parts = {str(name): density[..., names == name].sum("row", skipna=False) for name in dict.fromkeys(names)}
    return xr.concat(parts.values(), xr.Variable("row", list(parts))).transpose("chain", "draw", "row")


def rows_of_part(fit: Fit, part: str) -> NDArray[np.bool_]:
    """Return which fitted rows belong to a part of `log_likelihood_parts`.

    Examples
    --------
    >>> int(rows_of_part(fit, log_likelihood_parts(fit)["person"].item(0)).sum())
    1
    """
    rows = fit.design.rows
    names = rows["person"] if fit.log_likelihood.dims[-1] == "person" else _part_of_row(rows)
    return np.asarray(names == part, bool)


def _part_of_row(rows: pd.DataFrame) -> NDArray[np.object_]:
    return np.where(in_complete_set(rows), "set " + rows["range_set"].to_numpy(object), rows.index)


def loo(fit: Fit) -> ELPDData:
    """Compute PSIS-LOO by person (or row, see `log_likelihood_parts`) with `arviz_stats.loo`.

    Parts without which the fit was repeated (`petfit.Fit.with_refits`) have the log predictive density of
    that refit instead, and a Pareto k of 0, as in `arviz_stats.reloo`.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    arviz_stats.ELPDData
        With pointwise ``elpd_i`` and ``pareto_k`` over the parts of `log_likelihood_parts`. If a draw rules
        a part out, its ``elpd_i`` is -inf and its ``pareto_k`` infinite, and the totals follow; a part
        whose density is the same in every draw has this ``elpd_i`` and a ``pareto_k`` of NaN.

    References
    ----------
    Vehtari, Gelman and Gabry, Stat Comput 2017;27:1413-1432.

    Examples
    --------
    >>> loo(fit).elpd_i.dims
    ('person',)
    """
    import arviz_stats

    parts = log_likelihood_parts(fit)
    dim = parts.dims[-1]
    values = parts.to_numpy()
    finite = np.isfinite(values).all(axis=(0, 1))
    constant = finite & (values.min(axis=(0, 1)) == values.max(axis=(0, 1)))
    regular = finite & ~constant
    groups = {
        "posterior": fit.group("posterior"),
        "log_likelihood": parts.isel({dim: regular}).to_dataset(name="value"),
    }
    # The Pareto k are returned; it is NaN where the largest weights are equal but for rounding.
    with warnings.catch_warnings(), np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        warnings.filterwarnings("ignore", "Estimated shape parameter of Pareto", UserWarning)
        warnings.filterwarnings("ignore", "The point-wise LOO is the same", UserWarning)  # of one row
        result: ELPDData = arviz_stats.loo(xr.DataTree.from_dict(groups), var_name="value", pointwise=True)
    return _with_refitted_parts(fit, result if regular.all() else _with_irregular(result, parts, regular))


def _with_irregular(result: ELPDData, parts: xr.DataArray, regular: NDArray[np.bool_]) -> ELPDData:
    """Return a result with the parts for which there is no importance sampling."""
    dim, values = parts.dims[-1], parts.to_numpy()
    constant = np.isfinite(values).all(axis=(0, 1)) & ~regular
    elpd_i = np.where(constant, values.min(axis=(0, 1)), -np.inf)
    pareto_k = np.where(constant, np.nan, np.inf)
    elpd_i[regular], pareto_k[regular] = result.elpd_i.to_numpy(), result.pareto_k.to_numpy()
    elpd = float(elpd_i.sum())
    return replace(
        result,
        elpd=elpd,
        se=_standard_error(elpd_i),
        p=result.p if np.isfinite(elpd) else np.inf,
        n_data_points=elpd_i.size,
        warning=True,
        elpd_i=xr.DataArray(elpd_i, {dim: parts[dim]}),
        pareto_k=xr.DataArray(pareto_k, {dim: parts[dim]}),
    )


def _with_refitted_parts(fit: Fit, result: ELPDData) -> ELPDData:
    """Return a result with the log predictive densities of refits that left single parts out."""
    refits = fit.refits
    if refits is None or not (left_out := refits["kind"] == "part").any():
        return result
    elpd_i, pareto_k = result.elpd_i.copy(), result.pareto_k.copy()
    dim = elpd_i.dims[0]
    for refit, elpd in refits["elpd"][left_out.to_numpy()].to_series().items():
        if np.isfinite(elpd):
            part = {dim: str(refit).removeprefix("without ")}
            elpd_i.loc[part], pareto_k.loc[part] = elpd, 0.0
    total = float(elpd_i.sum())
    return replace(
        result,
        elpd=total,
        se=_standard_error(elpd_i.to_numpy()),
        p=result.p + result.elpd - total,
        warning=bool((pareto_k > result.good_k).any()),
        elpd_i=elpd_i,
        pareto_k=pareto_k,
    )


def _standard_error(elpd_i: NDArray[np.float64]) -> float:
    """Return the standard error of a sum, as ArviZ computes it; NaN if a term is not finite."""
    return float(np.sqrt(elpd_i.size * elpd_i.var(ddof=1))) if np.isfinite(elpd_i).all() else np.nan


def study_elpd(fit: Fit) -> ELPDData | None:
    """Return the log predictive density of each study given the others, from refits.

    Parameters
    ----------
    fit : Fit
        A fit, after `petfit.Fit.refit`.

    Returns
    -------
    arviz_stats.ELPDData or None
        ``elpd_i`` over ``study``, sorted by name. None if a study was not refitted.

    Examples
    --------
    >>> study_elpd(fit) is None
    True
    """
    from arviz_stats import ELPDDataLOOKFold

    refits = fit.refits
    if refits is None or "elpd" not in refits:
        return None
    left_out = refits.isel(refit=(refits["kind"] == "study").to_numpy()).sortby("refit")
    elpd_i = left_out["elpd"].drop_vars("refit").rename(refit="study")
    if not elpd_i.size or not np.isfinite(elpd_i).all():
        return None
    return ELPDDataLOOKFold(
        elpd=float(elpd_i.sum()),
        se=_standard_error(elpd_i.to_numpy()),
        p=np.nan,
        n_samples=int(fit.log_likelihood.sizes["chain"] * fit.log_likelihood.sizes["draw"]),
        n_data_points=elpd_i.size,
        scale="log",
        warning=False,
        good_k=np.nan,
        elpd_i=elpd_i.assign_coords(study=left_out["refit"].to_numpy()),
        n_folds=elpd_i.size,
    )
