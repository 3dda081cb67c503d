"""The two-site curve: sites of high and of low affinity for the drug."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petfit.model.curves.base import Curve, odds
from petfit.model.ops import Array

__all__ = ["TWO_SITE", "exposure", "occupancy", "site_ec50s", "slope"]


def site_ec50s(ec50: Array, ec50_ratio: Array, high_affinity_fraction: Array) -> dict[str, Array]:
    """Return the EC50 of the high-affinity and of the low-affinity sites.

    Half of all sites are occupied at m times the EC50 of the high-affinity sites, where
    ``m^2 + (2 f - 1) (r - 1) m - r = 0``, with the ratio r of the two EC50s and the fraction f of
    high-affinity sites.

    Parameters
    ----------
    ec50 : array
        Exposure at which half of all sites are occupied, positive.
    ec50_ratio : array
        EC50 of the low-affinity sites over that of the high-affinity sites, 1 or more.
    high_affinity_fraction : array
        Fraction of the sites that have high affinity, from 0 to 1.

    Returns
    -------
    dict of str to array
        ``ec50_high_affinity`` and ``ec50_low_affinity``, in the unit of `ec50`.

    Examples
    --------
    >>> site_ec50s(5.0, 100.0, 0.5)
    {'ec50_high_affinity': 0.5, 'ec50_low_affinity': 50.0}
    """
    linear = (2.0 * high_affinity_fraction - 1.0) * (ec50_ratio - 1.0)
    high = ec50 / (0.5 * ((linear**2 + 4.0 * ec50_ratio) ** 0.5 - linear))
    return {"ec50_high_affinity": high, "ec50_low_affinity": ec50_ratio * high}


def occupancy(
    x: Array, *, ec50: Array, emax: Array, ec50_ratio: Array, high_affinity_fraction: Array
) -> Array:
    """Return the occupancy ``emax * (f * x / (ec50_high + x) + (1 - f) * x / (ec50_low + x))``.

    The EC50s of the two sites are those of `site_ec50s`.

    Parameters
    ----------
    x : array
        Exposure in the unit of `ec50`, not negative.
    ec50 : array
        Exposure at half of `emax`, positive.
    emax : array
        Maximum occupancy, a fraction.
    ec50_ratio : array
        EC50 of the low-affinity sites over that of the high-affinity sites, 1 or more.
    high_affinity_fraction : array
        Fraction f of the sites that have high affinity, from 0 to 1.

    Returns
    -------
    array
        Occupancy, a fraction, in the broadcast shape of the arguments.

    Examples
    --------
    >>> occupancy(5.0, ec50=5.0, emax=0.9, ec50_ratio=100.0, high_affinity_fraction=0.5)
    0.45
    """
    high, low = site_ec50s(ec50, ec50_ratio, high_affinity_fraction).values()
    share = high_affinity_fraction
    return emax * (share * x / (high + x) + (1.0 - share) * x / (low + x))


def slope(x: Array, *, ec50: Array, emax: Array, ec50_ratio: Array, high_affinity_fraction: Array) -> Array:
    """Return ``d occupancy / d log ec50``, the sum of the slopes at the two sites.

    Examples
    --------
    >>> slope(5.0, ec50=5.0, emax=0.8, ec50_ratio=1.0, high_affinity_fraction=0.5)
    -0.2
    """
    high, low = site_ec50s(ec50, ec50_ratio, high_affinity_fraction).values()
    share = high_affinity_fraction
    return -emax * x * (share * high / (high + x) ** 2 + (1.0 - share) * low / (low + x) ** 2)


def exposure(
    occupancy: ArrayLike,
    *,
    ec50: ArrayLike,
    emax: ArrayLike,
    ec50_ratio: ArrayLike,
    high_affinity_fraction: ArrayLike,
) -> NDArray[np.float64]:
    """Return the exposure at an occupancy t, infinite if `emax` is not above it.

    With ``o = t / (emax - t)``, the exposure over the EC50 of the high-affinity sites is the positive root of
    ``y^2 + (f r + 1 - f - o (f + (1 - f) r)) y - o r = 0``.

    Examples
    --------
    >>> sites = {"ec50_ratio": 100.0, "high_affinity_fraction": 0.5}
    >>> exposure([0.45, 0.95], ec50=5.0, emax=0.9, **sites).tolist()
    [5.0, inf]
    """
    ratio, share = np.asarray(ec50_ratio, float), np.asarray(high_affinity_fraction, float)
    high = site_ec50s(np.asarray(ec50, float), ratio, share)["ec50_high_affinity"]
    target_odds = odds(occupancy, emax)
    linear = share * ratio + 1.0 - share - target_odds * (share + (1.0 - share) * ratio)
    larger = 0.5 * (np.hypot(linear, 2.0 * np.sqrt(target_odds * ratio)) + np.abs(linear))
    with np.errstate(invalid="ignore"):
        smaller = target_odds * ratio / larger
    return np.asarray(high * np.where(linear > 0.0, smaller, larger))


def _derived(**parameters: Array) -> dict[str, Array]:
    return site_ec50s(parameters["ec50"], parameters["ec50_ratio"], parameters["high_affinity_fraction"])


TWO_SITE = Curve(
    name="two_site",
    equation="occupancy = emax * (f * x / (ec50_high + x) + (1 - f) * x / (ec50_low + x))",
    source="law of mass action at two sites; f is the fraction of high-affinity sites, and ec50 the "
    "exposure at which half of all sites are occupied",
    parameters=("ec50", "emax", "ec50_ratio", "high_affinity_fraction"),
    occupancy=occupancy,
    slope=slope,
    exposure=exposure,
    derived=_derived,
    is_one_site=False,
)
