"""Posterior and prior predictive draws: replicates of every row of the evidence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from petfit.model.design import Design
from petfit.model.likelihood.log_likelihood import inputs, predict_levels
from petfit.model.ops import NUMPY, Array

__all__ = ["predictive_draws"]


def predictive_draws(
    rng: np.random.Generator, design: Design, draws: Mapping[str, Array]
) -> dict[str, NDArray[np.float64]]:
    """Return posterior or prior predictive draws of every row.

    Parameters
    ----------
    rng : numpy.random.Generator
        Random number generator.
    design : Design
        The design.
    draws : mapping of str to array
        Scalars and effects, with any leading axes.

    Returns
    -------
    dict of str to array
        ``value`` (occupancy of a person, mean of a group, or BP_ND or V_T of a scan), ``sd`` of a group, and
        ``low`` and ``high`` of extremes and of the set of a row in a complete set. Values that a row does
        not have are NaN. Axes are the leading axes of `draws`, then rows.
    """
    numbers = inputs(design)
    shape = (*design.draw_shape(draws), len(design.rows))
    replicates = {name: np.broadcast_to(np.nan, shape) for name in ("value", "sd", "low", "high")}
    for chain in np.ndindex(shape[:-2]):  # one after the other, since predictions take much memory
        of_chain = {name: values[chain] for name, values in draws.items()}
        for level, data, predicted in predict_levels(NUMPY, design, of_chain, numbers):
            for column, values in level.simulate(rng, data, predicted).items():
                if not replicates[column].flags.writeable:
                    replicates[column] = np.full(shape, np.nan)
                replicates[column][chain][..., data["rows"]] = values
    return replicates
