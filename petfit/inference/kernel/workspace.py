"""Intermediate results of one evaluation of the log posterior."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import borrowed, inlined
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import N_DERIVATIVES, PREDICTORS, ROW, Records
from petfit.inference.kernel.row_likelihood import SET_ROW, SET_ROW_SIZE

__all__ = [
    "MAX_NODES",
    "NEGLIGIBLE",
    "N_SCANNED",
    "STEP_OF_CURVE",
    "STEP_OF_GAUSSIAN",
    "Workspace",
    "make_workspace",
    "workspace_memory",
]

N_SCANNED = 17
"""Points of the coarse scan of a person's deviation; see `petfit.inference.kernel.person_integral`."""

MAX_NODES = 2048
"""The largest number of nodes of the integral over a person's deviation."""

NEGLIGIBLE = 28.0
"""The integral ends where the log of the integrand lies this far below its maximum: a part of 1e-12."""

STEP_OF_GAUSSIAN = 0.8
"""Largest step, in SDs of a Gaussian integrand: an error of 1e-13."""

STEP_OF_CURVE = 0.25
"""Largest step in log EC50 times the Hill exponent: how sharply the curve itself bends."""


ROW_SIZE = ROW.itemsize // 8
"""The size of a row in numbers."""


PLASMA = np.dtype(
    [
        (name, float)
        for name in [
            "d_log_x",
            "d_variance",
            "log_d_elimination",
            "log_d_absorption",
            "variance_d_elimination",
            "variance_d_absorption",
        ]
    ]
)
"""Derivatives of the log posterior by the log concentration of a row and its variance between people, and of
these two by the logs of the rates of elimination and absorption."""

PLASMA_SIZE = PLASMA.itemsize // 8
"""Its size in numbers."""


class Workspace(NamedTuple):
    """Intermediate results of one evaluation.

    ``constrained`` are the parameters with priors on their natural scale, ``values`` the same with the grand
    means removed from their centres, followed by the random effects as the model adds them up. ``d_values``
    are the derivatives of the log density by ``values``; they stand in the memory of the gradient, which
    replaces them in the end. ``centres`` and ``eta`` are the centres and the linear predictors of a pattern,
    ``d_eta`` the derivatives by the latter. ``scanned``, ``information``, ``sharpest`` and ``nodes`` hold
    what `petfit.inference.kernel.person_integral` computes along a person's deviation. Where the model
    has kinetics, ``rows`` are the rows with concentrations in place of doses, ``row_words`` the same memory,
    and ``plasma`` the derivatives by and of the concentrations.
    """

    values: NDArray[np.float64]
    d_values: NDArray[np.float64]
    constrained: NDArray[np.float64]
    centres: NDArray[np.float64]
    eta: NDArray[np.float64]
    d_eta: NDArray[np.float64]
    scanned: NDArray[np.float64]
    information: NDArray[np.float64]
    sharpest: NDArray[np.float64]
    nodes: NDArray[np.float64]
    set_rows: Records
    rows: Records
    row_words: NDArray[np.float64]
    plasma: Records


@inlined
def workspace_memory(size: int, model: ModelArrays) -> NDArray[np.float64]:
    """Return the memory of the workspace of a model with so many free parameters."""
    return np.empty(_ends(size, model)[-1])


@inlined
def _ends(size: int, model: ModelArrays) -> tuple[int, ...]:
    """Return where the parts of the memory end."""
    values = size
    constrained = values + model.priors.size
    centres = constrained + len(PREDICTORS)
    eta = centres + len(PREDICTORS)
    d_eta = eta + N_DERIVATIVES
    n_scanned, n_nodes = (N_SCANNED, MAX_NODES) if model.people.size else (0, 0)
    scanned = d_eta + n_scanned
    information = scanned + n_scanned
    sharpest = information + 1
    nodes = sharpest + n_nodes
    set_rows = nodes + (model.rows.size * SET_ROW_SIZE if model.range_sets.size else 0)
    n_rows = model.kinetics.size
    rows = set_rows + n_rows * ROW_SIZE
    plasma = rows + n_rows * PLASMA_SIZE
    return (
        values,
        constrained,
        centres,
        eta,
        d_eta,
        scanned,
        information,
        sharpest,
        nodes,
        set_rows,
        rows,
        plasma,
    )


@inlined
def make_workspace(
    memory: NDArray[np.float64], gradient: NDArray[np.float64], model: ModelArrays
) -> Workspace:
    """Return the workspace as parts of one array, because allocations take time.

    Parameters
    ----------
    memory : array
        From `workspace_memory`; its caller keeps it until the workspace is no longer used.
    gradient : array
        One number for each free parameter.
    model : ModelArrays
        The model.
    """
    ends = _ends(gradient.size, model)
    memory = borrowed(memory)
    gradient[:] = 0.0
    return Workspace(
        memory[: ends[0]],
        gradient,
        memory[ends[0] : ends[1]],
        memory[ends[1] : ends[2]],
        memory[ends[2] : ends[3]],
        memory[ends[3] : ends[4]],
        memory[ends[4] : ends[5]],
        memory[ends[5] : ends[6]],
        memory[ends[6] : ends[7]],
        memory[ends[7] : ends[8]],
        memory[ends[8] : ends[9]].view(SET_ROW),
        memory[ends[9] : ends[10]].view(ROW),
        memory[ends[9] : ends[10]],
        memory[ends[10] : ends[11]].view(PLASMA),
    )
