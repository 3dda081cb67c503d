"""The log likelihood of a row of any level, and its derivatives by the linear predictors."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import inlined, not_inlined
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import Record
from petfit.inference.kernel.row_likelihood import RowDensity, log_likelihood_of_row
from petfit.inference.kernel.row_prediction import Parameters, add_gradient, predict_row

__all__ = [
    "add_competitor_gradient",
    "add_gradient_of_any_row",
    "competing_ligands",
    "log_likelihood_of_any_row",
]


@not_inlined
def log_likelihood_of_any_row(row: Record, competing: float, parameters: Parameters) -> float:
    """Return the log likelihood of a row that is not of a complete set of ranges."""
    prediction = predict_row(row, competing, parameters)
    noise = prediction.noise
    return log_likelihood_of_row(
        row, prediction.mean, noise.sigma, noise.inverse_sigma, noise.log_sigma, prediction.between
    ).log


@not_inlined
def add_gradient_of_any_row(
    row: Record, competing: float, parameters: Parameters, weight: float, d_eta: NDArray[np.float64]
) -> tuple[float, float]:
    """Add the derivatives by the linear predictors, times `weight`, to `d_eta`.

    Returns
    -------
    tuple of float
        The log likelihood, and `weight` times its derivative by what the competing ligands add to ``u``.
    """
    prediction = predict_row(row, competing, parameters)
    noise = prediction.noise
    density = log_likelihood_of_row(
        row, prediction.mean, noise.sigma, noise.inverse_sigma, noise.log_sigma, prediction.between
    )
    weighted = RowDensity(0.0, weight * density.d_mean, weight * density.d_sigma, weight * density.d_between)
    return density.log, add_gradient(row, competing, parameters, prediction, weighted, d_eta)


@inlined
def competing_ligands(r: int, values: NDArray[np.float64], model: ModelArrays) -> float:
    """Return what the competing ligands add to ``u`` at a row."""
    total = 0.0
    n_competitors = model.competitors.size
    for j in range(n_competitors):
        total += model.competitor_exposures[r * n_competitors + j] * math.exp(-values[model.competitors[j]])
    return total


@inlined
def add_competitor_gradient(
    r: int, d_competing: float, values: NDArray[np.float64], d_values: NDArray[np.float64], model: ModelArrays
) -> None:
    """Add the derivatives by the log EC50s of competitors (reverse pass of `competing_ligands`)."""
    n_competitors = model.competitors.size
    for j in range(n_competitors):
        log_ec50 = model.competitors[j]
        exposure = model.competitor_exposures[r * n_competitors + j]
        d_values[log_ec50] -= d_competing * exposure * math.exp(-values[log_ec50])
