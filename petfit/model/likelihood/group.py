"""The mean of n people, and their variance where it was published.

Given the cohort, the mean is ``N(occupancy, sigma / sqrt n)``. The variance of one person's number is
``v = sigma^2 + between``, with the variance between people to first order ``slope^2 omega^2``, so that
``s^2 ~ Gamma((n-1)/2, rate (n-1)/(2v))``. With omega = 0, normal noise and one exposure this is the
likelihood of the n people, up to a constant. Under Student's t a mean is taken as normal with the variance
of the t.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.likelihood.base import Data, Level, Predicted, measure_occupancy, normal
from petfit.model.ops import Array, Ops

__all__ = ["GROUP"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return ``value``, ``n``, the ``variance`` and its ``shape``; both are 0 where it is unknown.

    A standard error stands in for a missing SD as ``se * sqrt(n)``.
    """
    n = rows["n"].to_numpy(float)
    sd = rows["sd"].fillna(rows["se"] * np.sqrt(n)).to_numpy(float)
    known = np.isfinite(sd)
    return {
        "value": rows["value"].to_numpy(float),
        "n": n,
        "variance": np.where(known, sd, 0.0) ** 2,
        "shape": np.where(known, (n - 1) / 2, 0.0),
    }


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the log density of the mean plus, where known, that of the variance."""
    mean = normal(ops, data["value"], predicted.mean, (predicted.variance / data["n"]) ** 0.5)
    known = data["shape"] > 0
    shape = ops.where(known, data["shape"], 1.0)
    variance = ops.where(known, data["variance"], 1.0)
    rate = shape / _variance(predicted)
    gamma = shape * ops.log(rate) + (shape - 1) * ops.log(variance) - rate * variance - ops.gammaln(shape)
    return mean + ops.where(known, gamma, 0.0)


def simulate(rng: np.random.Generator, data: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return replicated means, ``value``, and SDs, ``sd`` (NaN where none was published)."""
    value = rng.normal(predicted.mean, np.sqrt(predicted.variance / data["n"]))
    known = data["shape"] > 0
    shape = np.where(known, data["shape"], 1.0)
    variance = rng.gamma(shape, _variance(predicted) / shape)
    return {"value": np.asarray(value), "sd": np.where(known, np.sqrt(variance), np.nan)}


def _variance(predicted: Predicted) -> Array:
    return predicted.variance + predicted.between


GROUP = Level("group", data, measure_occupancy, log_density, simulate)
