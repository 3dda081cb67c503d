"""Read what stands beside a dose and its unit in a cell: 10 mg BID x 7 days, single dose 10 mg."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.dosing_frequency import MONTH_DAYS
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.units import scale_of

__all__ = ["dose_parts", "read_dose_words"]

_DAYS = {"d": Fraction(1), "w": Fraction(7), "m": MONTH_DAYS}
_DURATION = re.compile(
    r"[\s,;(]+(?:[x\u00d7]|for|over|during)?\s*(\d+)[\s-]*(days?|d|weeks?|wks?|wk|months?|mo)(?![^\W_])\)?\.?$",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"^(?:a\s+)?single(?:\s+oral)?\s+dose(?:\s+of)?[\s:]+|[\s,;(]+(?:a\s+)?single(?:\s+dose)?\)?$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\s*[(\[,;]\s*n\s*=\s*(\d+)\s*[)\]]?$", re.IGNORECASE)
_DOSE = re.compile(r"((?:\d+\.?\d*|\.\d+))\s*([^\W\d_].*)")


def read_dose_words(source: SourceTable) -> SourceTable:
    """Move the days on the drug, a single dose and the number of people from the cells of doses.

    A cell in which something else stands beside the dose and its unit stays as it is.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    """
    columns = {
        name: [str(text) for text in source.table[name]] for name in ("dose", "days_on_drug", "regimen", "n")
    }
    read, problems = {}, []
    for place, (where, text) in enumerate(source.table["dose"].items()):
        parts = dose_parts(str(text))
        if parts is None:
            continue
        if not is_missing(source.cells("subject")[place]):
            parts.pop("n", None)
        for name, found in parts.items():
            given = columns[name][place]
            if name != "dose" and not is_missing(given) and given != found:
                rule = f"the cell gives {found} for {name}, which is {given}"
                problems.append(Problem(str(where), "dose", str(text), rule, "Correct one of the two."))
            columns[name][place] = found
        read[str(text)] = parts
    said = [f"dose: {_words(read)}"] * bool(read)
    cells = {name: pd.Series(texts, source.table.index, dtype=object) for name, texts in columns.items()}
    return source.next(source.table.assign(**cells), assumptions=said, problems=problems)


def dose_parts(text: str) -> dict[str, str] | None:
    """Return the dose with its unit, and what the other words give, by column; None where there are none.

    Examples
    --------
    >>> dose_parts("10 mg BID x 7 days")
    {'dose': '10 mg BID', 'days_on_drug': '7'}
    >>> dose_parts("10 mg (n = 6)"), dose_parts("10 mg")
    ({'dose': '10 mg', 'n': '6'}, None)
    """
    count = _COUNT.search(text)
    rest = _COUNT.sub("", text)
    single, duration = _SINGLE.search(rest), _DURATION.search(rest)
    rest = _SINGLE.sub("", _DURATION.sub("", rest))
    match = _DOSE.fullmatch(rest.strip())
    if rest == text or match is None or scale_of(match[2], "dose") is None:
        return None
    parts = {"dose": rest.strip()}
    if single:
        parts["regimen"] = "single dose"
    if duration:
        parts["days_on_drug"] = f"{float(int(duration[1]) * _DAYS[duration[2][0].lower()]):g}"
    if count:
        parts["n"] = count[1]
    return parts


def _words(read: Mapping[str, Mapping[str, str]]) -> str:
    """Return in words how the first of the cells that were read in each way is read."""
    ways: dict[tuple[str, ...], str] = {}
    for text, parts in read.items():
        others = "".join(f", {name} {found}" for name, found in parts.items() if name != "dose")
        ways.setdefault(tuple(parts), f"{text!r} read as {parts['dose']}{others}")
    return "; ".join(ways.values())
