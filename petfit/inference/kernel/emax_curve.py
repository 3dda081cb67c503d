"""The sigmoid Emax curve with ligands that compete, the Emax curve being that of Hill exponent 1.

Ligands add up in units of their own EC50: ``u = x / ec50 + sum of c / ec50_c``. With ``s = u^h / (1 + u^h)``
and the drug's share of the ligands ``w = x / ec50 / u``, occupancy is ``emax * s`` and its slope by the
drug's log EC50 ``-h * emax * s * (1 - s) * w``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from petfit.inference.kernel.jit import inlined

__all__ = ["Point", "curve", "pull_back"]


class Point(NamedTuple):
    """A point of the curve: what it says, and what its derivatives need."""

    occupancy: float
    slope: float
    total: float
    log_total: float
    full: float
    free: float
    share: float


@inlined
def curve(own: float, others: float, emax: float, hill: float, straight: bool) -> Point:
    """Return the point where the drug makes up `own` of ``u`` and its competitors `others`.

    A curve is straight where its Hill exponent is known to be 1.
    """
    total = own + others
    if total == 0.0:
        return Point(0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0)
    log_total = 0.0 if straight else math.log(total)
    power = total if straight else math.exp(hill * log_total)
    free = 1.0 / (1.0 + power)
    full = power * free if power < 1.0 else 1.0 - free
    share = 1.0 if others == 0.0 else own / total
    return Point(emax * full, -hill * emax * full * free * share, total, log_total, full, free, share)


@inlined
def pull_back(
    point: Point, emax: float, hill: float, by_occupancy: float, by_slope: float
) -> tuple[float, float, float, float]:
    """Return derivatives by log u, by the share w, by logit Emax and by the log of the Hill exponent."""
    bend = point.full * point.free
    steep = hill * (point.free - point.full)
    by_log_total = by_occupancy * emax * hill * bend + by_slope * point.slope * steep
    by_share = -by_slope * hill * emax * bend
    by_emax = (by_occupancy * point.full - by_slope * hill * bend * point.share) * emax * (1.0 - emax)
    by_hill = by_occupancy * emax * bend * hill * point.log_total + by_slope * point.slope * (
        1.0 + point.log_total * steep
    )
    return by_log_total, by_share, by_emax, by_hill
