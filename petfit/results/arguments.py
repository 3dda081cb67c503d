"""Check the arguments of answers: numbers, doses and drugs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from petfit.errors import PetfitError, nearest
from petfit.model.design import Design

__all__ = ["as_list", "check_doses", "drug_names", "read_number"]


def as_list(values: float | Iterable[float]) -> list[float]:
    """Return one number or several as a list.

    Raises
    ------
    PetfitError
        If one of them is no number.

    Examples
    --------
    >>> as_list(0.8), as_list([0.5, 0.8]), as_list(tenths / 10 for tenths in (5, 8))
    ([0.8], [0.5, 0.8], [0.5, 0.8])
    """
    given = list(values) if isinstance(values, Iterator) else values
    try:
        return [float(value) for value in np.atleast_1d(np.asarray(given, float))]
    except (TypeError, ValueError):
        raise PetfitError(f"a number or several are needed, not {given!r}") from None


def check_doses(dose: float | Iterable[float]) -> list[float]:
    """Return doses as a list.

    Raises
    ------
    PetfitError
        If a dose is negative, infinite or missing.

    Examples
    --------
    >>> check_doses(20)
    [20.0]
    """
    doses = as_list(dose)
    for value in doses:
        if not 0 <= value < math.inf:
            raise PetfitError(f"a dose must be 0 or more, not {value:g}")
    return doses


def read_number(
    name: str,
    value: str | float,
    *,
    at_least: float | None = None,
    above: float | None = None,
    may_be_infinite: bool = False,
) -> float:
    """Return a number that may be given as text.

    Raises
    ------
    PetfitError
        If it is not a number, lies outside the bounds, or is infinite where it may not be.

    Examples
    --------
    >>> read_number("every", "12", above=0.0)
    12.0
    """
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    is_inside = (at_least is None or number >= at_least) and (above is None or number > above)
    if math.isnan(number) or not is_inside or (math.isinf(number) and not may_be_infinite):
        bound = "" if at_least is None else f", {at_least:g} or more"
        bound = bound if above is None else f", above {above:g}"
        raise PetfitError(f"{name} must be a number{bound}, not {value!r}")
    return number


def drug_names(design: Design, drugs: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the requested drugs, or all drugs of the fit if None.

    Raises
    ------
    PetfitError
        If the fit has no such drug.

    Examples
    --------
    >>> drug_names(fit.design)
    ('A', 'B')
    """
    names = design.drugs if drugs is None else tuple(drugs)
    for name in names:
        if name not in design.drugs:
            raise PetfitError(f"the fit has no drug {name!r}. {nearest(name, design.drugs)}")
    return names
