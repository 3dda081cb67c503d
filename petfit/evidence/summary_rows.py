"""Leave out rows that are no evidence: Mean and SD below the people of a sheet, V_ND below the regions."""

from __future__ import annotations

import re

from petfit.errors import Problem
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key

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

    Rows whose region is V_ND are left out too: it is no region, and a model of V_T estimates it.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    """
    source = _without_nondisplaceable(source)
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


def _without_nondisplaceable(source: SourceTable) -> SourceTable:
    if "region" not in source.table.columns:
        return source
    is_v_nd = source.table["region"].map(lambda text: spelling_key(str(text)) == "vnd").to_numpy(bool)
    if not is_v_nd.any():
        return source
    if is_v_nd.all():
        problem = Problem("table", "region", "", "V_ND is no region", "Give V_T of the scans by region.")
        return source.next(source.table, problems=[problem])
    assumption = f"{int(is_v_nd.sum())} rows left out: V_ND is no region, and the fit estimates it"
    return source.next(source.table[~is_v_nd], assumptions=[assumption])
