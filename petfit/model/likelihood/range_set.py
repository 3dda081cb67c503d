"""The lowest and the highest of a complete set of group means, an order statistic of unlike variables.

Given the cohorts, the mean of group i is ``N(occupancy_i, se_i)`` with ``se_i = sigma_i / sqrt n_i``, as in a
range. One group is at ``low``, another at ``high``, the others between, and every such pair may be the one::

    density = sum over i != j of phi_i(low) phi_j(high) prod over k != i, j of [Phi_k(high) - Phi_k(low)]

That is the density of two numbers, whatever the size of the set. Each row of the set carries an equal share
of its logarithm: the rows add up to the set and none looks as if it told nothing. One row alone cannot be
left out; whoever compares models row by row adds up the rows of a set first.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.likelihood.base import Data, Level, Predicted, measure_occupancy, normal
from petfit.model.likelihood.interval import log_interval
from petfit.model.ops import Array, Ops

__all__ = ["RANGE_SET"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    """Return ``low``, ``high``, ``n`` and ``set`` of each row, and ``size`` and the pairs of each set.

    ``lowest`` and ``highest`` say which rows are at the two ends, sets by pairs; a set with fewer pairs than
    the largest repeats its first, and ``counts`` is 1 for a pair and 0 for a repetition.
    """
    of_row, names = pd.factorize(rows["range_set"])
    pairs = [list(permutations(np.flatnonzero(of_row == i), 2)) for i in range(len(names))]
    most = max(len(of_set) for of_set in pairs)
    padded = np.array([of_set + of_set[:1] * (most - len(of_set)) for of_set in pairs], dtype=np.int64)
    counts = [np.arange(most) < len(of_set) for of_set in pairs]
    return {
        **{name: rows[name].to_numpy(float) for name in ("low", "high", "n")},
        "set": of_row.astype(np.int64),
        "size": np.bincount(of_row).astype(float),
        "lowest": padded[..., 0],
        "highest": padded[..., 1],
        "counts": np.array(counts, dtype=float),
    }


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return each row's share of the joint log density of its set's lowest and highest mean."""
    low, high, counts, size = (data[name] for name in ("low", "high", "counts", "size"))
    mean, se = predicted.mean, _se(data, predicted)
    inside = log_interval(ops, low, high, mean, se)
    at_low = (normal(ops, low, mean, se) - inside)[..., data["lowest"]]
    at_high = (normal(ops, high, mean, se) - inside)[..., data["highest"]]
    # Every group of a set of k is the lowest of k - 1 pairs.
    all_inside = (counts * inside[..., data["lowest"]]).sum(axis=-1) / (size - 1.0)
    pairs = at_low + at_high
    largest = pairs.max(axis=-1)
    ends = largest + ops.log((counts * ops.exp(pairs - largest[..., None])).sum(axis=-1))
    return ((all_inside + ends) / size)[..., data["set"]]


def simulate(rng: np.random.Generator, data: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return replicated means, ``value``, and the ``low`` and ``high`` of each row's set."""
    value = np.asarray(rng.normal(predicted.mean, _se(data, predicted)))
    members = value[..., data["lowest"]]
    return {
        "value": value,
        "low": members.min(axis=-1)[..., data["set"]],
        "high": members.max(axis=-1)[..., data["set"]],
    }


def _se(data: Data, predicted: Predicted) -> Array:
    return (predicted.variance / data["n"]) ** 0.5


RANGE_SET = Level("range_set", data, measure_occupancy, log_density, simulate)
