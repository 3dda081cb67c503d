"""Read the words of choices as the field writes them: BP_ND, V_T, Baseline, DVR, a change of BP."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pandas as pd

from petfit.evidence.columns import COLUMNS
from petfit.evidence.outcome_words import CONDITIONS, outcome_of
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.quantities import PERCENT_WORDS, QUANTITY_COLUMNS
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key

__all__ = ["read_words"]

_YES_NO = {
    **dict.fromkeys(["yes", "y", "true", "1"], "yes"),
    **dict.fromkeys(["no", "n", "false", "0"], "no"),
}
_SYNONYMS: dict[str, dict[str, str]] = {
    "level": {"individual": "subject", "person": "subject", "participant": "subject"},
    "condition": CONDITIONS,
    "censored": {"<": "below", "left": "below", ">": "above", "right": "above"},
    "value_unit": {
        **dict.fromkeys(PERCENT_WORDS, "percent"),
        **dict.fromkeys(["fractions", "proportion"], "fraction"),
    },
    "use": _YES_NO,
    "set_complete": _YES_NO,
}
_ENDS = {"low": "high", "ci_low": "ci_high", "q1": "q3", "min": "max"}
_SPREADS = ("sd", "se")


def read_words(source: SourceTable) -> SourceTable:
    """Read choices in any spelling, the ratio DVR as BP_ND, and a change of BP as an occupancy.

    The ratio DVR, which is k2 over k2a in the simplified reference tissue model, is BP_ND + 1 [1]_. The
    change of BP from baseline, over the baseline, is minus the occupancy.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.

    References
    ----------
    .. [1] Innis et al. (2007) J Cereb Blood Flow Metab 27:1533-1539.
    """
    columns: dict[str, pd.Series] = {}
    readings: Counter[str] = Counter()
    for column in COLUMNS.values():
        if column.kind != "choice":
            continue
        words = {spelling_key(word): word for word in column.levels} | _SYNONYMS.get(column.name, {})
        texts = source.table[column.name]
        read = [_outcome(text) if column.name == "outcome" else _word(text, words) for text in texts]
        columns[column.name] = pd.Series(read, texts.index, dtype=object)
        readings.update(
            f"{column.name}: {seen!r} read as {word!r}"
            for seen, word in zip(texts, read, strict=True)
            if seen != word and word not in ("dvr", "change") and column.name != "value_unit"
        )
    table, said = _converted(source.table.assign(**columns))
    return source.next(table, assumptions=[*sorted(readings), *said])


def _word(text: str, words: dict[str, str]) -> str:
    return str(text) if is_missing(text) else words.get(spelling_key(text), str(text))


def _outcome(text: str) -> str:
    return str(text) if is_missing(text) else outcome_of(text) or str(text)


def _converted(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Convert DVR to BP_ND and changes of BP to occupancies; return the table and what was converted."""
    said = []
    is_ratio, is_change = table["outcome"] == "dvr", table["outcome"] == "change"
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
    return table.assign(**numbers, outcome=outcome), said


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
