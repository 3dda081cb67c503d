"""Conversion of plasma concentrations between mass and amount."""

from __future__ import annotations

import math

__all__ = ["other_unit"]


def other_unit(unit: str, molar_mass: float) -> tuple[str, float] | None:
    """Return the other unit of a concentration and the conversion factor, or None if there is none.

    ``nmol/L = ng/mL * 1000 / M``, with the molar mass M in g/mol.

    Parameters
    ----------
    unit : str
        ``ng/mL`` or ``nmol/L``.
    molar_mass : float
        In g/mol; NaN where unknown.

    Returns
    -------
    tuple of str and float, or None
        The other unit, and the factor to multiply by.

    Examples
    --------
    >>> unit, factor = other_unit("ng/mL", 306.23)
    >>> unit, round(1.9 * factor, 1)
    ('nmol/L', 6.2)
    """
    if math.isnan(molar_mass):
        return None
    other = {"ng/mL": ("nmol/L", 1000.0 / molar_mass), "nmol/L": ("ng/mL", molar_mass / 1000.0)}
    return other.get(unit)
