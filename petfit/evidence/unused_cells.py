"""Filled cells that a row of their level does not use."""

from __future__ import annotations

import pandas as pd

from petfit.evidence.levels import one_person_levels
from petfit.evidence.source_table import SourceTable

__all__ = ["note_unused_cells"]


def note_unused_cells(source: SourceTable) -> SourceTable:
    """Add a sentence for each column with cells that nothing reads.

    Parameters
    ----------
    source : SourceTable
        Typed, with its defaults filled.
    """
    table = source.table
    used = table["use"] == "yes"
    is_one_person = table["level"].isin(one_person_levels())
    is_group = used & ~is_one_person
    given_dose = table["dose"].notna()
    given_concentration = table["concentration"].notna()
    unused = {
        "subject": (is_group, "the row is of a group"),
        "session": (is_group, "the row is of a group"),
        "condition": (used & (table["level"] != "scan"), "only scans have a condition"),
        "dose_low": (used & given_dose, "the dose itself is given"),
        "dose_high": (used & given_dose, "the dose itself is given"),
        "concentration_sd": (used & ~given_concentration, "no concentration is given"),
        "concentration_loq": (used & given_concentration, "the concentration itself is given"),
        "exclusion_reason": (used, "the row is fitted"),
    }
    sentences = []
    for column, (rows, why) in unused.items():
        count = int((rows & _is_filled(table[column])).sum())
        if count:
            where = f"{count} row{'s' * (count > 1)}"
            sentences.append(f"{column} is filled in {where} and not used: {why}")
    return source.next(table, assumptions=sentences)


def _is_filled(column: pd.Series) -> pd.Series:
    return column.notna() & (column.astype(str) != "")
