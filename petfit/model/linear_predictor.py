"""The linear predictors: from scalars and effects to the parameters of each row.

On its link scale each parameter is a centre plus a sum of effects. Every effect (random effect, shift, slope
or difference between people) contributes ``weight * effect[index]`` to a row, with index and weight from the
design matrix. The same functions serve the PyMC model, posterior draws and predictions for new rows: ``ops``
is NumPy or PyTensor, and leading axes of the draws (chains, draws) are kept.
"""

from __future__ import annotations

import numpy as np

from petfit.model.design import Design, DesignMatrix, Draws
from petfit.model.effect import STUDY_OFFSET, Effect
from petfit.model.kinetics.drug_kinetics import PEOPLE_PARAMETERS
from petfit.model.kinetics.plasma import RowKinetics, concentration, concentration_and_variance
from petfit.model.ops import Array, Ops
from petfit.model.parameters import PARAMETERS

__all__ = [
    "curve_parameters_by_row",
    "dose_share",
    "exposure_of_people",
    "residual_sd",
    "row_kinetics",
    "scan_mean",
    "scan_residual_sd",
    "study_offset",
    "true_exposure",
]


def curve_parameters_by_row(ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix) -> dict[str, Array]:
    """Return the parameters of the curve on the natural scale for each row of the design matrix.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    design : Design
        The design of the model.
    draws : mapping of str to array
        Scalars and effects.
    matrix : DesignMatrix
        Index and weight of the rows.

    Returns
    -------
    dict of str to array
        ``ec50`` (in reference doses), ``emax`` (fraction) and the others of the curve: leading axes, then
        rows.
    """
    parameters = {
        name: _on_natural_scale(ops, design, name, draws, matrix) for name in design.spec.parameters
    }
    if matrix.given_emax is not None:
        is_estimated = np.isnan(matrix.given_emax)
        given = np.where(is_estimated, 1.0, matrix.given_emax)
        parameters["emax"] = ops.where(is_estimated, parameters["emax"], given)
    return parameters


def scan_mean(ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, occupancy: Array) -> Array:
    """Return the expected BP_ND or V_T of scans: ``V_ND + baseline * (1 - occupancy)``."""
    specific = _on_natural_scale(ops, design, "baseline", draws, matrix) * (1.0 - occupancy)
    if design.spec.nondisplaceable is None:
        return specific
    return _on_natural_scale(ops, design, "nondisplaceable", draws, matrix) + specific


def residual_sd(ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, occupancy: Array) -> Array:
    """Return the residual SD of one person's occupancy (the scale of a t).

    One for each row where it differs between rows, else one for all.
    """
    sigma = _sigma(ops, design, "noise", draws, matrix)
    if design.spec.noise.floor is None:
        return sigma
    return ((sigma * (1.0 - occupancy)) ** 2 + draws["floor"][..., None] ** 2) ** 0.5


def scan_residual_sd(ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, mean: Array) -> Array:
    """Return the residual SD of scans (the scale of a t), given their means."""
    sd = _sigma(ops, design, "scan_noise", draws, matrix) * mean
    if design.spec.residuals["scan_noise"].floor is None:
        return sd
    return (sd**2 + draws["scan_floor"][..., None] ** 2) ** 0.5


def dose_share(design: Design, draws: Draws, matrix: DesignMatrix) -> Array | None:
    """Return for each row the share of people on the higher of two doses; None if all doses are known."""
    shares = [effect for effect in design.effects if effect.kind == "share"]
    return _contribution(design, shares[0], draws, matrix) if shares else None


def true_exposure(
    ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, x: Array, *, in_plasma: bool = False
) -> Array:
    """Return the true exposures: reported ones corrected for censoring and measurement error.

    With kinetics in the model, doses become concentrations: those that occupancy follows, or in plasma.
    """
    x = _corrected(ops, design, draws, matrix, x)
    if matrix.kinetics is None:
        return x
    of_rows = row_kinetics(design, draws, matrix)
    return concentration(ops, matrix.kinetics, of_rows, x, in_plasma=in_plasma)


