"""Stacking: answers under several models, as quantiles of a weighted mixture of their draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.results.quantiles import equal_tailed, quantile
from petfit.results.tested_range import relative_to_tested

__all__ = ["mixture_quantiles", "stacked_doses"]

_SHARES = ("p_reached", "p_below", "p_inside", "p_above", "p_not_reached")


def mixture_quantiles(
    draws: Sequence[NDArray[np.float64]], weights: Sequence[float], q: Sequence[float]
) -> NDArray[np.float64]:
    """Return order statistics of a mixture of draws, which may be infinite.

    Parameters
    ----------
    draws : sequence of array
        One array per model: chain, draw, then the same axes.
    weights : sequence of float
        One weight per model, shared equally by its draws; they add up to 1.
    q : sequence of float
        Probabilities.

    Returns
    -------
    array
        `q`, then the axes of the draws after the second. The model's own order statistics if it has all the
        weight.

    Examples
    --------
    >>> draws = [np.array([[1.0, 3.0]]), np.array([[np.inf, np.inf]])]
    >>> mixture_quantiles(draws, [0.5, 0.5], [0.25, 0.5, 0.75]).tolist()
    [1.0, 3.0, inf]
    """
    weighted = [(values, weight) for values, weight in zip(draws, weights, strict=True) if weight > 0]
    if len(weighted) == 1:
        return quantile(weighted[0][0], q)
    flat = [values.reshape(-1, *values.shape[2:]) for values, _ in weighted]
    shares = [
        np.full(len(values), weight / len(values)) for values, (_, weight) in zip(flat, weighted, strict=True)
    ]
    mixture, weight = np.concatenate(flat), np.concatenate(shares)
    return np.asarray(np.quantile(mixture, q, axis=0, weights=weight, method="inverted_cdf"))


def stacked_doses(
    draws: Mapping[str, xr.DataArray], tables: Mapping[str, xr.Dataset], weights: pd.Series, prob: float
) -> xr.Dataset:
    """Summarise doses under all models together.

    Parameters
    ----------
    draws : mapping of str to xarray.DataArray
        Draws of doses by model.
    tables : mapping of str to xarray.Dataset
        Their summaries, from `petfit.results.target_dose.summarise_doses`.
    weights : pandas.Series
        Stacking weights by model.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    xarray.Dataset
        The columns of `tables`: order statistics of the mixture, and weighted shares of draws, without R-hat
        and ESS. ``relative_to_tested`` is ``differs by model`` if the models have different tested exposures.
    """
    first = next(iter(tables.values()))
    values = [model_draws.to_numpy() for model_draws in draws.values()]
    model_weights = [float(weights[name]) for name in draws]
    low, median, high = mixture_quantiles(values, model_weights, equal_tailed(prob))
    stacked = first.copy(deep=True)
    for name, column in (("median", median), ("low", low), ("high", high)):
        stacked[name] = (next(iter(draws.values())).dims[2:], column)
    for name in ("r_hat", "ess_bulk", "ess_tail"):
        stacked[name] = xr.full_like(first[name], np.nan)
    weighted = {model: table for model, table in tables.items() if weights[model]}
    for name in _SHARES:
        stacked[name] = sum(weights[model] * table[name] for model, table in weighted.items())
    return _with_tested_range(stacked, list(weighted.values()))


def _with_tested_range(stacked: xr.Dataset, tables: Sequence[xr.Dataset]) -> xr.Dataset:
    limits = ["tested_low", "tested_high"]
    if all(table[limits].equals(tables[0][limits]) for table in tables):
        stacked = stacked.assign({name: tables[0][name] for name in limits})
        stacked["relative_to_tested"] = relative_to_tested(stacked)
        return stacked
    stacked = stacked.assign({name: xr.full_like(stacked[name], np.nan) for name in limits})
    stacked["relative_to_tested"] = xr.full_like(stacked["relative_to_tested"], "differs by model")
    return stacked
