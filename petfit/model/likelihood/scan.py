"""One scan: BP_ND or V_T of one person and region, with or without the drug.

Occupancy is never computed from a scan. The expected value is ``V_ND + baseline * (1 - occupancy)`` (terms of
Innis et al. 2007, J Cereb Blood Flow Metab 27:1533), without V_ND for BP_ND. The baseline is a parameter by
person and region. BP_ND may be 0 or negative near full occupancy, so the noise is additive.
"""

from __future__ import annotations

from petfit.model.design import Design, DesignMatrix, Draws
from petfit.model.likelihood.base import Measured, RowLikelihood, nu_of
from petfit.model.likelihood.subject import data, log_density, simulate
from petfit.model.linear_predictor import scan_mean, scan_residual_sd
from petfit.model.ops import Array, Ops

__all__ = ["SCAN"]


def measure(ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, occupancy: Array) -> Measured:
    """Return the expected BP_ND or V_T, ``V_ND + baseline * (1 - occupancy)``, and its noise."""
    mean = scan_mean(ops, design, draws, matrix, occupancy)
    sd = scan_residual_sd(ops, design, draws, matrix, mean)
    return mean, sd, nu_of(design.spec.residuals["scan_noise"])


SCAN = RowLikelihood("scan", data, measure, log_density, simulate)
