"""The lowest and the highest of a complete set of group means.

Given the cohorts, the mean of group i is ``N(occupancy_i, se_i)`` with ``se_i = sigma_i / sqrt n_i``, as for
a range. The two ends are order statistics of independent variables that are not identically distributed
(David and Nagaraja 2003, *Order Statistics*, 3rd ed.)::

    density = sum over i != j of phi_i(low) phi_j(high) prod over k != i, j of [Phi_k(high) - Phi_k(low)]

This is the density of two numbers, however many groups the set has. Each row of the set has an equal share of
its logarithm, so that the rows add up to the set. A single row cannot be left out: add up the rows of a set
before models are compared row by row.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.likelihood.base import (
    Data,
    Predicted,
    RowLikelihood,
    measure_occupancy,
    normal,
    range_data,
    simulate_means,
)
from petfit.model.likelihood.interval import log_interval
from petfit.model.ops import Array, Ops

__all__ = ["RANGE_SET"]


def data(rows: pd.DataFrame) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    """Return ``low``, ``high``, ``n`` and ``set`` of each row, and ``size`` and the pairs of each set.

    ``lowest`` and ``highest`` are the rows at the two ends: sets by pairs of rows. Sets with fewer pairs are
    padded with their first pair; ``counts`` is 1 for a pair and 0 for padding.
    """
    set_index, names = pd.factorize(rows["range_set"])
    pairs = [list(permutations(np.flatnonzero(set_index == i), 2)) for i in range(len(names))]
    n_pairs = max(len(set_pairs) for set_pairs in pairs)
    padded = np.array([set_pairs + set_pairs[:1] * (n_pairs - len(set_pairs)) for set_pairs in pairs])
    counts = [np.arange(n_pairs) < len(set_pairs) for set_pairs in pairs]
    return {
        **range_data(rows),
        "set": set_index.astype(np.int64),
        "size": np.bincount(set_index).astype(float),
        "lowest": padded[..., 0],
        "highest": padded[..., 1],
        "counts": np.array(counts, dtype=float),
    }


def log_density(ops: Ops, data: Data, predicted: Predicted) -> Array:
    """Return the joint log density of the lowest and highest mean of the set, divided among its rows."""
    low, high, counts, size = (data[name] for name in ("low", "high", "counts", "size"))
    mean, se = predicted.mean, predicted.standard_error(data["n"])
    inside = log_interval(ops, low, high, mean, se)
    at_low = (normal(ops, low, mean, se) - inside)[..., data["lowest"]]
    at_high = (normal(ops, high, mean, se) - inside)[..., data["highest"]]
    # Each of the k groups of a set is the lowest of k - 1 pairs.
    all_inside = (counts * inside[..., data["lowest"]]).sum(axis=-1) / (size - 1.0)
    pairs = at_low + at_high
    largest = pairs.max(axis=-1)
    ends = largest + ops.log((counts * ops.exp(pairs - largest[..., None])).sum(axis=-1))
    return ((all_inside + ends) / size)[..., data["set"]]


def simulate(rng: np.random.Generator, data: Data, predicted: Predicted) -> dict[str, NDArray[np.float64]]:
    """Return simulated means, ``value``, and ``low`` and ``high`` of the set of each row."""
    means = simulate_means(rng, data, predicted)
    members = means["value"][..., data["lowest"]]
    return {
        **means,
        "low": members.min(axis=-1)[..., data["set"]],
        "high": members.max(axis=-1)[..., data["set"]],
    }


RANGE_SET = RowLikelihood("range_set", data, measure_occupancy, log_density, simulate)
