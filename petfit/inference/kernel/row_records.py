"""The rows of the evidence, and the complete sets of ranges among them, as the compiled code sees them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from petfit.inference.kernel import records
from petfit.inference.kernel.prior_records import student_constant
from petfit.inference.kernel.records import Records
from petfit.model.design import Design
from petfit.model.exposures import ONE_PERSON
from petfit.model.likelihood.log_likelihood import levels_in
from petfit.model.ops import Array

__all__ = ["is_simple", "needs_variance", "range_set_records", "row_records"]


_ROW_FIELDS = {
    "value": "value",
    "se": "se",
    "side": "side",
    "n": "n",
    "low": "low",
    "high": "high",
    "shape": "gamma_shape",
    "variance": "sample_variance",
}
"""Numbers of `petfit.model.likelihood.inputs` and the fields of a row that hold them."""


def row_records(
    design: Design,
    inputs: Mapping[str, Array],
    noise: pd.DataFrame,
    left_out: NDArray[np.bool_] | None,
) -> Records:
    """Return one record for each row, in the order of the design.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    inputs : mapping of str to array
        See `petfit.model.likelihood.inputs`.
    noise : pandas.DataFrame
        See `petfit.inference.kernel.row_noise.noise_of_rows`.
    left_out : array of bool, optional
        Rows that do not contribute to the likelihood.
    """
    table = np.zeros(len(design.rows), records.ROW)
    for level in levels_in(design):
        rows = inputs[f"{level.name}.rows"]
        table["level"][rows] = records.LEVELS.index(level.name)
        for name, field in _ROW_FIELDS.items():
            if (key := f"{level.name}.{name}") in inputs:
                table[field][rows] = inputs[key]
    table["included"] = 1.0 if left_out is None else np.where(left_out, 0.0, 1.0)
    table["x"], table["x_high"] = inputs["x"], inputs["x_high"]
    table["deviation_share"] = 1.0 - 1.0 / inputs["n"]
    table["exposure_sd"] = inputs.get("exposure_sd", 0.0)
    table["nu"] = noise["nu"]
    table["unit_variance"] = np.where(np.isinf(noise["nu"]), 1.0, noise["nu"] / (noise["nu"] - 2.0))
    table["inverse_se"] = np.where(
        _has_level(table, *ONE_PERSON), 1.0, np.sqrt(table["n"] / table["unit_variance"])
    )
    table["constant"] = _row_constants(table)
    return table


def _has_level(rows: Records, *levels: str) -> NDArray[np.bool_]:
    return np.isin(rows["level"], [records.LEVELS.index(level) for level in levels])


def is_simple(rows: Records, quadrature: bool) -> NDArray[np.bool_]:
    """Return which rows are one person's number or a group mean at one known exposure, with normal noise.

    They are not censored, and have no standard error of their own.
    """
    averaged = quadrature & (rows["deviation_share"] > 0.0)
    mean_only = _has_level(rows, "subject", "group") & (rows["gamma_shape"] == 0.0) & ~averaged
    same_noise = np.isinf(rows["nu"]) & (rows["se"] == 0.0)
    return np.asarray(mean_only & same_noise & (rows["x"] == rows["x_high"]))


def needs_variance(rows: Records, quadrature: bool) -> NDArray[np.bool_]:
    """Return which rows have a density that depends on the variance between people."""
    averaged = quadrature & (rows["deviation_share"] > 0.0)
    return np.asarray((rows["gamma_shape"] > 0.0) | _has_level(rows, "extremes") | averaged)


def _row_constants(rows: Records) -> NDArray[np.float64]:
    """Return the part of each row's log density that does not depend on parameters."""
    group, extremes = _has_level(rows, "group"), _has_level(rows, "extremes")
    student = _has_level(rows, *ONE_PERSON) & np.isfinite(rows["nu"])
    constant = np.where(extremes, 0.0, -0.5 * np.log(2.0 * np.pi))
    constant[group] += np.log(rows["inverse_se"][group])
    constant[student] = [student_constant(nu) for nu in rows["nu"][student]]
    n = rows["n"][extremes]
    constant[extremes] = np.log(n * (n - 1.0))
    has_sd = rows["gamma_shape"] > 0
    shape, variance = rows["gamma_shape"][has_sd], rows["sample_variance"][has_sd]
    with np.errstate(divide="ignore"):
        constant[has_sd] += shape * np.log(shape) + (shape - 1.0) * np.log(variance) - special.gammaln(shape)
    return constant


def range_set_records(
    inputs: Mapping[str, Array], order: NDArray[np.intp]
) -> tuple[Records, NDArray[np.int64]]:
    """Return the complete sets of ranges and the sorted rows of each, one set after the other."""
    if "range_set.set" not in inputs:
        return np.zeros(0, records.RANGE_SET), np.zeros(0, np.int64)
    set_of_row = np.asarray(inputs["range_set.set"])
    _, sizes = np.unique(set_of_row, return_counts=True)
    table = np.zeros(len(sizes), records.RANGE_SET)
    table["size"], table["first"] = sizes, np.cumsum(sizes) - sizes
    by_set = np.argsort(set_of_row, kind="stable")
    return table, np.argsort(order)[inputs["range_set.rows"][by_set]].astype(np.int64)
