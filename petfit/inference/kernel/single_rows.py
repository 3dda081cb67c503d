"""People with a single row, integrated over their deviations: the case of large tables.

The integral is that of `petfit.inference.kernel.person_integral`. All people of a covariate pattern share a
grid of deviations, and those with the same exposure the curve along it. Where a person's integral ends
follows from the residual ``r`` at the deviation 0, in residual SDs: the log of the integrand is ``-r^2 / 2``
there and at most ``-z^2 / 2`` at a deviation ``z``, which therefore is negligible where ``z^2`` exceeds
``r^2`` by twice `NEGLIGIBLE`. On the side where the residual grows, it is where ``z^2`` exceeds that alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import copied, not_inlined, vectorised
from petfit.inference.kernel.linear_predictors import add_predictor_gradient, parameters_of
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.person_integral import Expectations, log_likelihood_of_person
from petfit.inference.kernel.records import BELOW, EC50, EMAX, ERROR, RESIDUAL, Record
from petfit.inference.kernel.row_prediction import Parameters
from petfit.inference.kernel.vector_exp import exp_of_negative
from petfit.inference.kernel.workspace import (
    MAX_GRID_NODES,
    NEGLIGIBLE,
    STEP_OF_CURVE,
    STEP_OF_GAUSSIAN,
    Workspace,
)

__all__ = ["log_likelihood_of_single_rows"]

_FARTHEST = 14.0
"""The end of the grid, in SDs of the deviation. People whose integral reaches farther are few; they are left
to `petfit.inference.kernel.person_integral`."""

_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)


class Grid(NamedTuple):
    """Equally spaced deviations, in SDs, and what is known along them.

    ``reach`` is the largest deviation, at ``centre`` it is 0. ``affinity`` is ``exp(-omega z)`` at the
    deviation ``z``, and ``bound`` the occupancy over Emax of people at one exposure.
    """

    reach: float
    step: float
    centre: int
    deviation: NDArray[np.float64]
    log_prior: NDArray[np.float64]
    affinity: NDArray[np.float64]
    bound: NDArray[np.float64]
    log_integrand: NDArray[np.float64]


class Integral(NamedTuple):
    """The logarithm of a person's integral, and the means over the deviation given the person's row."""

    log: float
    means: Expectations


@copied
def log_likelihood_of_single_rows(first: int, stop: int, work: Workspace, model: ModelArrays) -> float:
    """Return the integrated log likelihood of people with a single row each and add its derivatives.

    Parameters
    ----------
    first, stop : int
        The people, in the order of their exposures. Their rows have one pattern, which is simple, and weigh
        the deviation by 1.
    work, model
        As for the log posterior.
    """
    pattern: Record = model.patterns[model.rows[model.people[first].first_row].pattern]
    parameters = parameters_of(pattern, work, model)
    emax, noise = parameters.curve.emax, parameters.noise
    grid = _make_grid(parameters, work.grid)
    near, exposure = math.sqrt(2.0 * NEGLIGIBLE), math.nan
    log_likelihood = d_emax = d_log_ec50 = d_omega = d_residual = 0.0
    for i in range(first, stop):
        row = model.rows[model.people[i].first_row]
        if row.included == 0.0:
            continue
        if row.x != exposure:
            exposure = row.x
            _fill_in_curve(row.x * parameters.exposure_factor * parameters.curve.affinity, grid)
        residual = (row.value - emax * grid.bound[grid.centre]) * noise.inverse_sigma
        far = math.sqrt(2.0 * NEGLIGIBLE + residual * residual)
        if far > grid.reach:
            log_likelihood += log_likelihood_of_person(model.people[i], work, model)
            continue
        below, above = (far, near) if residual > 0.0 else (near, far)
        low, high = grid.centre - int(below / grid.step), grid.centre + int(above / grid.step)
        integral = _integrate(row.value, emax, noise.inverse_sigma, low, high + 1, grid)
        log_likelihood += integral.log + row.constant - noise.log_sigma
        d_emax += integral.means.by_emax
        d_log_ec50 -= integral.means.by_log_ec50
        d_omega -= integral.means.by_omega
        d_residual += integral.means.by_sigma - 1.0
    scale = noise.inverse_sigma * emax
    work.d_eta[:] = 0.0
    work.d_eta[EC50] = d_log_ec50 * scale
    work.d_eta[EMAX] = d_emax * scale * (1.0 - emax)
    work.d_eta[RESIDUAL] = d_residual
    work.d_eta[ERROR] = work.d_eta[BELOW] = -d_log_ec50 * scale
    add_predictor_gradient(pattern, work, model)
    work.d_values[model.omega] += d_omega * scale
    return log_likelihood


@not_inlined
def _make_grid(parameters: Parameters, memory: NDArray[np.float64]) -> Grid:
    """Return a grid for the people of a pattern, without a curve; with one node if it needs too many."""
    curve = parameters.curve
    steepness = curve.omega * curve.emax * parameters.noise.inverse_sigma / 4.0
    step = min(STEP_OF_CURVE / curve.omega, STEP_OF_GAUSSIAN / math.sqrt(1.0 + steepness * steepness))
    n_beyond_centre = int(_FARTHEST / step) if _FARTHEST / step < MAX_GRID_NODES // 2 else 0
    n_nodes = 2 * n_beyond_centre + 1
    deviation, log_prior = memory[:n_nodes], memory[n_nodes : 2 * n_nodes]
    affinity, bound = memory[2 * n_nodes : 3 * n_nodes], memory[3 * n_nodes : 4 * n_nodes]
    for k in range(n_nodes):
        z = (k - n_beyond_centre) * step
        deviation[k] = z
        log_prior[k] = -0.5 * z * z
        affinity[k] = math.exp(-curve.omega * z)
    reach = n_beyond_centre * step
    return Grid(
        reach,
        step,
        n_beyond_centre,
        deviation,
        log_prior,
        affinity,
        bound,
        memory[4 * n_nodes : 5 * n_nodes],
    )


@vectorised
def _fill_in_curve(u: float, grid: Grid) -> None:
    """Fill in the bound fraction at an exposure over EC50."""
    for k in range(grid.bound.size):
        grid.bound[k] = 1.0 - 1.0 / (1.0 + u * grid.affinity[k])


@vectorised
def _integrate(
    value: float, emax: float, inverse_sigma: float, first: int, stop: int, grid: Grid
) -> Integral:
    """Return the integral of a person's row over some nodes of the grid."""
    largest = -1e300
    for k in range(first, stop):
        residual = (value - emax * grid.bound[k]) * inverse_sigma
        grid.log_integrand[k] = grid.log_prior[k] - 0.5 * residual * residual
        largest = max(largest, grid.log_integrand[k])
    total = by_emax = by_log_ec50 = by_omega = by_sigma = 0.0
    for k in range(first, stop):
        weight = exp_of_negative(grid.log_integrand[k] - largest)
        bound = grid.bound[k]
        residual = (value - emax * bound) * inverse_sigma
        slope = weight * residual * bound
        total += weight
        by_emax += slope
        by_log_ec50 += slope * (1.0 - bound)
        by_omega += slope * (1.0 - bound) * grid.deviation[k]
        by_sigma += weight * residual * residual
    log = largest + math.log(total * grid.step) - _HALF_LOG_2PI
    return Integral(
        log, Expectations(by_emax / total, by_log_ec50 / total, by_omega / total, by_sigma / total)
    )
