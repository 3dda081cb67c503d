"""Units as people write them, and what each means in the house's units.

Doses are in mg/day (a single dose counts as that day's dose) or in mg/kg/day, concentrations in ng/mL or
nmol/L, V_T in mL/cm3. A handful of units can be meant in such a table, and only these are known: what else a
library of all units would make of a slip of the shift key is worse than nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from petfit.errors import Problem, nearest

__all__ = ["Kind", "Scale", "scale_of", "unit_problem"]

type Kind = Literal["dose", "concentration", "volume ratio"]

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
_WORD = r"[A-Za-z\N{MICRO SIGN}\N{GREEK SMALL LETTER MU}]+"
_ONE = rf"({_WORD})(?:\*\*(-?\d))?"
_PART = re.compile(rf"([*/]?){_ONE}")
_SHAPE = re.compile(rf"{_ONE}(?:[*/]{_ONE})*")


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


@dataclass(frozen=True)
class _Unit:
    """A unit's size in gram, mole, day and powers of a decimeter, and its dimension."""

    size: Fraction
    dimension: dict[str, int]
    has_prefixes: bool = True


_MOLAR = {"amount": 1, "length": -3}
_UNITS = {
    "g gram grams": _Unit(Fraction(1), {"mass": 1}),
    "mol mole moles": _Unit(Fraction(1), {"amount": 1}),
    "M molar": _Unit(Fraction(1), _MOLAR),
    "L l liter liters litre litres": _Unit(Fraction(1), {"length": 3}),
    "m meter meters metre metres": _Unit(Fraction(10), {"length": 1}),
    "cc": _Unit(Fraction(1, 1000), {"length": 3}, has_prefixes=False),
    "min minute minutes": _Unit(Fraction(1, 1440), {"time": 1}, has_prefixes=False),
    "h hr hour hours": _Unit(Fraction(1, 24), {"time": 1}, has_prefixes=False),
    "d day days": _Unit(Fraction(1), {"time": 1}, has_prefixes=False),
    "week weeks": _Unit(Fraction(7), {"time": 1}, has_prefixes=False),
}
_NAMED = {name: unit for names, unit in _UNITS.items() for name in names.split()}
_PREFIXES = {
    "k kilo": 3,
    "d deci": -1,
    "c centi": -2,
    "m milli": -3,
    "u mc micro \N{MICRO SIGN} \N{GREEK SMALL LETTER MU}": -6,
    "n nano": -9,
    "p pico": -12,
    "f femto": -15,
}
"""Powers of ten. There is no mega: it is a slip of the shift key."""
_PREFIXED = {name: Fraction(10) ** power for names, power in _PREFIXES.items() for name in names.split()}
_KILOGRAM = Fraction(1000)

_MEASURES = {
    "dose": {"mass", "time"},
    "concentration": {"mass", "amount", "length"},
    "volume ratio": {"length"},
}
_TARGETS: dict[Kind, list[tuple[dict[str, int], Scale]]] = {
    "dose": [
        ({"mass": 1, "time": -1}, Scale("mg/day", Fraction(1000))),
        ({"mass": 1}, Scale("mg/day", Fraction(1000))),
    ],
    "concentration": [
        ({"mass": 1, "length": -3}, Scale("ng/mL", Fraction(10**6))),
        (_MOLAR, Scale("nmol/L", Fraction(10**9))),
    ],
    "volume ratio": [({}, Scale("mL/cm3"))],
}
"""The dimensions of a kind, and how the sizes above become the house's unit of each."""


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
    plain = _plain(text)
    if not _SHAPE.fullmatch(plain):
        return None
    size, dimension, kilograms = Fraction(1), Counter[str](), 0
    for sign, word, exponent in _PART.findall(plain):
        unit = _unit(word)
        if unit is None or not _MEASURES[kind] >= set(unit.dimension):
            return None
        power = int(exponent or 1) * (-1 if sign == "/" else 1)
        size *= unit.size**power
        dimension.update({name: power * count for name, count in unit.dimension.items()})
        kilograms += power if unit == _Unit(_KILOGRAM, {"mass": 1}) else 0
    by_weight = kind == "dose" and kilograms == -1
    if by_weight:
        size *= _KILOGRAM
        dimension["mass"] += 1
    for measured, house in _TARGETS[kind]:
        if {name: count for name, count in dimension.items() if count} == measured:
            name = house.unit.replace("mg/", "mg/kg/") if by_weight else house.unit
            return Scale(name, size * house.factor)
    return None


def _unit(word: str) -> _Unit | None:
    """Return the unit of a name, with or without a prefix."""
    if word in _NAMED:
        return _NAMED[word]
    for prefix, factor in _PREFIXED.items():
        unit = _NAMED.get(word.removeprefix(prefix)) if word.startswith(prefix) else None
        if unit is not None and unit.has_prefixes:
            return _Unit(unit.size * factor, unit.dimension)
    return None


def _plain(text: str) -> str:
    """Return a unit in one spelling: ``ng mL⁻¹``, ``ng.mL-1`` and ``ng per mL`` are ``ng*mL**-1``."""
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
