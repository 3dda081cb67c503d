"""Units as people write them, and their conversion to petfit's standard units.

Doses are in mg/day (a single dose counts as that day's dose), nmol/day, or either per kg, concentrations in
ng/mL or nmol/L, V_T in mL/cm3. Only the few units that can occur in such a table are known, because a library
of all units would read a misspelling such as "Mg" as megagram.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from petfit.errors import Problem, nearest
from petfit.evidence.bundled import toml_beside
from petfit.evidence.dose_routes import without_route
from petfit.evidence.dosing_frequency import MONTH_DAYS, single_unit, split_frequency
from petfit.evidence.parse import DASHES

__all__ = ["Kind", "Scale", "days_of_unit", "scale_of", "unit_of_days", "unit_problem"]

type Kind = Literal["dose", "concentration", "volume ratio"]

_TABLE = toml_beside(__file__)
_KINDS = _TABLE["kinds"]
_WORD = r"[^\W\d_]+"
_FACTOR = rf"({_WORD})(?:\*\*(-?\d))?"
_PART = re.compile(rf"([*/]?){_FACTOR}")
_EXPRESSION = re.compile(rf"{_FACTOR}(?:[*/]{_FACTOR})*")


@dataclass(frozen=True)
class Scale:
    """The conversion of the numbers of a row to a standard unit.

    Parameters
    ----------
    unit : str
        The standard unit.
    factor : Fraction
        What the numbers are multiplied by.
    how : str
        What the conversion used other than the units, in words.
    """

    unit: str
    factor: Fraction = Fraction(1)
    how: str = ""


@dataclass(frozen=True)
class _Unit:
    """The size of a unit in grams, moles, days and powers of a decimetre, and its dimensions."""

    size: Fraction
    dimension: dict[str, int]
    has_prefixes: bool = True


_NAMED = {
    name: _Unit(Fraction(unit["size"]), unit["dimension"], unit.get("has_prefixes", True))
    for unit in _TABLE["units"]
    for name in unit["names"]
}
_PREFIXED = {
    name: Fraction(10) ** int(power) for power, names in _TABLE["prefixes"].items() for name in names
}
_KILOGRAM = Fraction(1000)
_IN_ANY_CASE: dict[str, list[str]] = {}
for _name, _size in _NAMED.items():
    for _prefix in ("", *_PREFIXED) if _size.has_prefixes else ("",):
        _IN_ANY_CASE.setdefault(f"{_prefix}{_name}".casefold(), []).append(f"{_prefix}{_name}")
_PLAIN = str.maketrans({**dict(zip("⁻⁰¹²³⁴", "-01234", strict=True)), **dict.fromkeys(DASHES, "-")})
_PERIODS = (("week", Fraction(7)), ("month", MONTH_DAYS), ("day", Fraction(1)))
"""Of which a unit of doses can be a multiple."""
_HAS_TIME = re.compile(r"[/ ](?:min|h|hr|d|day|week)", re.IGNORECASE)
"""A rate is a dose per time already."""


def scale_of(text: str, kind: Kind) -> Scale | None:
    """Return the conversion of a unit to the standard one, or None where it is not a unit of that kind.

    Parameters
    ----------
    text : str
        The unit, as written.
    kind : {"dose", "concentration", "volume ratio"}
        The quantity.

    Returns
    -------
    Scale or None
        The standard unit and the factor.

    Examples
    --------
    >>> scale_of("mg/day", "dose") == Scale("mg/day")
    True
    >>> scale = scale_of("µmol/L", "concentration")
    >>> scale.unit, int(scale.factor)
    ('nmol/L', 1000)
    >>> scale_of("tablets", "dose")
    """
    unit = without_route(text) if kind == "dose" else text
    return Scale(unit) if unit in _KINDS[kind]["standard"] else _read(unit, kind)


def unit_of_days(unit: str, days: float) -> str:
    """Return the unit of doses that are given once in some days; that of a day if it has no other name.

    Examples
    --------
    >>> unit_of_days("mg/day", 28), unit_of_days("mg/kg/day", 7), unit_of_days("mg/day", 0.5)
    ('mg/4 weeks', 'mg/kg/week', 'mg/day')
    """
    single = single_unit(unit)
    for period, length in _PERIODS:
        count = Fraction(days) / length
        if days >= 1 and count.denominator == 1:
            return f"{single}/{period}" if count == 1 else f"{single}/{count} {period}s"
    return unit


def days_of_unit(unit: str) -> float:
    """Return of how many days the doses of a unit are.

    Examples
    --------
    >>> days_of_unit("mg/day"), days_of_unit("mg/kg/4 weeks")
    (1.0, 28.0)
    """
    split = split_frequency(unit)
    return float(1 / split[1]) if split else 1.0


@cache
def _read(text: str, kind: Kind) -> Scale | None:
    """Read a unit as written, else in lower case or another, else as the unit of one of several doses."""
    scale = _parsed(text, kind) or _parsed_in_any_case(text, kind)
    parts = split_frequency(text) if scale is None and kind == "dose" else None
    if parts is None:
        return scale
    single, frequency = parts
    dose = _parsed(single, kind) or _parsed_in_any_case(single, kind)
    if dose is None or _HAS_TIME.search(single):
        return None
    how = f" (a month as {float(MONTH_DAYS):g} days)" if "mo" in text.lower() else ""
    return Scale(dose.unit, dose.factor * frequency, how)


def _parsed_in_any_case(text: str, kind: Kind) -> Scale | None:
    """Read a unit whose case is wrong, if it can be a unit of its kind in only one way."""
    words = sorted(set(re.findall(_WORD, text)))
    choices = [_IN_ANY_CASE.get(word.casefold(), [word]) for word in words]
    scales = set()
    for spelled in itertools.product(*choices):
        pieces = [str(piece) for piece in re.split(f"({_WORD})", text)]
        names = dict(zip(words, spelled, strict=True))
        scales.add(_parsed("".join(names.get(piece, piece) for piece in pieces), kind))
    scales.discard(None)
    return scales.pop() if len(scales) == 1 else None


def _parsed(text: str, kind: Kind) -> Scale | None:
    expression = _normalise(text)
    if not _EXPRESSION.fullmatch(expression):
        return None
    size, dimension, kilograms = Fraction(1), Counter[str](), 0
    for sign, word, exponent in _PART.findall(expression):
        unit = _unit(word)
        if unit is None or not unit.dimension.keys() <= set(_KINDS[kind]["dimensions"]):
            return None
        power = int(exponent or 1) * (-1 if sign == "/" else 1)
        size *= unit.size**power
        dimension.update({name: power * count for name, count in unit.dimension.items()})
        kilograms += power if unit == _Unit(_KILOGRAM, {"mass": 1}) else 0
    if "amount" in dimension and not dimension["amount"]:
        return None
    per_kilogram = kind == "dose" and kilograms == -1
    if per_kilogram:
        size *= _KILOGRAM
        dimension["mass"] += 1
    for standard in _KINDS[kind]["conversions"]:
        if {name: count for name, count in dimension.items() if count} == standard["dimension"]:
            name = standard["unit"].replace("/", "/kg/") if per_kilogram else standard["unit"]
            return Scale(name, size * standard["factor"])
    return None


def _unit(word: str) -> _Unit | None:
    """Return the unit with a name, with or without a prefix."""
    if word in _NAMED:
        return _NAMED[word]
    for prefix, factor in _PREFIXED.items():
        unit = _NAMED.get(word.removeprefix(prefix)) if word.startswith(prefix) else None
        if unit is not None and unit.has_prefixes:
            return _Unit(unit.size * factor, unit.dimension)
    return None


def _normalise(text: str) -> str:
    """Return a unit in one spelling: ``ng mL⁻¹``, ``ng.mL-1`` and ``ng per mL`` are ``ng*mL**-1``."""
    text = text.translate(_PLAIN).replace(" per ", "/")
    text = re.sub(r"(?<=[A-Za-z])\s*(?:\^|\*\*)?\s*(-?\d)", r"**\1", text)
    text = re.sub(r"\s*([*/])\s*", r"\1", text)
    return re.sub(r"\s*[·.]\s*|\s+", "*", text)


def unit_problem(where: str, column: str, seen: str, kind: Kind) -> Problem:
    """Return the problem of a text that is not a unit of its kind, with a suggestion."""
    quantity = column.removesuffix("_unit").replace("value", "V_T")
    rule = f"the unit of a {quantity} is {_KINDS[kind]['meaning']}"
    suggested = nearest(seen, _KINDS[kind]["suggested"])
    remedy = f"{suggested} Convert the numbers to such a unit; units are case-sensitive."
    return Problem(where, column, seen, rule, remedy)
