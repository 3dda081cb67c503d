"""The ratio DVR as BP_ND, and a change of BP as an occupancy."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from petfit.evidence.parse import parse_number
from petfit.evidence.quantities import QUANTITY_COLUMNS
from petfit.evidence.source_table import SourceTable

__all__ = ["convert_outcomes"]

_ENDS = {"low": "high", "ci_low": "ci_high", "q1": "q3", "min": "max"}
_SPREADS = ("sd", "se")


def convert_outcomes(source: SourceTable) -> SourceTable:
    """Convert DVR to BP_ND, and changes of BP to occupancies.

    The ratio DVR, which is k2 over k2a in the simplified reference tissue model, is BP_ND + 1 [1]_. The
    change of BP from baseline, over the baseline, is minus the occupancy.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with the words of choices and limits read.

    References
    ----------
    .. [1] Innis et al. (2007) J Cereb Blood Flow Metab 27:1533-1539.
    """
    table = source.table
    is_ratio, is_change = table["outcome"] == "dvr", table["outcome"] == "change"
    if not is_ratio.any() and not is_change.any():
        return source
    said = []
    numbers = {name: table[name] for name in QUANTITY_COLUMNS["value"] if name not in _SPREADS}
    if is_ratio.any():
        numbers = {name: cells.where(~is_ratio, cells.map(_minus_one)) for name, cells in numbers.items()}
        said.append(f"{_values(is_ratio)}: DVR (k2/k2a) read as BP_ND = DVR - 1")
    if is_change.any():
        numbers = {name: cells.where(~is_change, cells.map(_negated)) for name, cells in numbers.items()}
        swapped = {low: numbers[high] for low, high in _ENDS.items()}
        swapped |= {high: numbers[low] for low, high in _ENDS.items()}
        numbers |= {name: numbers[name].where(~is_change, cells) for name, cells in swapped.items()}
        opposite = table["censored"].replace({"below": "above", "above": "below"})
        numbers["censored"] = table["censored"].where(~is_change, opposite)
        said.append(f"{_values(is_change)}: a change of BP read as an occupancy of the opposite sign")
    outcome = table["outcome"].replace({"dvr": "bpnd", "change": "occupancy"})
    return source.next(table.assign(**numbers, outcome=outcome), assumptions=said)


def _values(rows: pd.Series) -> str:
    return f"{int(rows.sum())} value{'s' * (int(rows.sum()) > 1)}"


def _minus_one(text: str) -> str:
    number = parse_number(text)
    return text if number is None or number != number else str(Decimal(text) - 1)


def _negated(text: str) -> str:
    number = parse_number(text.removesuffix("%").rstrip())
    if number is None or number != number or number == 0:
        return text
    return text.removeprefix("-") if text.startswith("-") else f"-{text.removeprefix('+')}"
