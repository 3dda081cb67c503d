"""Read the words of choices as the field writes them: BP_ND, V_T, Baseline, DVR."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pandas as pd

from petfit.evidence.columns import COLUMNS, Column
from petfit.evidence.outcome_words import condition_of, outcome_of
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.words import by_word

__all__ = ["read_choices"]


def read_choices(source: SourceTable) -> SourceTable:
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
        texts, word_of = source.table[column.name], _reader(column)
        read = ["" if is_missing(text) else word_of(text) for text in texts]
        read = [word or str(text) for word, text in zip(read, texts, strict=True)]
        columns[column.name] = pd.Series(read, texts.index, dtype=object)
        readings.update(
            f"{column.name}: {seen!r} read as {word!r}"
            for seen, word in zip(texts, read, strict=True)
            if seen != word and word not in ("dvr", "change", "remaining") and column.name != "value_unit"
        )
    sessions = _numbered_sessions(source.table)
    if sessions != list(source.table["session"]):
        readings["condition: the number behind it read as the session"] += 1
        columns["session"] = pd.Series(sessions, source.table.index, dtype=object)
    return source.next(source.table.assign(**columns), assumptions=sorted(readings))


def _numbered_sessions(table: pd.DataFrame) -> list[str]:
    """Return the sessions; where there is none, the number behind the condition, as in post-dose 2."""
    pairs = zip(table["session"], table["condition"], strict=True)
    return [condition_of(str(text))[1] or given if is_missing(given) else given for given, text in pairs]


def _reader(column: Column) -> Callable[[str], str]:
    """Return what reads the words of a column, "" where it does not know one."""
    if column.name == "outcome":
        return outcome_of
    if column.name == "condition":
        return lambda text: condition_of(text)[0]
    words = {spelling_key(word): word for word in column.levels} | by_word("choices", column.name)
    return lambda text: words.get(spelling_key(text), "")
