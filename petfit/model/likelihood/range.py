"""An interval that contains the mean of n people."""

from __future__ import annotations

from petfit.model.likelihood.base import (
    Data,
    Predicted,
    RowLikelihood,
    measure_occupancy,
    range_data,
    simulate_means,
)
from petfit.model.likelihood.interval import log_interval
from petfit.model.ops import Array, Ops

__all__ = ["RANGE"]


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the log probability that the mean lies between ``low`` and ``high``."""
    se = predicted.standard_error(data["n"])
    return log_interval(ops, data["low"], data["high"], predicted.mean, se)


RANGE = RowLikelihood("range", range_data, measure_occupancy, log_density, simulate_means)
