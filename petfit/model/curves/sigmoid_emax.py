"""The sigmoid Emax curve: EC50, Emax and a Hill exponent."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petfit.model.curves.base import Curve, odds
from petfit.model.ops import Array

__all__ = ["SIGMOID_EMAX", "exposure", "occupancy", "slope"]


def occupancy(x: Array, *, ec50: Array, emax: Array, hill: Array) -> Array:
    """Return the occupancy ``emax * x^hill / (ec50^hill + x^hill)``.

    Parameters
    ----------
    x : array
        Exposure in the unit of `ec50`, not negative.
    ec50 : array
        Exposure at half of `emax`, positive.
    emax : array
        Maximum occupancy, a fraction.
    hill : array
        Hill exponent, positive.

    Returns
    -------
    array
        Occupancy, a fraction, in the broadcast shape of the arguments.

    Examples
    --------
    >>> occupancy(5.0, ec50=5.0, emax=0.9, hill=2.0)
    0.45
    """
    power = x**hill
    return emax * power / (ec50**hill + power)


def slope(x: Array, *, ec50: Array, emax: Array, hill: Array) -> Array:
    """Return ``d occupancy / d log ec50 = -hill * occupancy * (1 - occupancy / emax)``.

    Examples
    --------
    >>> slope(5.0, ec50=5.0, emax=0.8, hill=2.0)
    -0.4
    """
    power, half = x**hill, ec50**hill
    return -hill * emax * power * half / (half + power) ** 2


def exposure(
    occupancy: ArrayLike, *, ec50: ArrayLike, emax: ArrayLike, hill: ArrayLike
) -> NDArray[np.float64]:
    """Return ``ec50 * (t / (emax - t))^(1/hill)``, infinite if `emax` is not above t.

    Examples
    --------
    >>> exposure([0.45, 0.95], ec50=5.0, emax=0.9, hill=2.0).tolist()
    [5.0, inf]
    """
    ratio: NDArray[np.float64] = odds(occupancy, emax) ** (1.0 / np.asarray(hill, float))
    return np.asarray(ec50, float) * ratio


SIGMOID_EMAX = Curve(
    name="sigmoid_emax",
    equation="occupancy = emax * x^hill / (ec50^hill + x^hill)",
    source="Hill 1910, J Physiol 40:iv-vii",
    parameters=("ec50", "emax", "hill"),
    occupancy=occupancy,
    slope=slope,
    exposure=exposure,
)
