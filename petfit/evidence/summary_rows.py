"""Leave out rows that are no evidence: Mean and SD below people, V_ND below regions, rows without a value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import Problem
from petfit.evidence.columns import STATISTICS
from petfit.evidence.parse import PLUS_MINUS, is_missing, parse_number, without_percent
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.words import words_for

__all__ = ["leave_out_summaries"]

_NAMES = ("study", "cohort", "subject", "drug", "region", "dose")
_MEASURED = ("value", "low", "high", "sd", "se", "censored", "use", *STATISTICS)
"""Columns of which none is filled in a row without a value; ``use`` tells of it in its own way."""
_OF_PEOPLE = ("cohort", "subject")
_MEAN = rf"(?:{'|'.join(words_for('summaries', 'mean'))})s?"
_SUMMARY = re.compile(
    rf"(?:(?:group|grand|overall|total|arithmetic|geometric|weighted|pooled)\s+)*{_MEAN}"
    rf"(?:\s*(?:{PLUS_MINUS}|[(,]).*)?|[(\[]?n\s*=\s*\d+[)\]]?",
    re.IGNORECASE,
)
_EVERYBODY = re.compile(r"all(?:\s+(?:subjects|patients|participants|people|volunteers))?", re.IGNORECASE)
"""In place of a person; a cohort of this name may be one."""
_HAS_MEAN = re.compile(rf"(?<![^\W\d_]){_MEAN}(?![^\W\d_])", re.IGNORECASE)
_SPREAD = re.compile(
    r"n|sem|st\.?\s?dev\.?|(?:standard|std\.?) ?(?:deviation|error).*|cv\s*%|%\s*cv|iqr|range|"
    r"min(?:imum)?|max(?:imum)?|standardabweichung|std\.?[\s-]?abw\.?|stabw\.?|standardfehler|[eé]cart[\s-]type|"
    r"desviaci[oó]n.*|deviazione.*|desvio.*|\u03c3|標準偏差|標準誤差|标准差|标准误"
)
_BELOW_MEAN = re.compile(r"s\.?d\.?|s\.?e\.?m?\.?|cv|n", re.IGNORECASE)
"""Names that may be people's initials, and mean a statistic only below a mean or a median."""
_ABOVE_SPREAD = re.compile(r"m\.?|mw|x", re.IGNORECASE)
"""Names that may be people's initials, and mean a mean only above a spread."""


def leave_out_summaries(source: SourceTable) -> SourceTable:
    """Leave out rows that are named by a statistic of other rows, unless their study has no other rows.

    The name is in the column of the study, cohort, subject, drug, region or dose. Names of people that have a
    mean in them, such as ``Mean 10 mg``, count as well. Rows whose region is V_ND are left out too: it is no
    region, and a model of V_T estimates it; and so are rows with a dose or concentration and no value.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    """
    return _without_values(_without_summaries(_without_nondisplaceable(source)))


def _without_summaries(source: SourceTable) -> SourceTable:
    left_out = _summaries(source.table)
    if not left_out.any() or left_out.all():
        return source.next(source.table, problems=_unnamed_mean(source))
    places = ", ".join(map(str, source.table.index[left_out]))
    assumption = f"{places} left out: summaries of other rows (mean, SD, total)"
    return source.next(source.table[~left_out], assumptions=[assumption])


def _summaries(table: pd.DataFrame) -> NDArray[np.bool_]:
    if table.empty:
        return np.zeros(0, bool)
    texts = table[[name for name in _NAMES if name in table.columns]].astype(str).map(str.strip)
    people = texts[[name for name in _OF_PEOPLE if name in texts.columns]]
    is_mean = _any_cell(texts, _SUMMARY.fullmatch) | _any_cell(people, _HAS_MEAN.search)
    is_mean |= _any_cell(texts[texts.columns.intersection(["subject"])], _EVERYBODY.fullmatch)
    is_spread = _any_cell(texts, lambda text: _SPREAD.fullmatch(text if text == "N" else text.lower()))
    may_be_spread = is_spread | _any_cell(texts, _BELOW_MEAN.fullmatch)
    left_out: NDArray[np.bool_] = is_mean | (
        is_spread & (np.r_[False, is_spread[:-1]] | np.r_[is_spread[1:], False])
    )
    last = max(np.flatnonzero(~may_be_spread), default=0)
    is_above_spreads = last < len(left_out) - 1 and bool(people.map(_ABOVE_SPREAD.fullmatch).iloc[last].any())
    left_out[last] |= is_above_spreads
    for position in range(1, len(left_out)):
        left_out[position] |= left_out[position - 1] and may_be_spread[position]
    for position in range(len(left_out) - 1, 0, -1):
        left_out[position - 1] |= left_out[position] and is_spread[position - 1]
    studies = table["study"].astype(str) if "study" in table.columns else pd.Series("", table.index)
    others = set(studies[~left_out])
    is_beside = [is_missing(study) or _is_named(study) or study in others for study in studies]
    left_out &= np.array(is_beside, bool)
    return left_out


def _unnamed_mean(source: SourceTable) -> Iterator[Problem]:
    """Yield the problem of a last row without a subject whose value is the mean of those with one."""
    if not {"subject", "value"} <= set(source.names) or len(source.table) < 3:
        return
    named = [not is_missing(text) for text in source.cells("subject")]
    first = named.index(False) if not all(named) else 0
    numbers = [parse_number(without_percent(text).replace(",", ".")) for text in source.cells("value")]
    above = [number for number in numbers[:first] if number is not None and not math.isnan(number)]
    mean, text = numbers[first], without_percent(source.cells("value")[first])
    if first < 2 or any(named[first:]) or len(set(above)) < 2 or mean is None:
        return
    rounding = 0.51 * 10.0 ** -len(re.split("[.,]", text + ".")[1])
    if abs(mean - float(np.mean(above))) <= rounding:
        where = str(source.table.index[first])
        rule = "this row has no subject, and its value is the mean of those above"
        yield Problem(where, "value", text, rule, "Remove a row of means; name the person otherwise.")


def _any_cell(texts: pd.DataFrame, is_match: Callable[[str], object]) -> NDArray[np.bool_]:
    return texts.map(lambda text: bool(is_match(text))).any(axis=1).to_numpy(bool)


def _is_named(study: str) -> bool:
    return any(pattern.fullmatch(study.strip()) for pattern in (_SUMMARY, _SPREAD, _BELOW_MEAN))


def _without_values(source: SourceTable) -> SourceTable:
    """Leave out the rows of failed or missed measurements."""
    is_empty = source.table.map(is_missing)
    measured = [name for name in _MEASURED if name in is_empty.columns]
    exposures = [name for name in ("dose", "concentration") if name in is_empty.columns]
    if "value" not in measured or not exposures:
        return source
    is_missed = is_empty[measured].all(axis=1) & ~is_empty[exposures].all(axis=1)
    if not is_missed.any() or is_missed.all():
        return source
    assumption = f"{', '.join(map(str, source.table.index[is_missed]))} left out: no value"
    return source.next(source.table[~is_missed], assumptions=[assumption])


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
