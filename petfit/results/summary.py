"""Summaries of draws: order statistics and diagnostics, as tables and rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.results.quantiles import INTERVAL, PROB, equal_tailed, quantile

__all__ = ["convergence", "frame", "inverse_dose", "of_varying", "rows", "summarise"]


def summarise(draws: xr.DataArray, prob: float = PROB, *, with_diagnostics: bool = True) -> xr.Dataset:
    """Summarise draws by order statistics, with R-hat and ESS.

    Parameters
    ----------
    draws : xarray.DataArray
        Chain, draw, then labelled dimensions; named.
    prob : float
        Probability of the equal-tailed interval.
    with_diagnostics : bool
        Whether to add R-hat and ESS, which take most of the time.

    Returns
    -------
    xarray.Dataset
        ``median``, ``low``, ``high``, ``r_hat``, ``ess_bulk``, ``ess_tail``; also ``mean`` and ``sd``, unless
        the draws are doses, which may be infinite. R-hat and ESS of a dose are those of its inverse. The
        attributes hold the interval, its probability and the conditions of the answer.

    Examples
    --------
    >>> draws = xr.DataArray([[1.0, 2.0, np.inf]], dims=("chain", "draw"), name="dose")
    >>> summarise(draws, with_diagnostics=False)["high"].item()
    inf
    """
    low, median, high = quantile(draws, equal_tailed(prob))
    values, is_dose = draws.to_numpy(), draws.name == "dose"
    columns: dict[str, NDArray[np.float64]] = {"median": median, "low": low, "high": high}
    if not is_dose:
        columns |= {"mean": values.mean(axis=(0, 1)), "sd": values.std(axis=(0, 1), ddof=1)}
    if with_diagnostics:
        columns |= convergence(inverse_dose(values) if is_dose else values)
    labels = {name: label for name, label in draws.coords.items() if name not in ("chain", "draw")}
    table = xr.Dataset({name: (draws.dims[2:], value) for name, value in columns.items()}, labels)
    return table.assign_attrs({**draws.attrs, "interval": INTERVAL, "prob": prob})


def convergence(draws: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return rank-normalised R-hat, bulk and tail ESS, computed by ArviZ.

    Parameters
    ----------
    draws : array
        Chain, draw, then any axes.

    Returns
    -------
    dict of str to array
        ``r_hat``, ``ess_bulk`` and ``ess_tail`` (of the 2.5 and 97.5 % points, the ends of the default
        interval). NaN for draws that are constant or not finite.

    References
    ----------
    Vehtari et al., Bayesian Analysis 2021;16:667-718.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=(4, 500))
    >>> bool(convergence(draws)["r_hat"] < 1.01)
    True
    """
    from arviz_stats import ess, rhat

    tails = ((1 - PROB) / 2, (1 + PROB) / 2)
    return {
        "r_hat": of_varying(draws, rhat),
        "ess_bulk": of_varying(draws, partial(ess, method="bulk")),
        "ess_tail": of_varying(draws, partial(ess, method="tail", prob=tails)),
    }


def of_varying(
    draws: NDArray[np.float64], diagnose: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return a diagnostic of draws (chain, draw, then any axes), NaN where they never vary or are infinite.

    Examples
    --------
    >>> of_varying(np.array([[[1.0, 1.0], [1.0, 3.0]]]), lambda draws: draws.mean(axis=(0, 1))).tolist()
    [nan, 2.0]
    """
    flat = draws.reshape(*draws.shape[:2], -1)
    varies = np.isfinite(flat).all(axis=(0, 1)) & (flat.min(axis=(0, 1)) < flat.max(axis=(0, 1)))
    values = np.full(flat.shape[2], np.nan)
    if varies.any():
        values[varies] = diagnose(flat[..., varies])
    return values.reshape(draws.shape[2:])


def inverse_dose(doses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``1 / dose``, or ``1 / (1 + dose)`` if a dose is 0 because competitors suffice.

    Examples
    --------
    >>> inverse_dose(np.array([2.0, np.inf])).tolist()
    [0.5, 0.0]
    """
    return 1.0 / (doses + float((doses == 0).any()))


_CARRIED = (
    "quantity",
    "given_drug",
    "given_unit",
    "window_low",
    "window_high",
    "schedule",
    "above",
    "interval",
    "prob",
    "predict_for",
    "at",
    "scan_times",
)
"""The attributes that become columns."""


def frame(table: xr.Dataset) -> pd.DataFrame:
    """Return a table as a DataFrame: one row per drug (and occupancy or dose), attributes as columns.

    Examples
    --------
    >>> frame(fit.ec50())["drug"].tolist()
    ['A', 'B']
    """
    first = next(iter(table.data_vars.values()))
    flat = table.to_dataframe(dim_order=list(first.dims)).reset_index()
    for name in _CARRIED:
        if name in table.attrs:
            flat[name] = table.attrs[name]
    return flat


def rows(table: xr.Dataset) -> list[Any]:
    """Return the rows of `frame` as named tuples.

    Examples
    --------
    >>> rows(fit.ec50())[0].drug
    'A'
    """
    return list(frame(table).itertuples(index=False))
