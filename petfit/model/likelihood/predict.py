"""What the model says of every fitted row: occupancy given the people behind it, and its spread."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from petfit.model.design import Design, DesignMatrix
from petfit.model.ops import Array, Ops
from petfit.model.parameters import competitor_name

__all__ = ["predict"]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def predict(
    ops: Ops, design: Design, draws: Mapping[str, Array], numbers: Mapping[str, Array]
) -> tuple[Array, Array]:
    """Return the occupancy of every row, given the people behind it, and its variance between people.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    design : Design
        The model's.
    draws : mapping of str to array
        Scalars and effects.
    numbers : mapping of str to array
        From `petfit.model.likelihood.inputs`.

    Returns
    -------
    tuple of array
        Leading axes of the draws, then rows; the variance is 0 where the model has no differences.
    """
    matrix = DesignMatrix(numbers["index"], numbers["weight"])
    parameters = design.parameters(ops, draws, matrix)
    omega = draws["omega"][..., None] if "omega" in draws else None
    numbers = {**numbers, "x": design.exposure(ops, draws, matrix, numbers["x"])}
    occupancy, between = _at(ops, design, draws, numbers, "x", parameters, omega)
    share = design.dose_share(draws, matrix)
    if share is not None:
        higher, between_higher = _at(ops, design, draws, numbers, "x_high", parameters, omega)
        between = (
            between + share * (between_higher - between) + share * (1.0 - share) * (higher - occupancy) ** 2
        )
        occupancy = occupancy + share * (higher - occupancy)
    return occupancy, between


def _at(
    ops: Ops,
    design: Design,
    draws: Mapping[str, Array],
    numbers: Mapping[str, Array],
    exposure: str,
    parameters: Mapping[str, Array],
    omega: Array | None,
) -> tuple[Array, Array]:
    """Return mean occupancy and its variance between people at one exposure."""
    people, spread = design.spec.ec50.people, numbers.get("spread")
    if omega is None or people is None or people.groups == "first_order":
        occupancy, slope = _occupancy(ops, design, draws, numbers, exposure, parameters)
        variance = (0.0 if omega is None else omega**2) + (0.0 if spread is None else spread**2)
        return occupancy, slope**2 * variance if np.ndim(variance) else 0.0
    # Given the mean deviation that n people share, they lie around it with (1 - 1/n) of their variance.
    around = 1.0 - 1.0 / numbers["n"]
    sd = omega if spread is None else (omega**2 + spread**2) ** 0.5
    within = {name: values[..., None] if np.ndim(values) else values for name, values in parameters.items()}
    within["ec50"] = within["ec50"] * ops.exp((sd * around**0.5)[..., None] * _NODES)
    rows = {
        name: values[..., None] for name, values in numbers.items() if name in _exposures(design, exposure)
    }
    each = _occupancy(ops, design, draws, rows, exposure, within, nodes=True)[0]
    mean = (each * _WEIGHTS).sum(axis=-1)
    square = ((each - mean[..., None]) ** 2 * _WEIGHTS).sum(axis=-1)
    return mean, square / ops.where(around > 0, around, 1.0)


def _exposures(design: Design, exposure: str) -> set[str]:
    return {exposure, *(f"competitor.{name}" for name in design.spec.competition)}


def _occupancy(
    ops: Ops,
    design: Design,
    draws: Mapping[str, Array],
    numbers: Mapping[str, Array],
    exposure: str,
    parameters: Mapping[str, Array],
    *,
    nodes: bool = False,
) -> tuple[Array, Array]:
    """Return occupancy and its slope by the drug's log EC50, competitors included.

    Ligands of one site add up in units of their own EC50: ``u = x / ec50 + sum of c / ec50_c``.
    """
    total, share = numbers[exposure], 1.0
    if design.spec.competition:
        own = total / parameters["ec50"]
        total, parameters = own, {**parameters, "ec50": 1.0}
        for name in design.spec.competition:
            log_ec50 = draws[competitor_name(name)][..., None]
            scale = log_ec50[..., None] if nodes else log_ec50
            total = total + numbers[f"competitor.{name}"] / ops.exp(scale)
        share = own / (total + (total <= 0))
    # Without any ligand the curve is taken at 1 and counts 0 times, so that its gradient stays finite.
    some, at = total > 0, total + (total <= 0)
    occupancy, slope = design.curve.occupancy(at, **parameters), design.curve.slope(at, **parameters)
    return some * occupancy, some * slope * share
