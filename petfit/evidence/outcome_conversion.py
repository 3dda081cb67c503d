"""The ratio DVR as BP_ND, and a change of BP or what remains of it as an occupancy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.outcome_words import outcome_of
from petfit.evidence.parse import is_missing, parse_number, without_percent
from petfit.evidence.placebo import is_placebo
from petfit.evidence.quantities import QUANTITY_COLUMNS
from petfit.evidence.source_table import SourceTable

__all__ = ["convert_outcomes"]

_ENDS = {"low": "high", "ci_low": "ci_high", "q1": "q3", "min": "max"}
_SPREADS = ("sd", "se", "iqr")
_LARGEST_FRACTION = 2.0
_RELATIVE = ("%", "percent", "pct", "relative", "fraction")


def convert_outcomes(source: SourceTable) -> SourceTable:
    """Convert DVR to BP_ND, and changes of BP or what remains of it to occupancies.

    The ratio DVR, which is k2 over k2a in the simplified reference tissue model, is BP_ND + 1 [1]_. The
    change of BP from baseline, over the baseline, is minus the occupancy, and BP over the baseline is 1 minus
    the occupancy. A change that may be one in units of BP, or that is an increase in every row, is asked
    about.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with the words of choices and limits read.

    References
    ----------
    .. [1] Innis et al. (2007) J Cereb Blood Flow Metab 27:1533-1539.
    """
    table = source.table
    is_ratio, is_change, is_rest = (table["outcome"] == name for name in ("dvr", "change", "remaining"))
    if not (is_ratio | is_change | is_rest).any():
        return source
    said = []
    problems = [*_change_questions(source, table[is_change]), *_unsaid_rest(table[is_rest])]
    numbers = {name: table[name] for name in QUANTITY_COLUMNS["value"] if name not in _SPREADS}
    if is_ratio.any():
        numbers = {name: cells.where(~is_ratio, cells.map(_minus_one)) for name, cells in numbers.items()}
        said.append(f"{_values(is_ratio)}: DVR (k2/k2a) read as BP_ND = DVR - 1")
    if is_change.any():
        numbers = _reversed(numbers, is_change, _negated)
        said.append(f"{_values(is_change)}: a change of BP read as an occupancy of the opposite sign")
    if is_rest.any():
        in_percent = table["value_unit"] == "percent"
        for rows, rest in ((is_rest & in_percent, _rest_of_100), (is_rest & ~in_percent, _rest_of_1)):
            numbers = _reversed(numbers, rows, rest)
        said.append(f"{_values(is_rest)}: what remains of the binding read as an occupancy of 100 % minus it")
    outcome = table["outcome"].replace({"dvr": "bpnd", "change": "occupancy", "remaining": "occupancy"})
    censored = table["censored"].where(
        ~(is_change | is_rest), table["censored"].replace({"below": "above", "above": "below"})
    )
    table = table.assign(**numbers, outcome=outcome, censored=censored)
    return source.next(table, assumptions=said, problems=problems)


def _values(rows: pd.Series) -> str:
    return f"{int(rows.sum())} value{'s' * (int(rows.sum()) > 1)}"


def _reversed(
    numbers: dict[str, pd.Series], rows: pd.Series, reverse: Callable[[str], str]
) -> dict[str, pd.Series]:
    """Reverse the direction of the numbers of some rows, so that the lower ends are the upper ones."""
    reversed_numbers = {name: cells.where(~rows, cells.map(reverse)) for name, cells in numbers.items()}
    swapped = {low: reversed_numbers[high] for low, high in _ENDS.items()}
    swapped |= {high: reversed_numbers[low] for low, high in _ENDS.items()}
    return reversed_numbers | {name: numbers[name].where(~rows, cells) for name, cells in swapped.items()}


def _minus_one(text: str) -> str:
    number = parse_number(text)
    return text if number is None or number != number else str(Decimal(text) - 1)


def _number(text: str) -> float | None:
    """Return the number in a cell with or without a % sign, None where there is none."""
    number = parse_number(without_percent(text))
    return None if number is None or number != number else number


def _negated(text: str) -> str:
    if not _number(text):
        return text
    return text.removeprefix("-") if text.startswith("-") else f"-{text.removeprefix('+')}"


def _rest_of_100(text: str) -> str:
    return text if _number(text) is None else f"{100 - Decimal(text.removesuffix('%').rstrip())}%"


def _rest_of_1(text: str) -> str:
    if text.endswith("%") or _number(text) is None:
        return _rest_of_100(text)
    return str(1 - Decimal(text))


# --- questions ----------------------------------------------------------------------------------


def _unsaid_rest(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield the first value that is a percentage and does not say so."""
    for where, text, unit in zip(rows.index, rows["value"], rows["value_unit"], strict=True):
        is_plain = is_missing(unit) and not text.endswith("%")
        if is_plain and abs(_number(text) or 0) > _LARGEST_FRACTION:
            rule = "this is no fraction, and nothing says that what remains of the binding is in percent"
            yield Problem(str(where), "value", text, rule, "Use --set value_unit=percent.")
            return


def _change_questions(source: SourceTable, rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield the question whether changes are relative to the baseline, or reductions."""
    label = source.column_labels.get("value", "")
    is_named = outcome_of(label) == "change" and not any(word in label.lower() for word in _RELATIVE)
    no_unit = [
        is_missing(unit) and not text.endswith("%")
        for text, unit in zip(rows["value"], rows["value_unit"], strict=True)
    ]
    if is_named and any(no_unit):
        where = str(rows.index[no_unit.index(True)])
        rule = "a change of BP without a unit may be a difference in BP, or relative to the baseline"
        remedy = (
            "Use --set value_unit=fraction, or percent, if it is relative to the baseline; otherwise divide "
            "it by the baseline."
        )
        yield Problem(where, "value", str(rows["value"][where]), rule, remedy)
    with_drug = [not is_placebo(dose) and parse_number(dose) != 0 for dose in rows["dose"]]
    numbers = [number for text in rows["value"][with_drug] if (number := _number(text)) is not None]
    if len(numbers) > 1 and min(numbers) > 0:
        rule = "every change of BP with the drug is an increase, as if it were a reduction"
        remedy = (
            "Use --outcome occupancy if these are reductions, or write occupancies if they are increases."
        )
        yield Problem(str(rows.index[0]), "value", f"{min(numbers):g} to {max(numbers):g}", rule, remedy)