def exposure_of_people(
    ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, x: Array
) -> tuple[Array, Array]:
    """Return the true exposures, and the variance of their logs between people with different kinetics."""
    if matrix.kinetics is None:
        return true_exposure(ops, design, draws, matrix, x), 0.0
    x = _corrected(ops, design, draws, matrix, x)
    return concentration_and_variance(ops, matrix.kinetics, row_kinetics(design, draws, matrix), x)


def study_offset(design: Design, draws: Draws, matrix: DesignMatrix) -> Array:
    """Return the log of measured over predicted concentrations in the study of each row."""
    offsets = [effect for effect in design.effects if effect.name == STUDY_OFFSET]
    return _contribution(design, offsets[0], draws, matrix) if offsets else 0.0


def row_kinetics(design: Design, draws: Draws, matrix: DesignMatrix) -> RowKinetics:
    """Return the kinetics of each row of a design matrix, from the draws and the numbers of the model."""
    assert matrix.kinetics is not None
    quantities: dict[str, Array] = dict(matrix.kinetics.numbers)
    deviations: dict[str, Array] = dict.fromkeys(PEOPLE_PARAMETERS, 0.0)
    for i, effect in enumerate(design.effects):
        if effect.kind == "kinetic":
            drawn = _contribution(design, effect, draws, matrix)
            quantities[effect.name] = quantities[effect.name] * (1.0 - matrix.weight[i]) + drawn
        if effect.kind == "kinetic_people":
            name = effect.name.removesuffix("_person")
            sd = matrix.kinetics.people_sd[name]
            deviations[name] = sd * _contribution(design, effect, draws, matrix)
    return RowKinetics(quantities, deviations)


def _corrected(ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, x: Array) -> Array:
    """Return exposures corrected for censoring and measurement error."""
    for i, effect in enumerate(design.effects):
        if effect.kind == "below":
            x = x * (1.0 - matrix.weight[i] + _contribution(design, effect, draws, matrix))
        if effect.kind == "error":
            x = x * ops.exp(_contribution(design, effect, draws, matrix))
    return x


def _on_natural_scale(ops: Ops, design: Design, name: str, draws: Draws, matrix: DesignMatrix) -> Array:
    """Return one parameter on the natural scale."""
    parameter = (design.spec.parameters | design.spec.scan_parameters)[name]
    if parameter.fixed is not None:
        return parameter.fixed
    centre = 0.0 if parameter.separate else draws[PARAMETERS[name].linked_name][..., None]
    linear_predictor = centre + _sum_of_effects(design, name, draws, matrix)
    return PARAMETERS[name].from_link_scale(ops, linear_predictor)


def _sigma(ops: Ops, design: Design, name: str, draws: Draws, matrix: DesignMatrix) -> Array:
    residual = design.spec.residuals[name]
    if residual.fixed is not None:
        return residual.fixed
    separate = [e for e in design.effects if e.parameter == name and e.kind == "separate"]
    sigma = (
        _contribution(design, separate[0], draws, matrix)
        if separate
        else draws[PARAMETERS[name].sd_name][..., None]
    )
    if residual.terms:
        sigma = sigma * ops.exp(_sum_of_effects(design, name, draws, matrix, kinds=("pooled", "shift")))
    return sigma


def _sum_of_effects(
    design: Design, parameter: str, draws: Draws, matrix: DesignMatrix, kinds: tuple[str, ...] = ()
) -> Array:
    total: Array = 0.0
    for effect in design.effects:
        if effect.parameter == parameter and (not kinds or effect.kind in kinds):
            total = total + _contribution(design, effect, draws, matrix)
    return total


def _contribution(design: Design, effect: Effect, draws: Draws, matrix: DesignMatrix) -> Array:
    i = design.effects.index(effect)
    return matrix.weight[i] * draws[effect.name][..., matrix.index[i]]
