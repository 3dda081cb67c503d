"""Logarithms of doses and concentrations, such as log10 ng/mL."""

from __future__ import annotations

import math
import re
from collections import Counter

from petfit.errors import Problem
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable

__all__ = ["read_logarithms", "split_logarithm"]

_LOGARITHM = re.compile(r"(?P<log>log_?10|loge|log|ln)(?P<unit>|[\s_(\[]+[^()\[\]]+[)\]]?)", re.IGNORECASE)
_COLUMNS = {
    "dose": (("dose", "dose_low", "dose_high"), ()),
    "concentration": (("concentration", "concentration_loq"), ("concentration_sd",)),
}
_EXAMPLES = {"dose": "mg", "concentration": "ng/mL"}
_BASES = {"log10": 10.0, "log_10": 10.0, "ln": math.e, "loge": math.e, "log": math.nan}


def split_logarithm(unit: str) -> tuple[float, str] | None:
    """Return the base (NaN if unsaid) and the unit of a logarithm, None for any other unit.

    Examples
    --------
    >>> split_logarithm("log10 ng/mL"), split_logarithm("log(nM)")
    ((10.0, 'ng/mL'), (nan, 'nM'))
    >>> split_logarithm("ng/mL")
    """
    match = _LOGARITHM.fullmatch(unit.strip())
    return (_BASES[match["log"].lower()], match["unit"].strip(" _()[]")) if match else None


def read_logarithms(source: SourceTable) -> SourceTable:
    """Read doses and concentrations given as logarithms to base 10 or e; another base is a problem.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    """
    names = [f"{quantity}_unit" for quantity in _COLUMNS]
    names += [name for groups in _COLUMNS.values() for group in groups for name in group]
    cells = {name: [str(text) for text in source.table[name]] for name in names}
    problems, readings = [], []
    for quantity, (columns, spreads) in _COLUMNS.items():
        for row, place in enumerate(source.table.index):
            where, given = str(place), cells[f"{quantity}_unit"][row]
            split = split_logarithm(given)
            if split is None:
                continue
            base, unit = split
            cells[f"{quantity}_unit"][row] = unit
            if math.isnan(base) or not unit:
                rule = "this is a logarithm" + (
                    " of a base not said" if math.isnan(base) else " without a unit"
                )
                remedy = (
                    f"Give base and unit, such as log10 {unit or _EXAMPLES[quantity]}, in {quantity}_unit "
                    f'or with --set "{quantity}_unit=log10 {unit or _EXAMPLES[quantity]}".'
                )
                problems.append(Problem(where, quantity, given, rule, remedy))
                cells[quantity][row], cells[f"{quantity}_unit"][row] = "1", _EXAMPLES[quantity]
                continue
            for column in columns:
                cells[column][row] = _power(base, cells[column][row])
            for column in spreads:
                if not is_missing(spread := cells[column][row]):
                    rule = f"the {quantity} is a logarithm, and its SD is not converted"
                    remedy = f"Write the {quantity} and its SD themselves."
                    problems.append(Problem(where, column, spread, rule, remedy))
            readings.append((quantity, f"{given} converted to {unit}"))
    assumptions = [
        f"{count} logarithm{'s' * (count > 1)} of a {quantity} in {words}"
        for (quantity, words), count in Counter(readings).items()
    ]
    table = source.table.assign(**cells) if readings or problems else source.table
    return source.next(table, assumptions=assumptions, problems=problems)


def _power(base: float, text: str) -> str:
    number = parse_number(text)
    try:
        return text if number is None or math.isnan(number) else repr(math.pow(base, number))
    except OverflowError:
        return text
