"""One person's occupancy: normal around the curve at that person's EC50."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.likelihood.base import Data, Level, Predicted, normal
from petfit.ops import Array, Ops

__all__ = ["SUBJECT"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return ``value``, the occupancies."""
    return {"value": rows["value"].to_numpy(float)}


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return ``log N(value; occupancy, sigma)``."""
    return normal(ops, data["value"], predicted.occupancy, predicted.sigma)


def simulate(rng: np.random.Generator, _: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return replicated occupancies, ``value``."""
    return {"value": np.asarray(rng.normal(predicted.occupancy, predicted.sigma))}


SUBJECT = Level("subject", data, log_density, simulate)
