"""From the units of a table to the house's, exactly: doses, concentrations, occupancies and scans."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.bundled import data_folder
from petfit.evidence.parse import MISSING, number
from petfit.evidence.readers import read_file
from petfit.evidence.units import Kind, Scale, scale_of, unit_problem

__all__ = ["house_units", "scaled"]

type Rows = Mapping[str, dict[str, str]]

_COLUMNS = {
    "dose": ("dose", "dose_low", "dose_high"),
    "concentration": ("concentration", "concentration_sd", "concentration_loq"),
    "value": ("value", "sd", "se", "low", "high"),
}
_READ = ["drug", "weight", "outcome", *(f"{name}_unit" for name in _COLUMNS), *sum(_COLUMNS.values(), ())]
_PERCENT = Fraction(1, 100)


def house_units(
    cells: pd.DataFrame, drugs: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[str], list[Problem]]:
    """Convert cells of text to the house's units.

    Parameters
    ----------
    cells : pandas.DataFrame
        Text in every canonical column.
    drugs : pandas.DataFrame, optional
        A drug table as `petfit.evidence.drug_table.read_drugs` returns it, for its ``molar_mass`` (g/mol); the bundled
        one if not given.

    Returns
    -------
    cells : pandas.DataFrame
        The same with converted numbers, exact in decimal arithmetic; what was in the house's unit, or is
        no number, is as it was.
    sentences : list of str
        What was converted.
    problems : list of Problem
        The units that cannot be.
    """
    rows = {
        str(where): {str(name): "" if text.lower() in MISSING else text for name, text in row.items()}
        for where, row in zip(cells.index, cells[_READ].to_dict("records"), strict=True)
    }
    problems: list[Problem] = []
    scales = {
        "dose": _doses(rows, problems),
        "concentration": _concentrations(rows, drugs, problems),
        "value": _values(rows, problems),
    }
    said = Counter(
        sentence
        for name, of_rows in scales.items()
        for where, scale in of_rows.items()
        if (sentence := _convert(rows[where], name, scale))
    )
    changed = pd.DataFrame(list(rows.values()), cells.index, _READ, dtype=object)
    sentences = [_counted(*sentence, count) for sentence, count in said.items()]
    return cells.assign(**{name: changed[name] for name in _READ}), sentences, problems


def _convert(row: dict[str, str], name: str, scale: Scale) -> tuple[str, str] | None:
    """Convert one row's numbers of one kind in place; say what was done to which."""
    given, numbers = row[f"{name}_unit"], _numbers(row, name)
    for column in _COLUMNS[name]:
        row[column] = _scaled_cell(row[column], scale)
    row[f"{name}_unit"] = scale.unit
    if given == "%" or any(text.endswith("%") for text in numbers):
        given = "percent"
    if not numbers or given in ("", scale.unit):
        return None
    verb = "converted to" if scale.factor != 1 or given == "percent" else "read as"
    unit = "fractions" if scale.unit == "fraction" else scale.unit
    return f"{name}{{s}} given in {given}", f"{verb} {unit}{scale.how}"


def _counted(subject: str, done: str, count: int) -> str:
    return f"{count} {subject.format(s='' if count == 1 else 's')} {'was' if count == 1 else 'were'} {done}"


def scaled(text: str, factor: Fraction) -> str:
    """Multiply the number in a cell, in decimal arithmetic; text that is no number stays as it is.

    Examples
    --------
    >>> scaled("44.6", Fraction(1, 100)), scaled("about 80", Fraction(2))
    ('0.446', 'about 80')
    """
    if factor == 1 or not abs(number(text) or 0) > 0:
        return text
    with localcontext(prec=len(text) + 28):
        return str(Decimal(text.replace("\N{MINUS SIGN}", "-")) * factor.numerator / factor.denominator)


def _scaled_cell(text: str, scale: Scale) -> str:
    if scale.unit == "fraction" and text.endswith("%"):
        return scaled(text.removesuffix("%").rstrip(), _PERCENT)
    return scaled(text, scale.factor)


def _numbers(row: Mapping[str, str], name: str) -> list[str]:
    """Return the cells of one kind that are not missing."""
    found = [row[column] for column in _COLUMNS[name] if row[column]]
    return [text for text in found if not math.isnan(number(text) or 0)]


