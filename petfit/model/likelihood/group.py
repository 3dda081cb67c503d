"""The mean of n people, and their SD if published.

Given the cohort, the mean is ``N(occupancy, sigma / sqrt n)``. The variance of one person's value is
``v = sigma^2 + between``, where to first order ``between = slope^2 omega^2``, and the sample variance follows
``s^2 ~ Gamma((n - 1) / 2, rate (n - 1) / (2 v))``. With omega = 0, normal noise and one exposure this equals
the likelihood of the n people up to a constant. Under Student's t the mean is taken as normal with the
variance of the t.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.likelihood.base import (
    Data,
    Predicted,
    RowLikelihood,
    measure_occupancy,
    normal,
    simulate_means,
)
from petfit.model.ops import Array, Ops

__all__ = ["GROUP"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return ``value``, ``n``, the sample ``variance`` and its ``shape``; both are 0 if it is unknown.

    A missing SD is computed from the standard error as ``se * sqrt(n)``.
    """
    n = rows["n"].to_numpy(float)
    sd = rows["sd"].fillna(rows["se"] * np.sqrt(n)).to_numpy(float)
    has_sd = np.isfinite(sd)
    return {
        "value": rows["value"].to_numpy(float),
        "n": n,
        "variance": np.where(has_sd, sd, 0.0) ** 2,
        "shape": np.where(has_sd, (n - 1) / 2, 0.0),
    }


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the log density of the mean plus that of the sample variance, if published."""
    mean = normal(ops, data["value"], predicted.mean, predicted.standard_error(data["n"]))
    has_sd = data["shape"] > 0
    shape = ops.where(has_sd, data["shape"], 1.0)
    variance = ops.where(has_sd, data["variance"], 1.0)
    rate = shape / predicted.total_variance
    gamma = shape * ops.log(rate) + (shape - 1) * ops.log(variance) - rate * variance - ops.gammaln(shape)
    return mean + ops.where(has_sd, gamma, 0.0)


def simulate(rng: np.random.Generator, data: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return simulated means, ``value``, and SDs, ``sd`` (NaN if none was published)."""
    means = simulate_means(rng, data, predicted)
    has_sd = data["shape"] > 0
    shape = np.where(has_sd, data["shape"], 1.0)
    variance = rng.gamma(shape, predicted.total_variance / shape)
    return {**means, "sd": np.where(has_sd, np.sqrt(variance), np.nan)}


GROUP = RowLikelihood("group", data, measure_occupancy, log_density, simulate)
