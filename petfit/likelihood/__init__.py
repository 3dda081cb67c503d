"""Log density and simulation of evidence, by level. A new level is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from petfit.evidence.ranges import in_complete_set
from petfit.layout import Layout, sharing
from petfit.likelihood.base import Level, Predicted
from petfit.likelihood.extremes import EXTREMES
from petfit.likelihood.group import GROUP
from petfit.likelihood.predict import predict
from petfit.likelihood.range import RANGE
from petfit.likelihood.range_set import RANGE_SET
from petfit.likelihood.subject import SUBJECT
from petfit.ops import NUMPY, Array, Ops

__all__ = ["LEVELS", "Level", "Predicted", "inputs", "log_likelihood", "predict", "simulate"]

LEVELS: dict[str, Level] = {level.name: level for level in (SUBJECT, GROUP, RANGE, EXTREMES, RANGE_SET)}


def levels_in(layout: Layout) -> list[Level]:
    """Return the levels that the fitted rows have."""
    present = set(_names(layout))
    return [level for level in LEVELS.values() if level.name in present]


def _names(layout: Layout) -> NDArray[np.str_]:
    """Return by which level's density each row counts."""
    return np.where(in_complete_set(layout.rows), RANGE_SET.name, layout.rows["level"].to_numpy(str))


def inputs(layout: Layout) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    """Return all numbers that the density takes from the rows, by name.

    ``x``, ``index`` and ``weight`` are for all rows; ``LEVEL.rows`` and ``LEVEL.NAME`` for one level's.
    """
    design = layout.design(layout.rows)
    numbers: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
        "x": layout.rows["x"].to_numpy(float),
        "x_high": layout.rows["x_high"].to_numpy(float),
        "n": sharing(layout.rows),
        "index": design.index,
        "weight": design.weight,
    }
    for name, competitor in layout.spec.competition.items():
        numbers[f"competitor.{name}"] = layout.rows[competitor.column].to_numpy(float)
    for level in levels_in(layout):
        at = _names(layout) == level.name
        numbers[f"{level.name}.rows"] = np.flatnonzero(at)
        for name, values in level.data(layout.rows[at]).items():
            numbers[f"{level.name}.{name}"] = values
    return numbers


def by_level(
    layout: Layout, predicted: Predicted, numbers: Mapping[str, Array]
) -> dict[str, tuple[dict[str, Array], Predicted]]:
    """Split data and predictions by level."""
    split = {}
    for level in levels_in(layout):
        rows = numbers[f"{level.name}.rows"]
        data = {
            name.partition(".")[2]: values
            for name, values in numbers.items()
            if name.startswith(f"{level.name}.")
        }
        sigma = predicted.sigma[..., rows] if layout.noise_varies else predicted.sigma
        between = predicted.between if np.ndim(predicted.between) == 0 else predicted.between[..., rows]
        of_level = Predicted(predicted.occupancy[..., rows], sigma, between, predicted.nu)
        split[level.name] = (data, of_level)
    return split


def log_likelihood(
    ops: Ops, layout: Layout, draws: Mapping[str, Array], numbers: Mapping[str, Array]
) -> dict[str, Array]:
    """Return the log density of each row, by level; see `predict` for the arguments."""
    split = by_level(layout, predict(ops, layout, draws, numbers), numbers)
    return {name: LEVELS[name].log_density(ops, data, of_level) for name, (data, of_level) in split.items()}


def simulate(
    rng: np.random.Generator, layout: Layout, draws: Mapping[str, Array]
) -> dict[str, NDArray[np.float64]]:
    """Return replicated numbers for every row, given draws.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    layout : Layout
        The model's.
    draws : mapping of str to array
        Scalars and effects, with any leading axes.

    Returns
    -------
    dict of str to array
        ``value`` (occupancy, or the mean of a group or range row), ``sd``, and ``low`` and ``high`` (of
        extremes, and of the whole set for rows of a complete set), NaN where the row has none: leading
        axes, then rows.
    """
    numbers = inputs(layout)
    split = by_level(layout, predict(NUMPY, layout, draws, numbers), numbers)
    shape = (*layout.leading(draws), len(layout.rows))
    found = {name: np.full(shape, np.nan) for name in ("value", "sd", "low", "high")}
    for name, (data, of_level) in split.items():
        for column, values in LEVELS[name].simulate(rng, data, of_level).items():
            found[column][..., data["rows"]] = values
    return found
