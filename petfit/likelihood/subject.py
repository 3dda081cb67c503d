"""One person's occupancy: normal, or Student's t, around the curve at that person's EC50."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.likelihood.base import Data, Level, Predicted, normal, student
from petfit.ops import Array, Ops

__all__ = ["SUBJECT"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return ``value``, the occupancies."""
    return {"value": rows["value"].to_numpy(float)}


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return ``log N(value; occupancy, sigma)``, or that of Student's t."""
    if not math.isinf(predicted.nu):
        return student(ops, data["value"], predicted.occupancy, predicted.sigma, predicted.nu)
    return normal(ops, data["value"], predicted.occupancy, predicted.sigma)


def simulate(rng: np.random.Generator, _: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return replicated occupancies, ``value``."""
    if not math.isinf(predicted.nu):
        shape = np.broadcast_shapes(np.shape(predicted.occupancy), np.shape(predicted.sigma))
        residual = rng.standard_t(predicted.nu, size=shape)
        return {"value": np.asarray(predicted.occupancy + predicted.sigma * residual)}
    return {"value": np.asarray(rng.normal(predicted.occupancy, predicted.sigma))}


SUBJECT = Level("subject", data, log_density, simulate)
