"""Units as people write them, and what each means in the house's units.

Doses are in mg/day (a single dose counts as that day's dose) or in mg/kg/day, concentrations in ng/mL or
nmol/L, V_T in mL/cm3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Literal

from petfit.errors import Problem, nearest

if TYPE_CHECKING:
    from pint import UnitRegistry

__all__ = ["Kind", "Scale", "scale_of", "unit_problem"]

type Kind = Literal["dose", "concentration", "volume ratio"]

_TARGETS: dict[Kind, dict[str, str]] = {
    "dose": {"mg/day": "mg/day", "mg": "mg/day"},
    "concentration": {"ng/mL": "ng/mL", "nmol/L": "nmol/L"},
    "volume ratio": {"mL/cm**3": "mL/cm3"},
}
_HOUSE = {
    "dose": ("mg/day", "mg/kg/day"),
    "concentration": ("ng/mL", "nmol/L"),
    "volume ratio": ("mL/cm3",),
}
_OFFERED = {
    "dose": ("mg/day", "g/day", "ug/day", "mg/kg/day", "ug/kg/day", "mg/h", "mg/kg/h", "mg", "g", "ug"),
    "concentration": ("ng/mL", "pg/mL", "ug/mL", "ug/L", "mg/L", "nmol/L", "umol/L", "nM", "uM"),
    "volume ratio": ("mL/cm3", "mL/mL"),
}
_PREFIX = "(kilo|deci|centi|milli|micro|nano|pico|femto)?"
_NAMES = {  # what may stand in a unit: a mega or a gauss is a slip of the shift key, a decagram a foreign day
    "dose": re.compile(f"{_PREFIX}gram|minute|hour|day|week"),
    "concentration": re.compile(f"{_PREFIX}(gram|mole|molar|liter|meter)|cubic_centimeter"),
    "volume ratio": re.compile(f"{_PREFIX}(liter|meter)|cubic_centimeter"),
}
_WORD = r"[A-Za-z\N{MICRO SIGN}\N{GREEK SMALL LETTER MU}]+"
_ONE = rf"{_WORD}(\*\*-?\d)?"
_SHAPE = re.compile(rf"{_ONE}([*/]{_ONE})*")


@dataclass(frozen=True)
class Scale:
    """How the numbers of a row become the house's.

    Parameters
    ----------
    unit : str
        The house's unit.
    factor : Fraction
        What they are multiplied by.
    how : str
        By what else than the units alone, in words.
    """

    unit: str
    factor: Fraction = Fraction(1)
    how: str = ""


def scale_of(text: str, kind: Kind) -> Scale | None:
    """Return how a unit becomes the house's, None where it is no unit of that kind.

    Parameters
    ----------
    text : str
        The unit, as people write it.
    kind : {"dose", "concentration", "volume ratio"}
        What is measured.

    Examples
    --------
    >>> scale_of("mg/day", "dose") == Scale("mg/day")
    True
    >>> found = scale_of("µmol/L", "concentration")
    >>> found.unit, int(found.factor)
    ('nmol/L', 1000)
    >>> scale_of("tablets", "dose")
    """
    return Scale(text) if text in _HOUSE[kind] else _parsed(text, kind)


@cache
def _parsed(text: str, kind: Kind) -> Scale | None:
    from pint import UndefinedUnitError

    plain = _plain(text)
    if not _SHAPE.fullmatch(plain):
        return None
    registry = _registry()
    try:
        names = [registry.get_name(word) for word in re.findall(_WORD, plain)]
    except UndefinedUnitError:
        return None
    if not all(_NAMES[kind].fullmatch(name) for name in names):
        return None
    one = registry.Quantity(Fraction(1), registry.parse_units(plain))
    by_weight = kind == "dose" and dict(one.unit_items()).get("kilogram") == -1
    if by_weight:
        one = one * registry.Quantity(Fraction(1), "kilogram")
    for target, house in _TARGETS[kind].items():
        if one.is_compatible_with(target):
            unit = house.replace("mg/", "mg/kg/") if by_weight else house
            return Scale(unit, Fraction(one.to(target).magnitude))
    return None


@cache
def _registry() -> UnitRegistry[Fraction]:
    """Import pint where a unit needs it: it takes half a second. Fractions keep its factors exact."""
    from pint import UnitRegistry

    return UnitRegistry(non_int_type=Fraction)


def _plain(text: str) -> str:
    """Return a unit as pint reads it: ``ng mL⁻¹``, ``ng.mL-1`` and ``ng per mL`` are ``ng*mL**-1``."""
    text = text.translate(str.maketrans("⁻⁰¹²³⁴", "-01234")).replace(" per ", "/")
    text = re.sub(r"(?<=[A-Za-z])\s*(?:\^|\*\*)?\s*(-?\d)", r"**\1", text)
    text = re.sub(r"\s*([*/])\s*", r"\1", text)
    return re.sub(r"\s*[·.]\s*|\s+", "*", text)


def unit_problem(where: str, column: str, seen: str, kind: Kind) -> Problem:
    """Describe a unit that is none of its kind, and offer one."""
    what = {
        "dose": "a mass, a mass per time, or either per kg of body weight",
        "concentration": "a mass or an amount of substance per volume",
        "volume ratio": "a volume per volume of tissue, or left empty",
    }
    rule = f"the unit of a {column.removesuffix('_unit').replace('value', 'V_T')} is {what[kind]}"
    remedy = f"{nearest(seen, _OFFERED[kind])} Convert the numbers to such a unit; its letters' case matters."
    return Problem(where, column, seen, rule, remedy)
