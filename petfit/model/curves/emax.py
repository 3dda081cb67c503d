"""The Emax curve: one site, Hill exponent 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petfit.model.curves.base import Curve, odds
from petfit.model.ops import Array

__all__ = ["EMAX", "exposure", "occupancy", "slope"]


def occupancy(x: Array, *, ec50: Array, emax: Array) -> Array:
    """Return the occupancy ``emax * x / (ec50 + x)``.

    Parameters
    ----------
    x : array
        Exposure in the unit of `ec50`, not negative.
    ec50 : array
        Exposure at half of `emax`, positive.
    emax : array
        Maximum occupancy, a fraction.

    Returns
    -------
    array
        Occupancy, a fraction, in the broadcast shape of the arguments.

    Examples
    --------
    >>> occupancy(5.0, ec50=5.0, emax=0.9)
    0.45
    """
    return emax * x / (ec50 + x)


def slope(x: Array, *, ec50: Array, emax: Array) -> Array:
    """Return ``d occupancy / d log ec50 = -emax * x * ec50 / (ec50 + x)^2``.

    Examples
    --------
    >>> slope(5.0, ec50=5.0, emax=0.8)
    -0.2
    """
    return -emax * x * ec50 / (ec50 + x) ** 2


def exposure(occupancy: ArrayLike, *, ec50: ArrayLike, emax: ArrayLike) -> NDArray[np.float64]:
    """Return ``ec50 * t / (emax - t)``, infinite if `emax` is not above the occupancy t.

    Examples
    --------
    >>> exposure([0.45, 0.95], ec50=5.0, emax=0.9).tolist()
    [5.0, inf]
    """
    return np.asarray(ec50, float) * odds(occupancy, emax)


EMAX = Curve(
    name="emax",
    equation="occupancy = emax * x / (ec50 + x)",
    source="law of mass action at one site",
    parameters=("ec50", "emax"),
    occupancy=occupancy,
    slope=slope,
    exposure=exposure,
)
