"""Exact conversion of doses, concentrations, occupancies and scans to petfit's standard units."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.bundled import data_folder
from petfit.evidence.parse import is_missing, parse_number, without_percent
from petfit.evidence.quantities import QUANTITY_COLUMNS
from petfit.evidence.readers import read_source
from petfit.evidence.source_table import SourceTable
from petfit.evidence.units import Kind, Scale, scale_of, unit_problem

__all__ = ["bundled_drugs", "convert_units", "drug_names", "scale_number"]

type _Cells = dict[str, str]
type _Rows = Mapping[str, _Cells]
"""The cells of each row, by its place."""
type _Scales = dict[str, Scale]
"""The conversion of each row, by its place."""

_CONVERTED = [f"{name}_unit" for name in QUANTITY_COLUMNS] + [
    column for columns in QUANTITY_COLUMNS.values() for column in columns
]
_READ = ["drug", "weight", "outcome", *_CONVERTED]
_PERCENT = Fraction(1, 100)
_MOLAR_AND_MASS = {
    "dose": ("nmol/day", "mg/day", Fraction(1, 10**6)),
    "concentration": ("nmol/L", "ng/mL", Fraction(1, 1000)),
}
"""By quantity: its molar unit, its unit of mass, and the second in the first at a molar mass of 1 g/mol."""
_SCAN_UNITS = {"bpnd": "1", "vt": "mL/cm3"}
_SCAN_NAMES = {"bpnd": "BP_ND", "vt": "V_T"}


def convert_units(source: SourceTable, drug_table: pd.DataFrame | None = None) -> SourceTable:
    """Convert the numbers of a table to standard units, exactly, in decimal arithmetic.

    Numbers in a standard unit, and text that is not a number, stay unchanged. A unit that cannot be converted
    is a problem.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    drug_table : pandas.DataFrame, optional
        A drug table from `petfit.evidence.read_drug_table`, for its ``molar_mass`` (g/mol); the bundled one
        if not given.
    """
    rows = {
        str(where): {str(name): "" if is_missing(text) else text for name, text in row.items()}
        for where, row in zip(source.table.index, source.table[_READ].to_dict("records"), strict=True)
    }
    _give_zero_a_unit(list(rows.values()))
    problems: list[Problem] = []
    scales = {
        "dose": _in_mass(rows, "dose", _dose_scales(rows, problems), drug_table),
        "concentration": _in_mass(
            rows, "concentration", _unit_scales(rows, "concentration", problems), drug_table
        ),
        "value": _value_scales(rows, problems),
    }
    conversions = Counter(
        conversion
        for quantity, row_scales in scales.items()
        for where, scale in row_scales.items()
        if (conversion := _convert(rows[where], quantity, scale))
    )
    converted = pd.DataFrame(list(rows.values()), source.table.index, _READ, dtype=object)
    given = _as_given(source.table, converted)
    return source.next(
        source.table.assign(**{name: converted[name] for name in _READ}),
        assumptions=[_sentence(*conversion, count) for conversion, count in conversions.items()],
        problems=problems,
        cells_as_given=given,
    )


def _give_zero_a_unit(rows: list[_Cells]) -> None:
    """Give a dose of 0 without a unit, in place, the only one that the other doses of its drug have."""
    units: dict[str, set[str]] = {}
    for row in filter(lambda row: row["dose_unit"], rows):
        units.setdefault(row["drug"], set()).add(row["dose_unit"])
    for row in rows:
        if not row["dose_unit"] and parse_number(row["dose"]) == 0 and len(units.get(row["drug"], ())) == 1:
            (row["dose_unit"],) = units[row["drug"]]


def _as_given(table: pd.DataFrame, converted: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return by row the text of each number that was converted, by what messages print of the result."""
    columns = [column for columns in QUANTITY_COLUMNS.values() for column in columns]
    rows: dict[str, dict[str, str]] = {}
    for column in columns:
        for where, old, new in zip(map(str, table.index), table[column], converted[column], strict=True):
            if old != new and (number := parse_number(new)) is not None:
                rows.setdefault(where, {})[f"{number:g}"] = str(old)
    return rows


