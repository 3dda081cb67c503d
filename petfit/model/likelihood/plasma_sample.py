"""Concentrations measured beside doses: lognormal around those that the kinetics predict.

The log of a measured concentration is normal around the log of the predicted one plus the offset of its
study, with the coefficient of variation of the assay as SD. Occupancy follows the predicted concentration.
Rows of one sample, such as several regions of a scan, share its log density equally, so that it counts once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.design import Design, Draws
from petfit.model.likelihood.base import normal
from petfit.model.likelihood.interval import log_interval
from petfit.model.linear_predictor import exposure_of_people, study_offset, true_exposure
from petfit.model.ops import NUMPY, Array, Ops

__all__ = ["has_samples", "sample_inputs", "sample_log_density", "simulated_samples"]

_FAR_BELOW = 50.0
"""The width, on the log scale, of the interval below the limit of quantification: in effect unbounded."""


def has_samples(design: Design) -> bool:
    """Return whether any concentration was measured beside a dose."""
    return "measured" in design.rows and bool(design.rows["measured"].notna().any())


def sample_inputs(design: Design) -> dict[str, NDArray[np.float64]]:
    """Return the data of the samples by name, one value for each row; those without a sample have share 0."""
    rows = design.rows
    count = rows["measured_sample"].map(rows["measured_sample"].value_counts()).to_numpy(float)
    has_sample = rows["measured"].notna().to_numpy()
    return {
        "sample.log_measured": np.log(rows["measured"].fillna(1.0).to_numpy(float)),
        "sample.share": np.where(has_sample, 1.0 / count, 0.0),
        "sample.below": rows["is_below_loq"].fillna(False).to_numpy(float),
    }


def sample_log_density(ops: Ops, design: Design, draws: Draws, numbers: Mapping[str, Array]) -> Array:
    """Return the log density of the measured concentration of each row, 0 where there is none."""
    share, measured = numbers["sample.share"], numbers["sample.log_measured"]
    log_predicted, sd = _log_predicted(ops, design, draws, numbers), _assay_sd(design)
    density = normal(ops, measured, log_predicted, sd)
    below = log_interval(ops, measured - _FAR_BELOW, measured, log_predicted, sd)
    return share * ops.where(numbers["sample.below"] > 0, below, density)


def simulated_samples(
    rng: np.random.Generator, design: Design, draws: Draws, numbers: Mapping[str, Array]
) -> pd.DataFrame:
    """Return simulated ``measured`` and ``is_below_loq`` of each row, the same for rows of one sample.

    A sample that was below its limit of quantification keeps the limit.
    """
    label, limit = design.rows["measured_sample"], design.rows["measured"].where(design.rows["is_below_loq"])
    errors = pd.Series({one: rng.standard_normal() for one in dict.fromkeys(label)})
    log_predicted = _log_predicted(NUMPY, design, draws, numbers)
    drawn = np.exp(log_predicted + _assay_sd(design) * label.map(errors))
    is_below = drawn < limit
    measured = limit.where(is_below, drawn).where(label != "")
    return pd.DataFrame({"measured": measured, "is_below_loq": is_below})


def _log_predicted(ops: Ops, design: Design, draws: Draws, numbers: Mapping[str, Array]) -> Array:
    """Return the log of the concentration that each sample is expected to have, 0 where there is none."""
    matrix = replace(design.fitted_matrix, index=numbers["index"], weight=numbers["weight"])
    if matrix.kinetics is not None and matrix.kinetics.has_delay:
        predicted = true_exposure(ops, design, draws, matrix, numbers["x"], in_plasma=True)
    else:
        predicted, _ = exposure_of_people(ops, design, draws, matrix, numbers["x"])  # as in `predict`
    has_sample = (numbers["sample.share"] > 0) & (predicted > 0)
    return ops.log(ops.where(has_sample, predicted, 1.0)) + study_offset(design, draws, matrix)


def _assay_sd(design: Design) -> float:
    assert design.spec.plasma is not None
    return math.sqrt(math.log1p(design.spec.plasma.assay_cv**2))
