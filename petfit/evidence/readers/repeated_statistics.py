"""Columns such as SD that occur once behind each column of values: Putamen, SD, Caudate, SD."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from petfit.evidence.header_meaning import split_unit
from petfit.evidence.statistic_names import statistic_name

__all__ = ["name_repeated_statistics"]

_REPEATED = ("sd", "se", "n", "ci_low", "ci_high", "p", "cv", "iqr", "q1", "q3", "min", "max")
_NUMBER_OF_COPY = re.compile(r"(?<=[^\d.])\.{1,3}\d+$")
"""As pandas, R and readr number names that repeat: SD.1, SD...5."""
_IN_BRACKETS = re.compile(r"^[(\[]([^()\[\]]*)[)\]]$")


def name_repeated_statistics(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Name each of several equal statistics after the column before it; unchanged where that is not clear.

    Also return the new names.

    Examples
    --------
    >>> name_repeated_statistics(["dose", "Putamen", "(SD)", "Caudate (%)", "(SD)"])
    (['dose', 'Putamen', 'Putamen SD', 'Caudate (%)', 'Caudate SD (%)'], ['Putamen SD', 'Caudate SD (%)'])
    >>> name_repeated_statistics(["dose", "value", "SD", "dose", "value", "SD"])[1]
    []
    """
    plain = [_IN_BRACKETS.sub(r"\1", _NUMBER_OF_COPY.sub("", name)) for name in names]
    counts = Counter(name for name in plain if statistic_name(name) in _REPEATED)
    named, owners, owner = list(names), Counter[tuple[str, str]](), ""
    for place, statistic in enumerate(plain):
        if counts[statistic] < 2:
            owner = names[place]
            continue
        level, unit = split_unit(owner, "value")
        has_unit = unit and statistic_name(statistic) != "n" and not split_unit(statistic, "value")[1]
        named[place] = f"{level} {statistic}" + f" ({unit})" * bool(has_unit)
        owners[owner, statistic] += 1
        if not owner or statistic_name(level) or owners[owner, statistic] > 1:
            return list(names), []
    return named, [new for new, old in zip(named, names, strict=True) if new != old]
