"""The defaults of columns a table leaves out; each one used is named in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from petfit.evidence.columns import COLUMNS

__all__ = ["fill"]

_ABSENT = {
    "study": ("this study", "every row belongs to one study"),
    "dose_unit": ("mg/day", "doses are in mg/day"),
    "outcome": ("occupancy", "every value is an occupancy"),
    "use": ("yes", "every row is fitted"),
}


def fill(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Complete a table of text with every canonical column.

    Parameters
    ----------
    cells : pandas.DataFrame
        Cells as text.

    Returns
    -------
    pandas.DataFrame
        The canonical columns in their order, then the others.
    list of str
        One sentence per default used.

    Examples
    --------
    >>> table, said = fill(pd.DataFrame({"drug": ["A"], "dose": ["10"], "value": ["0.5"]}))
    >>> table["level"].tolist(), said[-1]
    (['subject'], 'cohort not given: one cohort per study, drug and dose')
    """
    table = cells.copy()
    said: list[str] = []
    for name, (value, meaning) in _ABSENT.items():
        if _fill(table, name, partial(_constant, value)):
            said.append(f"{name} not given: {meaning}")
    if _fill(table, "level", _level):
        said.append(
            "level not given: a row with n > 1, sd or se is a group, one with low and high a range, "
            "any other a person"
        )
    if _fill(table, "cohort", _cohort):
        said.append("cohort not given: one cohort per study, drug and dose")
    for name in COLUMNS:
        if name not in table:
            table[name] = pd.Series("", table.index, dtype=object)
    others = [name for name in table.columns if name not in COLUMNS]
    return table[[*COLUMNS, *others]], said


def _fill(table: pd.DataFrame, name: str, rule: Callable[[pd.Series], str]) -> bool:
    """Fill the missing cells of one column by a rule of the row; say whether there were any."""
    if name not in table:
        table[name] = pd.Series("", table.index, dtype=object)
    empty = table[name].str.lower().isin(["", "n/a"])
    if empty.any():
        table.loc[empty, name] = [rule(row) for _, row in table[empty].iterrows()]
    return bool(empty.any())


def _constant(value: str, _: pd.Series) -> str:
    return value


def _level(row: pd.Series) -> str:
    given = {
        name for name in ("n", "sd", "se", "low", "high", "value") if row.get(name, "") not in ("", "n/a")
    }
    if {"low", "high"} & given and "value" not in given:
        return "range"
    return "group" if {"sd", "se"} & given or ("n" in given and row["n"] != "1") else "subject"


def _cohort(row: pd.Series) -> str:
    dose = row.get("dose", "") or row.get("concentration", "")
    return f"{row['study']}, {row['drug']} {dose}".strip()
