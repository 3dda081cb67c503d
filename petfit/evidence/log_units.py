"""Logarithms of concentrations, such as log10 ng/mL."""

from __future__ import annotations

import math
import re

from petfit.errors import Problem
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable

__all__ = ["read_logarithms", "split_logarithm"]

_LOGARITHM = re.compile(r"(?P<log>log_?10|loge|log|ln)(?P<unit>|[\s_(\[]+[^()\[\]]+[)\]]?)", re.IGNORECASE)
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
    """Read concentrations given as logarithms to base 10 or e; another base is a problem.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    """
    table, problems, readings = source.table.copy(), [], []
    for place, given in source.table["concentration_unit"].items():
        where = str(place)
        split = split_logarithm(given)
        if split is None:
            continue
        base, unit = split
        table.loc[where, "concentration_unit"] = unit
        if math.isnan(base) or not unit:
            rule = "this is a logarithm" + (" of a base not said" if math.isnan(base) else " without a unit")
            remedy = "Write log10 or ln and the unit, such as log10 ng/mL, or the concentration itself."
            problems.append(Problem(where, "concentration_unit", given, rule, remedy))
            continue
        for column in ("concentration", "concentration_loq"):
            table.loc[where, column] = _power(base, str(table.loc[where, column]))
        if not is_missing(spread := str(table.loc[where, "concentration_sd"])):
            rule = "the concentration is a logarithm, and its SD is not converted"
            remedy = "Write the concentration and its SD themselves."
            problems.append(Problem(where, "concentration_sd", spread, rule, remedy))
        readings.append(f"{given} converted to {unit}")
    assumptions = [
        f"{readings.count(words)} logarithm{'s' * (readings.count(words) > 1)} of a concentration in {words}"
        for words in dict.fromkeys(readings)
    ]
    return source.next(table, assumptions=assumptions, problems=problems)


def _power(base: float, text: str) -> str:
    number = parse_number(text)
    try:
        return text if number is None or math.isnan(number) else repr(math.pow(base, number))
    except OverflowError:
        return text
