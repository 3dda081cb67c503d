"""Predicted occupancy of every row, given its people, and its variance between people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from petfit.model.design import Design
from petfit.model.kinetics.slow_dissociation import slow_occupancy
from petfit.model.linear_predictor import (
    curve_parameters_by_row,
    dose_share,
    exposure_of_people,
    row_kinetics,
    true_exposure,
)
from petfit.model.ops import Array, Ops
from petfit.model.parameters import competitor_name

__all__ = ["predict"]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def predict(
    ops: Ops, design: Design, draws: Mapping[str, Array], numbers: Mapping[str, Array]
) -> tuple[Array, Array]:
    """Return the occupancy of every row, given its people, and its variance between people.

    To first order the variance is ``slope^2 (omega^2 + v)``, with the slope of the curve by log EC50 and the
    variance v of the log exposure.
    With ``groups = "quadrature"`` both are integrals over the people by Gauss-Hermite quadrature. A group on
    two doses is a mixture of the people on each. Occupancies of drugs that dissociate slowly are of single
    people, whose variance does not enter.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    design : Design
        The design.
    draws : mapping of str to array
        Scalars and effects.
    numbers : mapping of str to array
        The data from `petfit.model.likelihood.inputs`.

    Returns
    -------
    tuple of array
        Leading axes of the draws, then rows. The variance is 0 if the model has no differences between
        people.
    """
    matrix = replace(design.fitted_matrix, index=numbers["index"], weight=numbers["weight"])
    parameters = curve_parameters_by_row(ops, design, draws, matrix)
    omega = draws["omega"][..., None] if "omega" in draws else None
    x, variance = exposure_of_people(ops, design, draws, matrix, numbers["x"])
    given, numbers = (
        numbers["x"],
        {**numbers, "x": x, "log_exposure_variance": variance + numbers.get("exposure_sd", 0.0) ** 2},
    )
    occupancy, between = _moments(ops, design, draws, numbers, "x", parameters, omega)
    share = dose_share(design, draws, matrix)
    if share is not None:
        numbers["x_high"] = true_exposure(ops, design, draws, matrix, numbers["x_high"])
        higher, between_higher = _moments(ops, design, draws, numbers, "x_high", parameters, omega)
        between = (
            between + share * (between_higher - between) + share * (1.0 - share) * (higher - occupancy) ** 2
        )
        occupancy = occupancy + share * (higher - occupancy)
    if matrix.kinetics is not None and matrix.kinetics.has_slow_dissociation:
        of_rows = row_kinetics(design, draws, matrix)
        slow = slow_occupancy(ops, matrix.kinetics, of_rows, given, parameters["ec50"])
        occupancy = ops.where(matrix.kinetics.is_given["koff"], parameters["emax"] * slow, occupancy)
    return occupancy, between


def _moments(
    ops: Ops,
    design: Design,
    draws: Mapping[str, Array],
    numbers: Mapping[str, Array],
    exposure: str,
    parameters: Mapping[str, Array],
    omega: Array | None,
) -> tuple[Array, Array]:
    """Return the mean and variance of occupancy over the people of each row at one exposure."""
    people, log_exposure_variance = design.spec.ec50.people, numbers["log_exposure_variance"]
    if omega is None or people is None or people.groups == "first_order":
        occupancy, slope = _occupancy(ops, design, draws, numbers, exposure, parameters)
        variance = (0.0 if omega is None else omega**2) + log_exposure_variance
        return occupancy, slope**2 * variance if np.ndim(variance) else 0.0
    # Around the mean deviation of n people, the variance of each person's deviation is (1 - 1/n) omega^2.
    within_share = 1.0 - 1.0 / numbers["n"]
    sd = (omega**2 + log_exposure_variance) ** 0.5
    within = {name: values[..., None] if np.ndim(values) else values for name, values in parameters.items()}
    within["ec50"] = within["ec50"] * ops.exp((sd * within_share**0.5)[..., None] * _NODES)
    rows = {
        name: values[..., None] for name, values in numbers.items() if name in _exposures(design, exposure)
    }
    occupancy = _occupancy(ops, design, draws, rows, exposure, within, has_nodes=True)[0]
    mean = (occupancy * _WEIGHTS).sum(axis=-1)
    variance = ((occupancy - mean[..., None]) ** 2 * _WEIGHTS).sum(axis=-1)
    return mean, variance / ops.where(within_share > 0, within_share, 1.0)


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
    has_nodes: bool = False,
) -> tuple[Array, Array]:
    """Return the occupancy and its slope by the log EC50 of the drug, with competitors.

    Exposures to ligands of one site are additive in units of their EC50 (Gaddum 1957, Pharmacol Rev
    9:211-218): ``u = x / ec50 + sum of c / ec50_c``.
    """
    total, share = numbers[exposure], 1.0
    if design.spec.competition:
        own = total / parameters["ec50"]
        total, parameters = own, {**parameters, "ec50": 1.0}
        for name in design.spec.competition:
            log_ec50 = draws[competitor_name(name)][..., None]
            scale = log_ec50[..., None] if has_nodes else log_ec50
            total = total + numbers[f"competitor.{name}"] / ops.exp(scale)
        share = own / (total + (total <= 0))
    # Without any ligand the curve is evaluated at 1 and multiplied by 0, so that its gradient stays finite.
    is_exposed, x = total > 0, total + (total <= 0)
    occupancy, slope = design.curve.occupancy(x, **parameters), design.curve.slope(x, **parameters)
    return is_exposed * occupancy, is_exposed * slope * share
