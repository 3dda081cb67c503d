"""Log density and simulation of evidence, by level. A new level is one file and one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from petfit.evidence.ranges import in_complete_set
from petfit.layout import Design, Draws, Layout, sharing
from petfit.likelihood.base import Level, Predicted
from petfit.likelihood.extremes import EXTREMES
from petfit.likelihood.group import GROUP
from petfit.likelihood.predict import predict
from petfit.likelihood.range import RANGE
from petfit.likelihood.range_set import RANGE_SET
from petfit.likelihood.scan import SCAN
from petfit.likelihood.subject import SUBJECT
from petfit.ops import NUMPY, Array, Ops

__all__ = ["LEVELS", "Level", "Predicted", "by_level", "inputs", "log_likelihood", "predict", "simulate"]

LEVELS: dict[str, Level] = {level.name: level for level in (SUBJECT, GROUP, RANGE, EXTREMES, RANGE_SET, SCAN)}


def levels_in(layout: Layout) -> list[Level]:
    """Return the levels that the fitted rows have."""
    present = set(_names(layout))
    return [level for level in LEVELS.values() if level.name in present]


def _names(layout: Layout) -> NDArray[np.str_]:
    """Return by which level's density each row counts."""
    return np.where(in_complete_set(layout.rows), RANGE_SET.name, layout.rows["level"].to_numpy(str))


def inputs(layout: Layout) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    """Return all numbers that the density takes from the rows, by name.

    ``x``, ``n``, ``spread``, ``index`` and ``weight`` are for all rows; ``LEVEL.rows`` and ``LEVEL.NAME``
    for one level's.
    """
    design, names = layout.fitted, _names(layout)
    numbers: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
        "x": layout.rows["x"].to_numpy(float),
        "x_high": layout.rows["x_high"].to_numpy(float),
        "n": sharing(layout.rows),
        "index": design.index,
        "weight": design.weight,
    }
    if layout.spreads:
        numbers["spread"] = layout.rows["exposure_spread"].to_numpy(float)
    for name, competitor in layout.spec.competition.items():
        numbers[f"competitor.{name}"] = layout.rows[competitor.column].to_numpy(float)
    for level in levels_in(layout):
        at = names == level.name
        numbers[f"{level.name}.rows"] = np.flatnonzero(at)
        for name, values in level.data(layout.rows[at]).items():
            numbers[f"{level.name}.{name}"] = values
    return numbers


def by_level(
    ops: Ops, layout: Layout, draws: Draws, numbers: Mapping[str, Array]
) -> Iterator[tuple[Level, dict[str, Array], Predicted]]:
    """Yield each level that the rows have, with its data and what the model says of them."""
    occupancy, between = predict(ops, layout, draws, numbers)
    for level in levels_in(layout):
        rows = numbers[f"{level.name}.rows"]
        data = {
            name.partition(".")[2]: values
            for name, values in numbers.items()
            if name.startswith(f"{level.name}.")
        }
        design = Design(numbers["index"][:, rows], numbers["weight"][:, rows])
        mean, sigma, nu = level.measure(ops, layout, draws, design, occupancy[..., rows])
        spread = between if np.ndim(between) == 0 else between[..., rows]
        yield level, data, Predicted(mean, sigma, spread, nu)


def log_likelihood(ops: Ops, layout: Layout, draws: Draws, numbers: Mapping[str, Array]) -> dict[str, Array]:
    """Return the log density of each row, by level; see `predict` for the arguments."""
    return {
        level.name: level.log_density(ops, data, predicted)
        for level, data, predicted in by_level(ops, layout, draws, numbers)
    }


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
        ``value`` (occupancy, the mean of a group or range row, or BP_ND or V_T of a scan), ``sd``, and
        ``low`` and ``high`` (of extremes, and of the whole set for rows of a complete set), NaN where the
        row has none: leading axes, then rows.
    """
    numbers = inputs(layout)
    shape = (*layout.leading(draws), len(layout.rows))
    found = {name: np.full(shape, np.nan) for name in ("value", "sd", "low", "high")}
    for level, data, predicted in by_level(NUMPY, layout, draws, numbers):
        for column, values in level.simulate(rng, data, predicted).items():
            found[column][..., data["rows"]] = values
    return found
