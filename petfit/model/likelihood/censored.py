"""A number of which only a limit is known: below 10 %, above 95 %.

The likelihood is the probability that the noisy number of one person, or the mean of n people, lies below or
above the limit (Tobin 1958, *Econometrica* 26:24). The number that would have been reported has the
distribution that it has without censoring; see `petfit.model.likelihood.subject` and
`petfit.model.likelihood.group`.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.likelihood import subject
from petfit.model.likelihood.base import Data, Predicted, RowLikelihood, measure_occupancy, simulate_means
from petfit.model.ops import Array, Ops

__all__ = ["CENSORED_GROUP", "CENSORED_SUBJECT", "log_normal_cdf", "log_student_cdf"]

_ROOT2 = math.sqrt(2.0)


def subject_data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the limit ``value``, its ``side`` (1 below it, -1 above it), ``n`` and ``se``."""
    return {**group_data(rows), **subject.data(rows)}


def group_data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the limit ``value``, its ``side`` (1 below it, -1 above it) and ``n``."""
    side = np.where(rows["censored"] == "below", 1.0, -1.0)
    return {"value": rows["value"].to_numpy(float), "side": side, "n": rows["n"].to_numpy(float)}


def subject_log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the log probability that the number of a person lies beyond the limit."""
    z = data["side"] * (data["value"] - predicted.mean) / predicted.sigma
    return log_normal_cdf(ops, z) if math.isinf(predicted.nu) else log_student_cdf(ops, z, predicted.nu)


def group_log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the log probability that the mean of n people lies beyond the limit."""
    z = data["side"] * (data["value"] - predicted.mean) / predicted.standard_error(data["n"])
    return log_normal_cdf(ops, z)


def log_normal_cdf(ops: Ops, z: Array) -> Array:
    """Return ``log Phi(z)``, accurate in both tails.

    Examples
    --------
    >>> from petfit.model.ops import NUMPY
    >>> round(float(log_normal_cdf(NUMPY, -40.0)), 6)
    -804.608442
    """
    is_tail = z < 0
    below, above = ops.where(is_tail, z, -1.0), ops.where(is_tail, 1.0, z)
    tail = ops.log(0.5 * ops.erfcx(-below / _ROOT2)) - 0.5 * below * below
    return ops.where(is_tail, tail, ops.log(0.5 * (1.0 + ops.erf(above / _ROOT2))))


def log_student_cdf(ops: Ops, z: Array, nu: float) -> Array:
    """Return the log of the distribution function of Student's t, by the incomplete beta function.

    Its two forms are accurate far from 0 and near it; 0 itself, where their derivatives are 0 times infinity,
    is replaced by a tiny number.

    Examples
    --------
    >>> from petfit.model.ops import NUMPY
    >>> float(log_student_cdf(NUMPY, 0.0, 4.0)) == math.log(0.5)
    True
    """
    z = z + ops.where(z * z > 0, 0.0, 1e-150)
    is_far = z * z > 1
    far, near = ops.where(is_far, z * z, 1.0), ops.where(is_far, 1.0, z * z)
    beyond_far = ops.betainc(0.5 * nu, 0.5, nu / (nu + far))
    beyond_near = 1.0 - ops.betainc(0.5, 0.5 * nu, near / (nu + near))
    tail = 0.5 * ops.where(is_far, beyond_far, beyond_near)
    return ops.log(ops.where(z < 0, tail, 1.0 - tail))


CENSORED_SUBJECT = RowLikelihood(
    "censored_subject", subject_data, measure_occupancy, subject_log_density, subject.simulate
)
CENSORED_GROUP = RowLikelihood(
    "censored_group", group_data, measure_occupancy, group_log_density, simulate_means
)
