"""Read the words of choices as the field writes them: BP_ND, V_T, Baseline, DVR."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from petfit.evidence.columns import COLUMNS
from petfit.evidence.outcome_words import CONDITIONS, outcome_of
from petfit.evidence.parse import is_missing
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
    "condition": CONDITIONS,
    "censored": {"<": "below", "left": "below", ">": "above", "right": "above"},
    "value_unit": {
        **dict.fromkeys(PERCENT_WORDS, "percent"),
        **dict.fromkeys(["fractions", "proportion"], "fraction"),
    },
    "use": _YES_NO,
    "set_complete": _YES_NO,
}


def read_words(source: SourceTable) -> SourceTable:
    """Read choices in any spelling.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
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
            if seen != word and word not in ("dvr", "change", "remaining") and column.name != "value_unit"
        )
    return source.next(source.table.assign(**columns), assumptions=sorted(readings))


def _word(text: str, words: dict[str, str]) -> str:
    return str(text) if is_missing(text) else words.get(spelling_key(text), str(text))


def _outcome(text: str) -> str:
    return str(text) if is_missing(text) else outcome_of(text) or str(text)
