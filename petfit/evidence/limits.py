"""Read values of which only a limit is known: <10, >95 %, ≤ 0.05, below 10."""

from __future__ import annotations

import re

from petfit.errors import Problem
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable

__all__ = ["SIGN", "read_limits"]

_BELOW_SIGNS = ("<", "<=", "≤", "\N{FULLWIDTH LESS-THAN SIGN}", "below", "under")
_ABOVE_SIGNS = (">", ">=", "≥", "\N{FULLWIDTH GREATER-THAN SIGN}", "above", "over")
SIGN = rf"(?i:{'|'.join(sorted((*_BELOW_SIGNS, *_ABOVE_SIGNS), key=len, reverse=True))})"
"""Pattern of what precedes a limit, such as ``<``."""
_CELL = re.compile(f"(?P<sign>{SIGN})\\s*(?P<limit>[^\\w\\s]?\\d.*)")


def read_limits(source: SourceTable) -> SourceTable:
    """Move the sign of a limit from ``value`` to ``censored``, where ``value`` keeps the limit.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with the words of choices read.
    """
    values, sides, problems = list(source.table["value"]), list(source.table["censored"]), []
    limits: dict[str, list[str]] = {"below": [], "above": []}
    for i, (where, text) in enumerate(source.table["value"].items()):
        match = _CELL.fullmatch(text)
        if match is None:
            continue
        side = "below" if match["sign"].casefold() in _BELOW_SIGNS else "above"
        if not is_missing(sides[i]) and sides[i] != side:
            rule = f"the cell is {side} a limit, and censored says {sides[i]}"
            problems.append(Problem(str(where), "value", text, rule, "Correct one of the two."))
        values[i], sides[i] = match["limit"].strip(), side
        limits[side].append(text)
    sentences = [
        f"{len(texts)} value{'s' * (len(texts) > 1)} {side} a limit: {texts[0]!r} read as censored"
        for side, texts in limits.items()
        if texts
    ]
    table = source.table.assign(value=values, censored=sides)
    return source.next(table, assumptions=sentences, problems=problems)