def scale_number(text: str, factor: Fraction) -> str:
    """Multiply the number in a cell in decimal arithmetic; return text that is not a number unchanged.

    Examples
    --------
    >>> scale_number("44.6", Fraction(1, 100)), scale_number("about 80", Fraction(2))
    ('0.446', 'about 80')
    """
    if factor == 1 or not abs(parse_number(text) or 0) > 0:
        return text
    with localcontext(prec=len(text) + 28):
        return str(Decimal(text) * factor.numerator / factor.denominator)


def bundled_drugs() -> Path:
    """Return the path of the bundled drug table."""
    return data_folder() / "drugs.csv"


def drug_names(drug_table: pd.DataFrame | None) -> list[str]:
    """Return the names of the drugs of a drug table, the bundled one by default."""
    names = _bundled_cells()["drug"] if drug_table is None else drug_table.index
    return [str(name) for name in names]


# --- converting the cells of a row --------------------------------------------------------------


def _convert(row: _Cells, quantity: str, scale: Scale) -> tuple[str, str] | None:
    """Convert the cells of one quantity in place; return in words what was converted and how."""
    given, numbers = row[f"{quantity}_unit"], _numbers(row, quantity)
    for column in QUANTITY_COLUMNS[quantity]:
        row[column] = _scale_cell(row[column], scale)
    row[f"{quantity}_unit"] = scale.unit
    if given == "%" or any(text.endswith("%") for text in numbers):
        given = "percent"
    if not numbers or given in ("", scale.unit):
        return None
    verb = "converted to" if scale.factor != 1 or given == "percent" else "read as"
    unit = "fractions" if scale.unit == "fraction" else scale.unit
    return f"{quantity}{{s}} given in {given}", f"{verb} {unit}{scale.how}"


def _sentence(subject: str, conversion: str, count: int) -> str:
    plural = "" if count == 1 else "s"
    return f"{count} {subject.format(s=plural)} {'was' if count == 1 else 'were'} {conversion}"


def _scale_cell(text: str, scale: Scale) -> str:
    number = without_percent(text)
    if scale.unit == "fraction" and text.endswith("%") and parse_number(number) is not None:
        return scale_number(number, _PERCENT)
    return scale_number(text, scale.factor)


def _numbers(row: _Cells, quantity: str) -> list[str]:
    """Return the cells of one quantity that are not missing."""
    cells = [row[column] for column in QUANTITY_COLUMNS[quantity] if row[column]]
    return [text for text in cells if not math.isnan(parse_number(text) or 0)]


# --- doses and concentrations -------------------------------------------------------------------


def _unit_scales(rows: _Rows, kind: Kind, problems: list[Problem]) -> _Scales:
    """Return the conversion of each row that gives its unit."""
    scales = {}
    for where, row in rows.items():
        if unit := row[f"{kind}_unit"]:
            scale = scale_of(unit, kind)
            if scale is None:
                problems.append(unit_problem(where, f"{kind}_unit", unit, kind))
            else:
                scales[where] = scale
    return scales


def _dose_scales(rows: _Rows, problems: list[Problem]) -> _Scales:
    scales = _unit_scales(rows, "dose", problems)
    for where, scale in scales.items():
        weight = rows[where]["weight"]
        if "/kg/" in scale.unit and not math.isnan(parse_number(weight) or 0):
            kilograms = Fraction(Decimal(weight)) if (parse_number(weight) or 0) > 0 else Fraction(1)
            unit = scale.unit.replace("/kg", "")
            scales[where] = Scale(unit, scale.factor * kilograms, " by body weight")
    return scales


