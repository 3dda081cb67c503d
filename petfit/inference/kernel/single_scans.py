"""People with a single scan, integrated over their deviations: the case of large tables.

The integral is that of `petfit.inference.kernel.person_integral`. Here all people of one covariate pattern
share a grid of deviations, so that what depends on the deviation alone is computed once.
"""

from __future__ import annotations

import math

from petfit.inference.kernel.jit import aside
from petfit.inference.kernel.linear_predictors import add_predictor_gradient, parameters_of
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import BELOW, EC50, EMAX, ERROR, RESIDUAL, Record
from petfit.inference.kernel.workspace import (
    MAX_NODES,
    NEGLIGIBLE,
    STEP_OF_CURVE,
    STEP_OF_GAUSSIAN,
    Workspace,
)

__all__ = ["log_likelihood_of_single_scans"]

_FARTHEST = 14
"""The end of the grid, in SDs of the deviation."""

_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)


@aside
def log_likelihood_of_single_scans(first: int, stop: int, work: Workspace, model: ModelArrays) -> float:
    """Return the integrated log likelihood of people with a single scan each and add its derivatives.

    Parameters
    ----------
    first, stop : int
        The people. Their rows have one pattern, which is simple, and weigh the deviation by 1.
    work, model
        As for the log posterior.

    Returns
    -------
    float
        NaN, and no derivatives, where the grid would need too many nodes.
    """
    pattern: Record = model.patterns[model.rows[model.people[first].first_row].pattern]
    parameters = parameters_of(pattern, work, model)
    curve, noise = parameters.curve, parameters.noise
    steepness = curve.omega * curve.emax * noise.inverse_sigma / 4.0
    step = min(STEP_OF_CURVE / curve.omega, STEP_OF_GAUSSIAN / math.sqrt(1.0 + steepness * steepness))
    if 2 * _FARTHEST / step + 2 * _FARTHEST >= MAX_NODES / 4:
        return math.nan
    stride = math.ceil(1.0 / step)
    n_nodes = 2 * _FARTHEST * stride + 1
    log_prior = work.nodes[:n_nodes]
    ratios, log_integrand = work.nodes[n_nodes : 2 * n_nodes], work.nodes[2 * n_nodes : 3 * n_nodes]
    for k in range(n_nodes):
        z = k / stride - _FARTHEST
        log_prior[k] = -0.5 * z * z
        ratios[k] = math.exp(-curve.omega * z)
    log_likelihood = d_ec50 = d_emax = d_residual = d_omega = 0.0
    for i in range(first, stop):
        row = model.rows[model.people[i].first_row]
        if row.included == 0.0:
            continue
        u, value = row.x * parameters.exposure_factor * curve.affinity, row.value
        largest = -math.inf
        for k in range(0, n_nodes, stride):
            z = (value - curve.emax * (1.0 - 1.0 / (1.0 + u * ratios[k]))) * noise.inverse_sigma
            log_integrand[k] = log_prior[k] - 0.5 * z * z
            largest = max(largest, log_integrand[k])
        low, high = 0, n_nodes - 1
        while low + stride < high and log_integrand[low + stride] < largest - NEGLIGIBLE:
            low += stride
        while high - stride > low and log_integrand[high - stride] < largest - NEGLIGIBLE:
            high -= stride
        for k in range(low, high + 1):
            z = (value - curve.emax * (1.0 - 1.0 / (1.0 + u * ratios[k]))) * noise.inverse_sigma
            log_integrand[k] = log_prior[k] - 0.5 * z * z
        for k in range(low, high + 1):
            largest = max(largest, log_integrand[k])
        total = d_ec50_row = d_emax_row = d_residual_row = d_omega_row = 0.0
        for k in range(low, high + 1):
            below = log_integrand[k] - largest
            if below > -NEGLIGIBLE:
                weight = math.exp(below)
                free = 1.0 / (1.0 + u * ratios[k])
                z = (value - curve.emax * (1.0 - free)) * noise.inverse_sigma
                d_bound = weight * z * (1.0 - free)
                total += weight
                d_emax_row += d_bound
                d_ec50_row -= d_bound * free
                d_omega_row -= d_bound * free * (k / stride - _FARTHEST)
                d_residual_row += weight * z * z
        log_likelihood += row.constant - noise.log_sigma + largest + math.log(total / stride) - _HALF_LOG_2PI
        d_ec50 += d_ec50_row / total
        d_emax += d_emax_row / total
        d_residual += d_residual_row / total - 1.0
        d_omega += d_omega_row / total
    scale = noise.inverse_sigma * curve.emax
    work.d_eta[:] = 0.0
    work.d_eta[EC50] = d_ec50 * scale
    work.d_eta[EMAX] = d_emax * scale * (1.0 - curve.emax)
    work.d_eta[RESIDUAL] = d_residual
    work.d_eta[ERROR] = work.d_eta[BELOW] = -d_ec50 * scale
    add_predictor_gradient(pattern, work, model)
    work.d_values[model.omega] += d_omega * scale
    return log_likelihood
