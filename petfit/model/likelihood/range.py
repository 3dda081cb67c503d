"""An interval that contains the mean of n people."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.likelihood.base import Data, Level, Predicted, measure_occupancy
from petfit.model.likelihood.interval import log_interval
from petfit.model.ops import Array, Ops

__all__ = ["RANGE"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return ``low``, ``high`` and ``n``."""
    return {name: rows[name].to_numpy(float) for name in ("low", "high", "n")}


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the log probability that the mean lies between ``low`` and ``high``."""
    se = (predicted.variance / data["n"]) ** 0.5
    return log_interval(ops, data["low"], data["high"], predicted.mean, se)


def simulate(rng: np.random.Generator, data: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return simulated means, ``value``; the intervals they would be reported in are unknown."""
    return {"value": np.asarray(rng.normal(predicted.mean, np.sqrt(predicted.variance / data["n"])))}


RANGE = Level("range", data, measure_occupancy, log_density, simulate)
