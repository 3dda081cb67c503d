"""Intermediate results of one evaluation of the log posterior."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.jit import inlined
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import N_DERIVATIVES, PLASMA, PREDICTORS, ROW, SET_ROW, Records
from petfit.inference.kernel.uncounted_array import uncounted

__all__ = [
    "MAX_GRID_NODES",
    "MAX_NODES",
    "NEGLIGIBLE",
    "N_SEARCHED",
    "STEP_OF_CURVE",
    "STEP_OF_GAUSSIAN",
    "Workspace",
    "make_workspace",
    "workspace_memory",
]

N_SEARCHED = 17
"""Points of the coarse search of a person's deviation; see `petfit.inference.kernel.person_integral`."""

MAX_NODES = 2048
"""The largest number of nodes of the integral over a person's deviation."""

MAX_GRID_NODES = 512
"""The largest number of nodes of the grid of `petfit.inference.kernel.single_rows`."""

NEGLIGIBLE = 28.0
"""The integral ends where the log of the integrand lies this far below its maximum: a part of 1e-12."""

STEP_OF_GAUSSIAN = 0.8
"""Largest step, in SDs of a Gaussian integrand: an error of 1e-13."""

STEP_OF_CURVE = 0.25
"""Largest step in log EC50 times the Hill exponent: how sharply the curve itself bends."""


ROW_SIZE, PLASMA_SIZE, SET_ROW_SIZE = (record.itemsize // 8 for record in (ROW, PLASMA, SET_ROW))
"""In numbers."""


class Workspace(NamedTuple):
    """Intermediate results of one evaluation.

    ``constrained`` are the parameters with priors on their natural scale, ``values`` the same with the grand
    means removed from their centres, followed by the random effects as the model adds them up. ``d_values``
    are the derivatives of the log density by ``values``; they stand in the memory of the gradient, which
    replaces them in the end. ``centres`` and ``eta`` are the centres and the linear predictors of a pattern,
    ``d_eta`` the derivatives by the latter. ``searched``, ``information``, ``sharpest``, ``nodes`` and
    ``along_nodes`` hold what `petfit.inference.kernel.person_integral` computes along a person's deviation,
    ``grid`` what `petfit.inference.kernel.single_rows` does. Where the model has kinetics, ``rows`` are the
    rows with concentrations in place of doses, ``row_words`` the same memory, and ``plasma`` the derivatives
    by and of the concentrations.
    """

    values: NDArray[np.float64]
    d_values: NDArray[np.float64]
    constrained: NDArray[np.float64]
    centres: NDArray[np.float64]
    eta: NDArray[np.float64]
    d_eta: NDArray[np.float64]
    searched: NDArray[np.float64]
    information: NDArray[np.float64]
    sharpest: NDArray[np.float64]
    nodes: NDArray[np.float64]
    along_nodes: NDArray[np.float64]
    grid: NDArray[np.float64]
    set_rows: Records
    rows: Records
    row_words: NDArray[np.float64]
    plasma: Records


class Ends(NamedTuple):
    """Where the parts of the memory of a workspace end; for their names see `Workspace`."""

    values: int
    constrained: int
    centres: int
    eta: int
    d_eta: int
    searched: int
    information: int
    sharpest: int
    nodes: int
    along_nodes: int
    grid: int
    set_rows: int
    rows: int
    plasma: int


@inlined
def _ends(size: int, model: ModelArrays) -> Ends:
    """Return where the parts of the memory end."""
    has_people = model.people.size > 0
    n_searched, n_nodes = (N_SEARCHED, MAX_NODES) if has_people else (0, 0)
    n_grid = 5 * MAX_GRID_NODES if has_people else 0
    constrained = size + model.priors.size
    centres = constrained + len(PREDICTORS)
    eta = centres + len(PREDICTORS)
    d_eta = eta + N_DERIVATIVES
    searched = d_eta + n_searched
    information = searched + n_searched
    sharpest = information + 1
    nodes = sharpest + n_nodes
    along_nodes = nodes + n_nodes
    grid = along_nodes + n_grid
    set_rows = grid + (model.rows.size * SET_ROW_SIZE if model.range_sets.size else 0)
    rows = set_rows + model.kinetics.size * ROW_SIZE
    plasma = rows + model.kinetics.size * PLASMA_SIZE
    return Ends(
        size,
        constrained,
        centres,
        eta,
        d_eta,
        searched,
        information,
        sharpest,
        nodes,
        along_nodes,
        grid,
        set_rows,
        rows,
        plasma,
    )


@inlined
def workspace_memory(size: int, model: ModelArrays) -> NDArray[np.float64]:
    """Return the memory of the workspace of a model with so many free parameters."""
    return np.empty(_ends(size, model).plasma)


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
    end = _ends(gradient.size, model)
    memory = uncounted(memory)
    gradient[:] = 0.0
    return Workspace(
        memory[: end.values],
        gradient,
        memory[end.values : end.constrained],
        memory[end.constrained : end.centres],
        memory[end.centres : end.eta],
        memory[end.eta : end.d_eta],
        memory[end.d_eta : end.searched],
        memory[end.searched : end.information],
        memory[end.information : end.sharpest],
        memory[end.sharpest : end.nodes],
        memory[end.nodes : end.along_nodes],
        memory[end.along_nodes : end.grid],
        memory[end.grid : end.set_rows].view(SET_ROW),
        memory[end.set_rows : end.rows].view(ROW),
        memory[end.set_rows : end.rows],
        memory[end.rows : end.plasma].view(PLASMA),
    )