def _in_mass(rows: _Rows, quantity: str, scales: _Scales, drug_table: pd.DataFrame | None) -> _Scales:
    """Return the conversions; where a drug has both mass and molar units, its molar mass converts to mass."""
    molar, mass, factor = _MOLAR_AND_MASS[quantity]
    units: dict[str, set[str]] = {}
    for where, scale in scales.items():
        if _numbers(rows[where], quantity):
            units.setdefault(rows[where]["drug"], set()).add(scale.unit)
    mixed = {drug for drug, drug_units in units.items() if len(drug_units) > 1}
    masses = _molar_masses(drug_table) if mixed else {}
    for where, scale in scales.items():
        drug = rows[where]["drug"]
        if drug in mixed & masses.keys() and scale.unit == molar:
            how = f" by the molar mass of {drug}, {masses[drug]} g/mol"
            scales[where] = Scale(mass, scale.factor * Fraction(Decimal(masses[drug])) * factor, how)
    return scales


def _molar_masses(drug_table: pd.DataFrame | None) -> dict[str, str]:
    """Return the molar masses in a drug table as decimal text."""
    table = _bundled_cells().set_index("drug") if drug_table is None else drug_table
    masses = {str(drug): str(mass) for drug, mass in table["molar_mass"].items()}
    return {drug: mass for drug, mass in masses.items() if (parse_number(mass) or 0) > 0}


def _bundled_cells() -> pd.DataFrame:
    return read_source(bundled_drugs()).table


# --- values -------------------------------------------------------------------------------------


def _value_scales(rows: _Rows, problems: list[Problem]) -> _Scales:
    scales = {}
    for where, row in rows.items():
        scale = _value_scale(where, row)
        if isinstance(scale, Problem):
            problems.append(scale)
            scale = Scale("fraction", _PERCENT)  # any scale that lets the other rules pass
        if scale is not None:
            scales[where] = scale
    return scales


def _value_scale(where: str, row: _Cells) -> Scale | Problem | None:
    outcome, unit = row["outcome"], row["value_unit"]
    signs = [text.endswith("%") for text in _numbers(row, "value")]
    if outcome in _SCAN_UNITS:
        return _scan_scale(where, outcome, "%" if any(signs) else unit)
    if unit in ("percent", "%"):
        return Scale("fraction", _PERCENT)
    if unit in ("", "fraction"):
        if any(signs) and not all(signs) and not unit:
            return _missing_sign(where, row)
        return Scale("fraction") if unit or any(signs) else None
    rule = "an occupancy is a fraction or in percent"
    return Problem(where, "value_unit", unit, rule, nearest(unit, ("fraction", "percent")))


def _missing_sign(where: str, row: _Cells) -> Problem:
    columns = [
        name for name in QUANTITY_COLUMNS["value"] if parse_number(row[name]) is not None and row[name]
    ]
    first = next(name for name in columns if not row[name].endswith("%"))
    number = float(row[first])
    rule = "other numbers of the row have a % sign and this one does not, so it may be percent or a fraction"
    remedy = f"Write {row[first]}% if it is percent, or {100 * number:g}% if it is a fraction."
    return Problem(where, first, row[first], rule, remedy)


def _scan_scale(where: str, outcome: str, unit: str) -> Scale | Problem:
    if not unit:
        return Scale(_SCAN_UNITS[outcome])
    if unit in ("%", "percent"):
        name = _SCAN_NAMES[outcome]
        remedy = f"Give {name} itself, or set outcome to occupancy if it is one."
        return Problem(where, "value_unit", unit, f"{name} cannot be in percent", remedy)
    if outcome == "vt":
        return scale_of(unit, "volume ratio") or unit_problem(where, "value_unit", unit, "volume ratio")
    if unit in ("1", "1/1", "fraction", "unitless"):
        return Scale("1")
    remedy = f"{nearest(unit, ('1', 'fraction'))} Leave value_unit empty."
    return Problem(where, "value_unit", unit, "BP_ND has no unit", remedy)
