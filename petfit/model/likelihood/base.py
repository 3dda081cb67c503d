"""The likelihood of a level of evidence: its interface, and what levels share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.design import Design, DesignMatrix, Draws
from petfit.model.linear_predictor import residual_sd
from petfit.model.ops import Array, Ops
from petfit.model.specification.residual_noise import Residual

__all__ = [
    "Data",
    "Measured",
    "Predicted",
    "RowLikelihood",
    "measure_occupancy",
    "normal",
    "nu_of",
    "range_data",
    "simulate_means",
    "student",
]

type Data = Mapping[str, Array]
type Measured = tuple[Array, Array, float]


@dataclass(frozen=True)
class Predicted:
    """Predictions for the rows of a level: leading axes of draws, then rows.

    Parameters
    ----------
    mean : array
        Expected value, given the people of the row.
    sigma : array
        SD of one person's value around its mean (the scale of Student's t): residual noise, and the standard
        error that a row of one person has of its own.
    between : array
        Variance of occupancy between people; 0 if the model has no differences between people.
    nu : float
        Degrees of freedom of Student's t; infinite for normal noise.
    """

    mean: Array
    sigma: Array
    between: Array
    nu: float = math.inf

    @property
    def variance(self) -> Array:
        """Residual variance of one person's value."""
        return self.sigma**2 if math.isinf(self.nu) else self.sigma**2 * (self.nu / (self.nu - 2.0))

    @property
    def total_variance(self) -> Array:
        """Variance of one person's value, differences between people included."""
        return self.variance + self.between

    def standard_error(self, n: Array) -> Array:
        """Return the SD of the mean of n people around its expected value."""
        return (self.variance / n) ** 0.5


@dataclass(frozen=True)
class RowLikelihood:
    """The likelihood of the rows of one level of evidence.

    Parameters
    ----------
    name : str
        The name of the level in the column ``level``; ``range_set`` for ranges of a complete set.
    data : callable
        ``data(rows)``: the arrays that its density needs.
    measure : callable
        ``measure(ops, design, draws, matrix, occupancy)``: the expected value at an occupancy, the residual
        SD of one person, and the degrees of freedom of Student's t.
    log_density : callable
        ``log_density(ops, data, predicted)``: log density of each row, for NumPy and PyTensor.
    simulate : callable
        ``simulate(rng, data, predicted)``: replicates by column.
    """

    name: str
    data: Callable[[pd.DataFrame], Mapping[str, NDArray[np.float64] | NDArray[np.int64]]]
    measure: Callable[[Ops, Design, Draws, DesignMatrix, Array], Measured]
    log_density: Callable[[Ops, Data, Predicted], Array]
    simulate: Callable[[np.random.Generator, Data, Predicted], dict[str, NDArray[np.float64]]]


def range_data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return ``low``, ``high`` and ``n``."""
    return {name: rows[name].to_numpy(float) for name in ("low", "high", "n")}


def simulate_means(
    rng: np.random.Generator, data: Data, predicted: Predicted
) -> dict[str, NDArray[np.float64]]:
    """Return simulated means, ``value``, as they would be without a limit or an interval."""
    return {"value": np.asarray(rng.normal(predicted.mean, predicted.standard_error(data["n"])))}


def measure_occupancy(
    ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, occupancy: Array
) -> Measured:
    """Return the occupancy with the residual noise of occupancies."""
    return occupancy, residual_sd(ops, design, draws, matrix, occupancy), nu_of(design.spec.noise)


def nu_of(residual: Residual) -> float:
    """Return the degrees of freedom of a residual noise; infinite if it is normal."""
    return residual.nu if residual.family == "student" else math.inf


def student(ops: Ops, value: Array, mean: Array, scale: Array, nu: float) -> Array:
    """Return the log density of Student's t with `nu` degrees of freedom."""
    constant = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(nu * math.pi)
    return constant - ops.log(scale) - 0.5 * (nu + 1) * ops.log(1.0 + ((value - mean) / scale) ** 2 / nu)


def normal(ops: Ops, value: Array, mean: Array, sd: Array) -> Array:
    """Return the normal log density."""
    return -0.5 * ((value - mean) / sd) ** 2 - ops.log(sd) - 0.5 * math.log(2.0 * math.pi)
