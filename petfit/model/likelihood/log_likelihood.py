"""Log likelihood of the evidence: the sum over its levels. A new level needs one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from petfit.evidence.ranges import in_complete_set
from petfit.model.design import Design, DesignMatrix, Draws, n_averaged
from petfit.model.likelihood.base import Predicted, RowLikelihood
from petfit.model.likelihood.censored import CENSORED_GROUP, CENSORED_SUBJECT
from petfit.model.likelihood.extremes import EXTREMES
from petfit.model.likelihood.group import GROUP
from petfit.model.likelihood.plasma_sample import has_samples, sample_inputs, sample_log_density
from petfit.model.likelihood.predict import predict
from petfit.model.likelihood.range import RANGE
from petfit.model.likelihood.range_set import RANGE_SET
from petfit.model.likelihood.scan import SCAN
from petfit.model.likelihood.subject import SUBJECT
from petfit.model.ops import Array, Ops

__all__ = ["LEVELS", "inputs", "levels_in", "log_likelihood", "predict_levels"]

LEVELS: dict[str, RowLikelihood] = {
    level.name: level
    for level in (SUBJECT, GROUP, RANGE, EXTREMES, RANGE_SET, SCAN, CENSORED_SUBJECT, CENSORED_GROUP)
}


def levels_in(design: Design) -> list[RowLikelihood]:
    """Return the levels in the fitted rows."""
    present = set(_level_names(design))
    return [level for level in LEVELS.values() if level.name in present]


def _level_names(design: Design) -> NDArray[np.str_]:
    """Return the name of the level whose density applies to each row."""
    names = np.where(design.rows["censored"] == "", "", "censored_") + design.rows["level"].to_numpy(str)
    return np.where(in_complete_set(design.rows), RANGE_SET.name, names)


def inputs(design: Design) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    """Return the data of the likelihood by name.

    Parameters
    ----------
    design : Design
        The design.

    Returns
    -------
    dict of str to array
        ``x``, ``x_high``, ``n``, ``index``, ``weight``, ``exposure_sd`` (of the log exposure, if any) and
        ``competitor.NAME`` have a value for each row. ``LEVEL.rows`` are the positions of the rows of a
        level, and ``LEVEL.NAME`` its data.
    """
    matrix, names = design.fitted_matrix, _level_names(design)
    numbers: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
        "x": design.rows["x"].to_numpy(float),
        "x_high": design.rows["x_high"].to_numpy(float),
        "n": n_averaged(design.rows),
        "index": matrix.index,
        "weight": matrix.weight,
    }
    if design.has_exposure_spread:
        numbers["exposure_sd"] = design.rows["exposure_spread"].to_numpy(float)
    if has_samples(design):
        numbers |= sample_inputs(design)
    for name, competitor in design.spec.competition.items():
        numbers[f"competitor.{name}"] = design.rows[competitor.column].to_numpy(float)
    for level in LEVELS.values():
        has_level = names == level.name
        if not has_level.any():
            continue
        numbers[f"{level.name}.rows"] = np.flatnonzero(has_level)
        for name, values in level.data(design.rows[has_level]).items():
            numbers[f"{level.name}.{name}"] = values
    return numbers


def predict_levels(
    ops: Ops, design: Design, draws: Draws, numbers: Mapping[str, Array]
) -> Iterator[tuple[RowLikelihood, dict[str, Array], Predicted]]:
    """Yield each level in the rows with its data and predictions; see `predict` for the arguments."""
    occupancy, between = predict(ops, design, draws, numbers)
    for level in LEVELS.values():
        if (rows := numbers.get(f"{level.name}.rows")) is None:
            continue
        data = {
            name.partition(".")[2]: values
            for name, values in numbers.items()
            if name.startswith(f"{level.name}.")
        }
        matrix = DesignMatrix(numbers["index"][:, rows], numbers["weight"][:, rows])
        mean, sigma, nu = level.measure(ops, design, draws, matrix, occupancy[..., rows])
        if "se" in data:
            sigma = (sigma**2 + data["se"] ** 2) ** 0.5
        between_people = between if np.ndim(between) == 0 else between[..., rows]
        yield level, data, Predicted(mean, sigma, between_people, nu)


def log_likelihood(ops: Ops, design: Design, draws: Draws, numbers: Mapping[str, Array]) -> dict[str, Array]:
    """Return the log likelihood of each row, by level; see `predict` for the arguments."""
    densities = {
        level.name: level.log_density(ops, data, predicted)
        for level, data, predicted in predict_levels(ops, design, draws, numbers)
    }
    if has_samples(design):
        samples = sample_log_density(ops, design, draws, numbers)
        densities = {
            name: density + samples[..., numbers[f"{name}.rows"]] for name, density in densities.items()
        }
    return densities
