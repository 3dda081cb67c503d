"""What the model predicts for one row, and the reverse pass to its linear predictors."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.between_person import Occupancy, occupancy_at, occupancy_gradient
from petfit.inference.kernel.emax_curve import Curve, CurveGradient
from petfit.inference.kernel.jit import inlined
from petfit.inference.kernel.records import (
    BASELINE,
    BELOW,
    EC50,
    EMAX,
    ERROR,
    FLOOR,
    HILL,
    NONDISPLACEABLE,
    OMEGA_SQUARED,
    RESIDUAL,
    SHARE,
    Record,
)
from petfit.inference.kernel.row_likelihood import SCAN, RowDensity

__all__ = ["Noise", "Parameters", "Prediction", "add_gradient", "make_noise", "predict_row"]


class Noise(NamedTuple):
    """A residual SD, its inverse and its logarithm."""

    sigma: float
    inverse_sigma: float
    log_sigma: float


class Parameters(NamedTuple):
    """Parameters that the rows of a pattern share, on their natural scale."""

    curve: Curve
    exposure_factor: float
    dose_share: float
    baseline: float
    nondisplaceable: float
    noise: Noise
    floor: float


class Prediction(NamedTuple):
    """Expected number of a row, its noise, and the intermediate results that the reverse pass needs."""

    mean: float
    noise: Noise
    between: float
    occupancy: float
    low: Occupancy
    high: Occupancy


@inlined
def predict_row(row: Record, competing: float, parameters: Parameters) -> Prediction:
    """Return the prediction for a row; see `petfit.model.likelihood.predict`."""
    curve = parameters.curve
    variance = curve.omega * curve.omega + row.exposure_sd * row.exposure_sd
    low = high = occupancy_at(row.x * parameters.exposure_factor, competing, variance, row, curve)
    occupancy, between = low.mean, low.variance
    if row.x_high != row.x:
        high = occupancy_at(row.x_high, competing, variance, row, curve)
        gap, share = high.mean - low.mean, parameters.dose_share
        occupancy += share * gap
        between += share * (high.variance - low.variance) + share * (1.0 - share) * gap * gap
    mean, noise = occupancy, parameters.noise
    if row.level == SCAN:
        mean = parameters.nondisplaceable + parameters.baseline * (1.0 - occupancy)
        noise = make_noise(_root_sum_of_squares(noise.sigma * mean, parameters.floor, row.se))
    elif parameters.floor > 0.0:
        noise = make_noise(_root_sum_of_squares(noise.sigma * (1.0 - occupancy), parameters.floor, row.se))
    elif row.se > 0.0:
        noise = make_noise(_root_sum_of_squares(noise.sigma, row.se, 0.0))
    return Prediction(mean, noise, between, occupancy, low, high)


@inlined
def make_noise(sigma: float) -> Noise:
    """Return the noise with a residual SD."""
    return Noise(sigma, 1.0 / sigma, math.log(sigma))


@inlined
def add_gradient(
    row: Record,
    competing: float,
    parameters: Parameters,
    prediction: Prediction,
    density: RowDensity,
    d_eta: NDArray[np.float64],
) -> float:
    """Add the derivatives of a row's log density to `d_eta` (reverse pass of `predict_row`).

    Returns
    -------
    float
        The derivative by what the competing ligands add to ``u``.
    """
    curve, sigma = parameters.curve, parameters.noise.sigma
    d_mean, d_sigma, d_occupancy = density.d_mean, density.d_sigma, density.d_mean
    if row.level == SCAN:
        d_proportional = density.d_sigma * sigma * prediction.mean * prediction.noise.inverse_sigma
        d_sigma = d_proportional * prediction.mean
        d_mean += d_proportional * sigma
        d_eta[NONDISPLACEABLE] += d_mean * parameters.nondisplaceable
        d_eta[BASELINE] += d_mean * parameters.baseline * (1.0 - prediction.occupancy)
        d_eta[FLOOR] += density.d_sigma * parameters.floor * prediction.noise.inverse_sigma
        d_occupancy = -d_mean * parameters.baseline
    elif parameters.floor > 0.0:
        d_proportional = (
            density.d_sigma * sigma * (1.0 - prediction.occupancy) * prediction.noise.inverse_sigma
        )
        d_sigma = d_proportional * (1.0 - prediction.occupancy)
        d_occupancy -= d_proportional * sigma
        d_eta[FLOOR] += density.d_sigma * parameters.floor * prediction.noise.inverse_sigma
    elif row.se > 0.0:
        d_sigma = density.d_sigma * sigma * prediction.noise.inverse_sigma
    d_eta[RESIDUAL] += d_sigma * sigma
    variance = curve.omega * curve.omega + row.exposure_sd * row.exposure_sd
    low, high = prediction.low, prediction.high
    d_low, d_low_variance, d_competing = d_occupancy, density.d_between, 0.0
    if row.x_high != row.x:
        share, gap = parameters.dose_share, high.mean - low.mean
        d_between_share = high.variance - low.variance + (1.0 - 2.0 * share) * gap * gap
        d_gap = 2.0 * density.d_between * share * (1.0 - share) * gap
        d_eta[SHARE] += d_occupancy * gap + density.d_between * d_between_share
        d_low, d_low_variance = d_occupancy * (1.0 - share) - d_gap, density.d_between * (1.0 - share)
        d_high, d_high_variance = d_occupancy * share + d_gap, density.d_between * share
        high_gradient = occupancy_gradient(
            high, row.x_high, competing, variance, row, curve, d_high, d_high_variance
        )
        _add_curve_gradient(high_gradient, d_eta)
        d_competing = high_gradient.competing
    x = row.x * parameters.exposure_factor
    low_gradient = occupancy_gradient(low, x, competing, variance, row, curve, d_low, d_low_variance)
    _add_curve_gradient(low_gradient, d_eta)
    d_eta[ERROR] -= low_gradient.log_ec50
    d_eta[BELOW] -= low_gradient.log_ec50
    return d_competing + low_gradient.competing


@inlined
def _add_curve_gradient(gradient: CurveGradient, d_eta: NDArray[np.float64]) -> None:
    d_eta[EC50] += gradient.log_ec50
    d_eta[EMAX] += gradient.logit_emax
    d_eta[HILL] += gradient.log_hill
    d_eta[OMEGA_SQUARED] += gradient.variance


@inlined
def _root_sum_of_squares(x: float, y: float, z: float) -> float:
    return math.sqrt(x * x + y * y + z * z)
