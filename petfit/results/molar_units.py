"""A plasma concentration by mass and by amount."""

from __future__ import annotations

import math

__all__ = ["other_unit"]


def other_unit(unit: str, molar_mass: float) -> tuple[str, float] | None:
    """Return the other unit of a concentration and the factor that leads to it; None where there is none.

    ``nmol/L = ng/mL * 1000 / M``, with the molar mass M in g/mol.

    Parameters
    ----------
    unit : str
        ``ng/mL`` or ``nmol/L``.
    molar_mass : float
        In g/mol; NaN where unknown.

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
