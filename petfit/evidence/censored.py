"""Read values of which only a limit is known: <10, >95 %, ≤ 0.05, below 10."""

from __future__ import annotations

import re
from collections import Counter

from petfit.errors import Problem
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable

__all__ = ["SIGN", "read_censored"]

_BELOW_SIGNS = ("<", "<=", "≤", "below", "under")
_ABOVE_SIGNS = (">", ">=", "≥", "above", "over")
SIGN = rf"(?i:{'|'.join(sorted((*_BELOW_SIGNS, *_ABOVE_SIGNS), key=len, reverse=True))})"
"""Pattern of what precedes a limit, such as ``<``."""
_CELL = re.compile(f"(?P<sign>{SIGN})\\s*(?P<limit>[-+.\\d\N{MINUS SIGN}].*)")


def read_censored(source: SourceTable) -> SourceTable:
    """Move the sign of a limit from ``value`` to ``censored``, where ``value`` keeps the limit.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with the words of choices read.
    """
    table, problems = source.table.copy(), []
    examples: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for where, text in source.table["value"].items():
        match = _CELL.fullmatch(text)
        if match is None:
            continue
        side = "below" if match["sign"].casefold() in _BELOW_SIGNS else "above"
        given = str(table.loc[where, "censored"])
        if not is_missing(given) and given != side:
            rule = f"the cell is {side} a limit, and censored says {given}"
            problems.append(Problem(str(where), "value", text, rule, "Correct one of the two."))
        table.loc[where, ["value", "censored"]] = [match["limit"].strip(), side]
        examples.setdefault(side, text)
        counts[side] += 1
    sentences = [
        f"{count} value{'s' * (count > 1)} {side} a limit: {examples[side]!r} read as censored"
        for side, count in counts.items()
    ]
    return source.next(table, assumptions=sentences, problems=problems)
