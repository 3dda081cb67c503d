"""The coefficient of variation of a group, SD over mean, as its SD."""

from __future__ import annotations

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.source_table import SourceTable

__all__ = ["convert_variation"]

_LARGEST_FRACTION = 3.0
"""No group has an SD of more times its mean, but for means near 0."""
_TOLERANCE = 0.1
"""Largest relative difference between a published SD and the CV times the mean."""


def convert_variation(source: SourceTable) -> SourceTable:
    """Convert the coefficients of variation of groups to SDs, those of scans to their standard errors.

    Parameters
    ----------
    source : SourceTable
        Typed cells in the canonical columns and `STATISTICS`; ``cv`` is a fraction where the header or the
        cells gave a unit.
    """
    table = source.table
    given = table["cv"].notna() & (table["use"] != "no")
    if not given.any():
        return source
    cv, said = table["cv"].where(given), "coefficient of variation times the mean is the sd"
    if "cv" not in source.header_units and cv.max() > _LARGEST_FRACTION:
        if cv.min() < 1:
            rule = "some coefficients of variation are above 3 and others below 1"
            where = str(cv.idxmax())
            problem = Problem(where, "cv", f"{cv.max():g}", rule, "Write all of them with a % sign.")
            return source.next(table, problems=[problem])
        cv, said = cv / 100, f"{said}, read in percent by their size"
    sd = cv * table["value"].abs()
    problems = [*_without_mean(table, given), *_contradictions(table, sd)]
    is_empty = table["sd"].isna() & table["se"].isna()
    is_scan = table["outcome"].isin(["bpnd", "vt"]) & (table["level"] != "group")
    filled = {
        "sd": table["sd"].where(~is_empty | is_scan, sd),
        "se": table["se"].where(~is_empty | ~is_scan, sd),
    }
    count = int(given.sum())
    sentence = f"{count} row{'s' * (count > 1)}: {said}"
    if (given & is_scan).any():
        sentence = sentence.replace("the mean is the sd", "the value is the sd of a group, the se of a scan")
    return source.next(table.assign(**filled), assumptions=[sentence], problems=problems)


def _without_mean(table: pd.DataFrame, given: pd.Series) -> list[Problem]:
    rule = "a coefficient of variation means nothing without the mean"
    remedy = "Give the mean in value, or empty it."
    return [
        Problem(str(where), "cv", "", rule, remedy) for where in table.index[given & table["value"].isna()]
    ]


def _contradictions(table: pd.DataFrame, sd: pd.Series) -> list[Problem]:
    differs = (table["sd"] - sd).abs() > _TOLERANCE * sd
    rule = "sd is not the coefficient of variation times the mean"
    remedy = "Correct one of the two, or leave it out."
    return [
        Problem(str(where), "sd", f"{table['sd'][where]:g}", rule, remedy) for where in table.index[differs]
    ]
