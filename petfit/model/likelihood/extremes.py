"""The lowest and the highest of n people, an order statistic.

The people are exchangeable, each ``N(occupancy, v)`` with ``v = sigma^2 + between``: their residuals and the
differences between them are both inside ``v``, so that the row does not share its cohort's deviation besides
(its weight in the design is 0), which would count the same differences twice. People are taken as normal:
under Student's t with the variance of the t, as in a group, and where people differ with the first two
moments of their occupancy. Tails that are heavier, or skewed by the bend of the curve, are not seen.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.likelihood.base import Data, Level, Predicted, measure_occupancy, normal
from petfit.model.likelihood.interval import log_interval
from petfit.model.ops import Array, Ops

__all__ = ["EXTREMES"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return ``low``, ``high`` and ``n``."""
    return {name: rows[name].to_numpy(float) for name in ("low", "high", "n")}


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the joint log density of the lowest and the highest.

    One of n people is at ``low``, one of the others at ``high``, and n - 2 lie between.
    """
    low, high, n = data["low"], data["high"], data["n"]
    mean, sd = predicted.mean, _sd(predicted)
    ends = normal(ops, low, mean, sd) + normal(ops, high, mean, sd)
    return ops.log(n * (n - 1.0)) + ends + (n - 2.0) * log_interval(ops, low, high, mean, sd)


def simulate(rng: np.random.Generator, data: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return the ``low`` and ``high`` of n replicated people."""
    mean = np.asarray(predicted.mean)
    sd = np.broadcast_to(_sd(predicted), mean.shape)
    low, high = np.empty(mean.shape), np.empty(mean.shape)
    for i, n in enumerate(data["n"]):
        size = (*mean.shape[:-1], int(n))
        people = rng.normal(mean[..., i, None], sd[..., i, None], size)
        low[..., i], high[..., i] = people.min(axis=-1), people.max(axis=-1)
    return {"low": low, "high": high}


def _sd(predicted: Predicted) -> Array:
    return (predicted.variance + predicted.between) ** 0.5


EXTREMES = Level("extremes", data, measure_occupancy, log_density, simulate)
