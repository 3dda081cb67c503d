"""Read the words of choices as the field writes them: BP_ND, V_T, Baseline, DVR."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pandas as pd

from petfit.evidence.columns import COLUMNS
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.quantities import PERCENT_WORDS
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key

__all__ = ["read_words"]

_YES_NO = {
    **dict.fromkeys(["yes", "y", "true", "1"], "yes"),
    **dict.fromkeys(["no", "n", "false", "0"], "no"),
}
_SYNONYMS: dict[str, dict[str, str]] = {
    "level": {"individual": "subject", "person": "subject", "participant": "subject"},
    "outcome": {
        **dict.fromkeys(["occ", "ro", "receptoroccupancy", "transporteroccupancy"], "occupancy"),
        **dict.fromkeys(["dvr", "k2/k2a", "dvr(bpnd+1)", "bpnd+1"], "dvr"),
    },
    "condition": {"base": "baseline", "baselinescan": "baseline", "ondrug": "drug", "drugscan": "drug"},
    "censored": {"<": "below", "left": "below", ">": "above", "right": "above"},
    "value_unit": {
        **dict.fromkeys(PERCENT_WORDS, "percent"),
        **dict.fromkeys(["fractions", "proportion"], "fraction"),
    },
    "use": _YES_NO,
    "set_complete": _YES_NO,
}
_SHIFTED = ("value", "low", "high")


def read_words(source: SourceTable) -> SourceTable:
    """Read choices in any spelling, and the distribution volume ratio as BP_ND.

    The ratio DVR, which is k2 over k2a in the simplified reference tissue model, is BP_ND + 1 [1]_.

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
        read = [_word(text, words) for text in texts]
        columns[column.name] = pd.Series(read, texts.index, dtype=object)
        readings.update(
            f"{column.name}: {seen!r} read as {word!r}"
            for seen, word in zip(texts, read, strict=True)
            if seen != word and word != "dvr" and column.name != "value_unit"
        )
    table = source.table.assign(**columns)
    is_ratio = table["outcome"] == "dvr"
    assumptions = sorted(readings)
    if is_ratio.any():
        numbers = {name: table[name].where(~is_ratio, table[name].map(_minus_one)) for name in _SHIFTED}
        table = table.assign(**numbers, outcome=table["outcome"].where(~is_ratio, "bpnd"))
        count = int(is_ratio.sum())
        assumptions.append(f"{count} value{'s' * (count > 1)}: DVR (k2/k2a) read as BP_ND = DVR - 1")
    return source.next(table, assumptions=assumptions)


def _word(text: str, words: dict[str, str]) -> str:
    return str(text) if is_missing(text) else words.get(spelling_key(text), str(text))


def _minus_one(text: str) -> str:
    number = parse_number(text)
    if number is None or number != number:
        return text
    return str(Decimal(text.replace("\N{MINUS SIGN}", "-")) - 1)
