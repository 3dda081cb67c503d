"""The log likelihood by person, which is what leave-one-out leaves out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from petfit.inference.people import log_likelihood_by_kernel, reasons_to_sample
from petfit.inference.sample import Sampled
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.likelihood.integrated_people import (
    has_independent_people,
    log_likelihood_by_adapted_nodes,
    parts_of_likelihood,
    person_of_row,
    with_people_integrated,
)
from petfit.model.ops import NUMPY

__all__ = ["log_likelihood", "log_likelihood_without_kernel"]

_MAX_SIZE = 2**23
"""Largest number of densities to compute at once."""


def log_likelihood(design: Design, sampled: Sampled) -> xr.Dataset:
    """Return the log likelihood of each person's rows, integrated over the person's deviation.

    A person here is also a cohort. Where the table has scans or complete sets of ranges, whose rows depend on
    parameters of their own, it is the log likelihood of each row given all parameters.

    Parameters
    ----------
    design : Design
        The design of the fitted rows.
    sampled : Sampled
        The posterior draws.

    Returns
    -------
    xarray.Dataset
        ``value``: chain, draw, and ``row`` where every person has a single row, else ``person``.
    """
    if reasons_to_sample(sampled.design):
        return log_likelihood_without_kernel(design, sampled.draws)
    return _dataset(design, log_likelihood_by_kernel(sampled.design, sampled.points))


def log_likelihood_without_kernel(design: Design, draws: Mapping[str, NDArray[np.float64]]) -> xr.Dataset:
    """Return the same from draws of scalars and effects (chain, draw, then levels), for any model."""
    if any(effect.kind == "people" for effect in design.effects) and has_independent_people(design.rows):
        return _dataset(design, _integrated(design, draws))
    values = _by_row(design, draws)
    if has_independent_people(design.rows):
        person = person_of_row(design.rows)
        values = values @ (person[:, None] == np.arange(person.max() + 1)).astype(float)
    return _dataset(design, values)


def _dataset(design: Design, values: NDArray[np.float64]) -> xr.Dataset:
    """Label log likelihoods of people (or of rows, where people are not independent) as parts."""
    dim, labels = parts_of_likelihood(design.rows)
    if dim == "row" and has_independent_people(design.rows):
        values = values[..., person_of_row(design.rows)]
    coords = {"chain": np.arange(values.shape[0]), "draw": np.arange(values.shape[1]), dim: labels}
    return xr.Dataset({"value": (("chain", "draw", dim), values)}, coords)


def _by_row(design: Design, draws: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    numbers = likelihood.inputs(design)
    densities = likelihood.log_likelihood(NUMPY, design, draws, numbers)
    log_density = np.empty((*design.draw_shape(draws), len(design.rows)))
    for name, density in densities.items():
        log_density[..., numbers[f"{name}.rows"]] = density
    return log_density


def _integrated(design: Design, draws: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the log likelihood by person, integrated over the person's deviation."""
    integrated, numbers = with_people_integrated(design), likelihood.inputs(design)
    shape = design.draw_shape(draws)
    flat = {name: values.reshape(-1, *values.shape[len(shape) :]) for name, values in draws.items()}
    kinetics = integrated.fitted_matrix.kinetics
    work = 100 if kinetics is not None and kinetics.has_slow_dissociation else 1
    size = max(1, _MAX_SIZE // (100 * len(design.rows) * work))
    parts = [
        log_likelihood_by_adapted_nodes(
            integrated, {name: values[i : i + size] for name, values in flat.items()}, numbers
        )
        for i in range(0, int(np.prod(shape)), size)
    ]
    return np.concatenate(parts).reshape(*shape, -1)
