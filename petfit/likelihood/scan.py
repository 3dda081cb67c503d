"""One scan: BP_ND or V_T of one person and region, with the drug on board or without.

Occupancy is never computed from it. The scan without drug tells of the baseline, a parameter by person and
region; with the drug the specific binding is ``baseline * (1 - occupancy)``. BP_ND may come out at 0 or below
near full occupancy, so nothing is taken a logarithm of.
"""

from __future__ import annotations

from petfit.layout import Design, Draws, Layout
from petfit.likelihood.base import Level, Measured, nu_of
from petfit.likelihood.subject import data, log_density, simulate
from petfit.ops import Array, Ops

__all__ = ["SCAN"]


def measure(ops: Ops, layout: Layout, draws: Draws, design: Design, occupancy: Array) -> Measured:
    """Return the expected BP_ND or V_T, ``V_ND + baseline * (1 - occupancy)``, and its noise."""
    mean = layout.scan_mean(ops, draws, design, occupancy)
    return mean, layout.scan_noise(ops, draws, design, mean), nu_of(layout.spec.residuals["scan_noise"])


SCAN = Level("scan", data, measure, log_density, simulate)
