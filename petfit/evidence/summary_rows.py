"""Leave out rows that summarise others, such as Mean and SD below the people of a sheet."""

from __future__ import annotations

import re

from petfit.evidence.source_table import SourceTable

__all__ = ["leave_out_summaries"]

_NAMES = ("study", "subject", "drug", "region")
_SUMMARY = re.compile(
    r"(?:(?:group|grand|overall|total|arithmetic)\s+)?(?:mean|average|avg|median|total|sum|subtotal)s?"
    r"(?:\s*(?:±|\+/?-|\()\s*(?:sd|sem?|iqr|range)\)?)?",
    re.IGNORECASE,
)
_BESIDE_SUMMARY = re.compile(
    r"s\.?d\.?|s\.?e\.?m?\.?|st\.?\s?dev\.?|standard (?:deviation|error).*|cv\s*%?|%\s*cv|iqr|range|n|"
    r"min(?:imum)?|max(?:imum)?",
    re.IGNORECASE,
)
"""Names that may be people's initials, and mean a statistic only below a mean or a median."""


def leave_out_summaries(source: SourceTable) -> SourceTable:
    """Leave out rows whose study, subject, drug or region is the name of a statistic, unless all are.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    """
    columns = [name for name in _NAMES if name in source.table.columns]
    texts = source.table[columns].astype(str)
    is_mean = texts.map(lambda text: _SUMMARY.fullmatch(text.strip()) is not None).any(axis=1)
    if not is_mean.any() or is_mean.all():
        return source
    is_spread = texts.map(lambda text: _BESIDE_SUMMARY.fullmatch(text.strip()) is not None).any(axis=1)
    left_out = is_mean.to_numpy(bool).copy()
    for position in range(1, len(left_out)):
        left_out[position] |= left_out[position - 1] and is_spread.iloc[position]
    places = ", ".join(map(str, source.table.index[left_out]))
    assumption = f"{places} left out: summaries of other rows (mean, SD, total)"
    return source.next(source.table[~left_out], assumptions=[assumption])
