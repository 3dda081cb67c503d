"""The lowest and the highest value of n people.

Their joint density is that of two order statistics (David and Nagaraja 2003, *Order Statistics*, 3rd ed.) of
n independent people, each ``N(occupancy, v)`` with ``v = sigma^2 + between``. As ``v`` includes the
differences between people, the row has no cohort deviation, which would count them twice: its weight in the
design matrix is 0. People are taken as normal: under Student's t with the variance of the t, and under
differences in EC50 with the mean and variance of their occupancies. Heavier or skewed tails are ignored.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from petfit.model.likelihood.base import Data, Predicted, RowLikelihood, measure_occupancy, normal, range_data
from petfit.model.likelihood.interval import log_interval
from petfit.model.ops import Array, Ops

__all__ = ["EXTREMES"]


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the joint log density of the lowest and the highest value.

    ``log[n (n - 1) phi(low) phi(high) (Phi(high) - Phi(low))^(n - 2)]``: one of n people is at ``low``,
    another at ``high``, and the other n - 2 lie between.
    """
    low, high, n = data["low"], data["high"], data["n"]
    mean, sd = predicted.mean, predicted.total_variance**0.5
    ends = normal(ops, low, mean, sd) + normal(ops, high, mean, sd)
    return ops.log(n * (n - 1.0)) + ends + (n - 2.0) * log_interval(ops, low, high, mean, sd)


def simulate(rng: np.random.Generator, data: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return ``low`` and ``high`` of n simulated people."""
    mean = np.asarray(predicted.mean)
    sd = np.broadcast_to(predicted.total_variance**0.5, mean.shape)
    low, high = np.empty(mean.shape), np.empty(mean.shape)
    for i, n in enumerate(data["n"]):
        size = (*mean.shape[:-1], int(n))
        people = rng.normal(mean[..., i, None], sd[..., i, None], size)
        low[..., i], high[..., i] = people.min(axis=-1), people.max(axis=-1)
    return {"low": low, "high": high}


EXTREMES = RowLikelihood("extremes", range_data, measure_occupancy, log_density, simulate)