def _scales(rows: Rows, kind: Kind, problems: list[Problem]) -> dict[str, Scale]:
    """Return the scale of each row that names its unit."""
    scales = {}
    for where, row in rows.items():
        if unit := row[f"{kind}_unit"]:
            scale = scale_of(unit, kind)
            if scale is None:
                problems.append(unit_problem(where, f"{kind}_unit", unit, kind))
            else:
                scales[where] = scale
    return scales


def _doses(rows: Rows, problems: list[Problem]) -> dict[str, Scale]:
    scales = _scales(rows, "dose", problems)
    for where, scale in scales.items():
        weight = rows[where]["weight"]
        if scale.unit == "mg/kg/day" and not math.isnan(number(weight) or 0):
            kilograms = Fraction(Decimal(weight)) if (number(weight) or 0) > 0 else Fraction(1)
            scales[where] = Scale("mg/day", scale.factor * kilograms, " by body weight")
    return scales


def _concentrations(rows: Rows, drugs: pd.DataFrame | None, problems: list[Problem]) -> dict[str, Scale]:
    """Return the scales, by the molar mass where a drug has masses in some rows and moles in others."""
    scales = _scales(rows, "concentration", problems)
    units: dict[str, set[str]] = {}
    for where, scale in scales.items():
        if _numbers(rows[where], "concentration"):
            units.setdefault(rows[where]["drug"], set()).add(scale.unit)
    mixed = {drug for drug, found in units.items() if len(found) > 1}
    masses = _molar_masses(drugs) if mixed else {}
    for where, scale in scales.items():
        drug = rows[where]["drug"]
        if drug in mixed & masses.keys() and scale.unit == "nmol/L":
            how = f" by the molar mass of {drug}, {masses[drug]} g/mol"
            scales[where] = Scale("ng/mL", scale.factor * Fraction(Decimal(masses[drug])) / 1000, how)
    return scales


def _molar_masses(drugs: pd.DataFrame | None) -> Mapping[str, str]:
    """Return the molar masses that a drug table knows, as decimal text."""
    table = read_file(data_folder() / "drugs.csv").table.set_index("drug") if drugs is None else drugs
    masses = {str(drug): str(mass) for drug, mass in table["molar_mass"].items()}
    return {drug: mass for drug, mass in masses.items() if (number(mass) or 0) > 0}


def _values(rows: Rows, problems: list[Problem]) -> dict[str, Scale]:
    scales = {}
    for where, row in rows.items():
        found = _value(where, row["outcome"], row["value_unit"], _numbers(row, "value"))
        if isinstance(found, Problem):
            problems.append(found)
            found = Scale("fraction", _PERCENT)  # so that one wrong unit is one problem
        if found is not None:
            scales[where] = found
    return scales


def _value(where: str, outcome: str, unit: str, numbers: list[str]) -> Scale | Problem | None:
    signs = [text.endswith("%") for text in numbers]
    if outcome in ("bpnd", "vt"):
        return _scan_value(where, outcome, "%" if any(signs) else unit)
    if unit in ("percent", "%"):
        return Scale("fraction", _PERCENT)
    if unit in ("", "fraction"):
        if any(signs) and not all(signs) and not unit:
            rule = "some numbers of the row carry a % sign and some do not"
            return Problem(where, "value_unit", ", ".join(numbers), rule, "Say fraction or percent here.")
        return Scale("fraction") if unit or any(signs) else None
    rule, known = "an occupancy is a fraction or in percent", ("fraction", "percent")
    return Problem(where, "value_unit", unit, rule, nearest(unit, known))


def _scan_value(where: str, outcome: str, unit: str) -> Scale | Problem:
    if not unit:
        return Scale({"bpnd": "1", "vt": "mL/cm3"}[outcome])
    if unit in ("%", "percent"):
        name = {"bpnd": "BP_ND", "vt": "V_T"}[outcome]
        remedy = f"Give {name} itself, or set outcome to occupancy if it is one."
        return Problem(where, "value_unit", unit, f"{name} is no share of anything", remedy)
    if outcome == "bpnd":
        remedy = f"{nearest(unit, ('1', 'fraction'))} Leave value_unit empty."
        known = unit in ("1", "fraction", "unitless")
        return Scale("1") if known else Problem(where, "value_unit", unit, "BP_ND has no unit", remedy)
    return scale_of(unit, "volume ratio") or unit_problem(where, "value_unit", unit, "volume ratio")
