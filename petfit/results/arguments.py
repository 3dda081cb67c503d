"""Check the arguments of answers: numbers, doses and drugs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from petfit.errors import PetfitError, nearest, short_repr
from petfit.fit import At
from petfit.model.design import Design

__all__ = ["as_conditions", "as_list", "check_doses", "drug_names", "read_number"]


def as_conditions(at: At | None) -> dict[str, str | float]:
    """Return the conditions of an answer as a dict.

    Raises
    ------
    PetfitError
        If they have no names.

    Examples
    --------
    >>> as_conditions({"region": "striatum"}), as_conditions(None)
    ({'region': 'striatum'}, {})
    """
    if at is None:
        return {}
    if not hasattr(at, "keys"):
        raise PetfitError(f"at must be a dict, such as {{'region': 'striatum'}}, not {short_repr(at)}.")
    return dict(at)


def as_list(values: float | Iterable[float], name: str) -> list[float]:
    """Return one number or several as a list.

    Raises
    ------
    PetfitError
        If there is none, or one of them is no number.

    Examples
    --------
    >>> as_list(0.8, "occupancy"), as_list([0.5, 0.8], "occupancy")
    ([0.8], [0.5, 0.8])
    """
    given = np.asarray(list(values) if isinstance(values, Iterator) else values)
    if not given.size or given.ndim > 1 or given.dtype.kind not in "iuf":
        raise PetfitError(f"{name} must be a number or a list of numbers, not {short_repr(values)}.")
    return [float(value) for value in np.atleast_1d(given)]


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
    doses = as_list(dose, "dose")
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
        If the fit has no such drug, or none is named.

    Examples
    --------
    >>> drug_names(fit.design)
    ('A', 'B')
    """
    names = design.drugs if drugs is None else (drugs,) if isinstance(drugs, str) else tuple(drugs)
    if not names:
        raise PetfitError(f"drugs: name one or more of {', '.join(design.drugs)}.")
    for name in names:
        if name not in design.drugs:
            raise PetfitError(f"the fit has no drug {name!r}. {nearest(name, design.drugs)}")
    return names
