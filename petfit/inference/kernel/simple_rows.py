"""Rows that are one person's number or a group mean on an Emax curve with normal noise: most rows.

The formulas are those of `petfit.inference.kernel.row_prediction` and
`petfit.inference.kernel.row_likelihood` without their special cases, which makes them three to seven times as
fast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import copied
from petfit.inference.kernel.records import BELOW, EC50, EMAX, ERROR, RESIDUAL, Records
from petfit.inference.kernel.row_prediction import Parameters

__all__ = ["log_likelihood_of_simple_rows"]


@copied
def log_likelihood_of_simple_rows(rows: Records, parameters: Parameters, d_eta: NDArray[np.float64]) -> float:
    """Return the log likelihood of the rows of a pattern and add its derivatives to `d_eta`."""
    affinity, emax = parameters.exposure_factor * parameters.curve.affinity, parameters.curve.emax
    noise = parameters.noise
    log_likelihood = d_ec50 = d_emax = d_residual = 0.0
    for r in range(rows.size):
        row = rows[r]
        if row.included == 0.0:
            continue
        u = row.x * affinity
        free = 1.0 / (1.0 + u)
        bound = u * free if u < 1.0 else 1.0 - free
        inverse_se = noise.inverse_sigma * row.inverse_se
        z = (row.value - emax * bound) * inverse_se
        d_emax_row = z * inverse_se * bound
        log_likelihood += row.constant - 0.5 * z * z - noise.log_sigma
        d_ec50 -= d_emax_row * free
        d_emax += d_emax_row
        d_residual += z * z - 1.0
    d_eta[EC50] += d_ec50 * emax
    d_eta[EMAX] += d_emax * emax * (1.0 - emax)
    d_eta[RESIDUAL] += d_residual
    d_eta[ERROR] -= d_ec50 * emax
    d_eta[BELOW] -= d_ec50 * emax
    return log_likelihood
