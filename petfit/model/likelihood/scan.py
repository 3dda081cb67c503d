"""One scan: BP_ND or V_T of one person and region, with the drug on board or without.

Occupancy is never computed from it. The scan without drug tells of the baseline, a parameter by person and
region; with the drug the specific binding is ``baseline * (1 - occupancy)``. BP_ND may come out at 0 or below
near full occupancy, so nothing is taken a logarithm of.
"""

from __future__ import annotations

from petfit.model.design import Design, DesignMatrix, Draws
from petfit.model.likelihood.base import Level, Measured, nu_of
from petfit.model.likelihood.subject import data, log_density, simulate
from petfit.model.ops import Array, Ops

__all__ = ["SCAN"]


def measure(ops: Ops, design: Design, draws: Draws, matrix: DesignMatrix, occupancy: Array) -> Measured:
    """Return the expected BP_ND or V_T, ``V_ND + baseline * (1 - occupancy)``, and its noise."""
    mean = design.scan_mean(ops, draws, matrix, occupancy)
    return mean, design.scan_noise(ops, draws, matrix, mean), nu_of(design.spec.residuals["scan_noise"])


SCAN = Level("scan", data, measure, log_density, simulate)
