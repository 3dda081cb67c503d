"""The occupancy of one person: normal or Student's t around the curve with the EC50 of that person.

A standard error of the number itself, as from a kinetic fit, adds to the residual noise: the variance is
``sigma^2 + se^2``. Under Student's t this is the square of the scale, so that noise and error have the tails
of the t together.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.likelihood.base import Data, Predicted, RowLikelihood, measure_occupancy, normal, student
from petfit.model.ops import Array, Ops

__all__ = ["SUBJECT"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return ``value`` and its own standard error ``se``, 0 if there is none."""
    return {"value": rows["value"].to_numpy(float), "se": rows["se"].fillna(0.0).to_numpy(float)}


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the log density of ``N(mean, sigma)``, or of Student's t."""
    if not math.isinf(predicted.nu):
        return student(ops, data["value"], predicted.mean, predicted.sigma, predicted.nu)
    return normal(ops, data["value"], predicted.mean, predicted.sigma)


def simulate(rng: np.random.Generator, _: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return simulated values, ``value``."""
    if not math.isinf(predicted.nu):
        shape = np.broadcast_shapes(np.shape(predicted.mean), np.shape(predicted.sigma))
        residual = rng.standard_t(predicted.nu, size=shape)
        return {"value": np.asarray(predicted.mean + predicted.sigma * residual)}
    return {"value": np.asarray(rng.normal(predicted.mean, predicted.sigma))}


SUBJECT = RowLikelihood("subject", data, measure_occupancy, log_density, simulate)
