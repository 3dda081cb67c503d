"""Read numbers of which only a limit is known: values <10, >95 %, ≤ 0.05; concentrations <0.5, below LOQ."""

from __future__ import annotations

import re

from petfit.errors import Problem
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.words import by_word

__all__ = ["BELOW_LOQ", "SIGN", "read_limits"]

_SIDES = by_word("limits")
SIGN = rf"(?i:{'|'.join(sorted(_SIDES, key=len, reverse=True))})"
"""Pattern of what precedes a limit, such as ``<``."""
_CELL = re.compile(f"(?P<sign>{SIGN})\\s*(?P<limit>[^\\w\\s]?\\d.*)")
BELOW_LOQ = re.compile(
    r"(?:(?:<|below|under)\s*(?:the\s+)?)?(?:b?ll?oq|blq|bql|loq|lod|bld|(?:detection |quantification )limit|"
    r"limit of (?:quantification|detection))|not (?:detected|detectable|quantifiable)|undetectable",
    re.IGNORECASE,
)
"""Words for a concentration below the limit of quantification."""


def read_limits(source: SourceTable) -> SourceTable:
    """Move the sign of a limit from ``value`` to ``censored``, and a concentration below one to its limit.

    ``value`` keeps its limit. Words such as BLQ are read where the row has a ``concentration_loq``.

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
        side = _SIDES[match["sign"].casefold()]
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
    return _read_concentrations(source.next(table, assumptions=sentences, problems=problems))


def _read_concentrations(source: SourceTable) -> SourceTable:
    texts, limits = list(source.table["concentration"]), list(source.table["concentration_loq"])
    read, problems = [], []
    for i, (where, text) in enumerate(source.table["concentration"].items()):
        match = _CELL.fullmatch(text)
        is_below = match is not None and _SIDES[match["sign"].casefold()] == "below"
        is_word = BELOW_LOQ.fullmatch(text) is not None and not is_missing(limits[i])
        if not (is_below or is_word):
            continue
        limit = match["limit"].strip() if match else limits[i]
        if not is_missing(limits[i]) and limits[i] != limit:
            rule = f"the cell is below another limit than concentration_loq, which is {limits[i]}"
            problems.append(Problem(str(where), "concentration", text, rule, "Correct one of the two."))
        texts[i], limits[i] = "", limit
        read.append(text)
    count = f"{len(read)} concentration{'s' * (len(read) > 1)}"
    said = [f"{count} below the limit of quantification: {read[0]!r} read as censored"] if read else []
    table = source.table.assign(concentration=texts, concentration_loq=limits)
    return source.next(table, assumptions=said, problems=problems)
