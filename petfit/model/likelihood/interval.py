"""The log probability that a normal variable lies in an interval, accurate in both tails."""

from __future__ import annotations

import math

from petfit.model.ops import Array, Ops

__all__ = ["log_interval"]

_ROOT2 = math.sqrt(2.0)


def log_interval(ops: Ops, low: Array, high: Array, mean: Array, sd: Array) -> Array:
    """Return ``log(Phi((high - mean) / sd) - Phi((low - mean) / sd))``.

    In standard units, the interval is mirrored if its middle is above 0. If it then contains 0, the
    probabilities on both sides of 0 are added. Otherwise it lies below 0. There, with
    ``Phi(z) = exp(-z^2/2) erfcx(-z/sqrt 2) / 2``, the larger of the two terms is factored out, and the
    difference of their logarithms is computed from the width of the interval. Neither far tails nor narrow
    intervals cancel.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    low, high : array
        Ends of the interval, ``low < high``.
    mean, sd : array
        Mean and SD of the normal variable.

    Returns
    -------
    array
        Log probability.

    Examples
    --------
    >>> from petfit.model.ops import NUMPY
    >>> round(float(log_interval(NUMPY, 40.0, 41.0, 0.0, 1.0)), 6)
    -804.608442
    """
    width = (high - low) / sd
    middle = (0.5 * (low + high) - mean) / sd
    middle = ops.where(middle > 0, -middle, middle)
    upper = middle + 0.5 * width
    contains_zero = upper > 0

    near = ops.where(contains_zero, upper, 1.0)
    far = ops.where(contains_zero, 0.5 * width - middle, 1.0)
    around_zero = ops.log(0.5 * (ops.erf(near / _ROOT2) + ops.erf(far / _ROOT2)))

    below = ops.where(contains_zero, -1.0, upper)
    lower = below - width
    log_tail = ops.log(0.5 * ops.erfcx(-below / _ROOT2)) - 0.5 * below * below
    gap = -width * (below - 0.5 * width) + (
        ops.log(ops.erfcx(-below / _ROOT2)) - ops.log(ops.erfcx(-lower / _ROOT2))
    )
    in_tail = log_tail + ops.log(-ops.expm1(-gap))
    return ops.where(contains_zero, around_zero, in_tail)
