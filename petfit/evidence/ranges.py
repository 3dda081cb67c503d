"""What a published range means: bounds of a mean, extremes of people, or extremes of a set of means."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import Problem, nearest
from petfit.evidence.rows import Row, each_row, group_rows

__all__ = ["in_complete_set", "range_meanings", "range_set_problems"]


def in_complete_set(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows belong to a complete set of group means.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of an `Evidence` table.

    Returns
    -------
    numpy.ndarray of bool, shape (row,)
    """
    return ((rows["level"] == "range") & (rows["set_complete"] == "yes")).to_numpy(bool)


def range_meanings(rows: pd.DataFrame) -> list[str]:
    """Return in words what the low and high of each row are, "" where the row has none.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of an `Evidence` table, with every row of each complete set.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> rows = read_evidence().table
    >>> sorted(set(range_meanings(rows)))
    ['', 'bounds of the mean']
    """
    meanings = np.where(rows["level"] == "range", "bounds of the mean", "").astype(object)
    for position in np.flatnonzero(rows["level"] == "extremes"):
        n = rows["n"].iloc[position]
        meanings[position] = f"lowest and highest of {'n' if math.isnan(n) else f'{n:g}'} people"
    complete = in_complete_set(rows)
    sizes = rows.loc[complete, "range_set"].map(rows.loc[complete, "range_set"].value_counts())
    meanings[complete] = [f"extremes of a complete set of {size} means" for size in sizes]
    return [str(meaning) for meaning in meanings]


def range_set_problems(table: pd.DataFrame) -> Iterator[Problem]:
    """Yield what is wrong with sets of ranges, and with extremes beside other rows of their cohort.

    Parameters
    ----------
    table : pandas.DataFrame
        The whole typed table, fitted rows (``use = yes``) and others.
    """
    for where, row in each_row(table[["range_set", "set_complete", "level"]]):
        yield from _membership_problems(where, row)
    names = set(table["range_set"]) - {""}
    for name, rows in table[table["range_set"] != ""].groupby("range_set", sort=False):
        yield from _disagreements(str(name), rows)
        if (rows["set_complete"] == "yes").any():
            yield from _complete_set_problems(str(name), rows, names - {name})
    yield from _repeated_extremes(table[table["use"] == "yes"])


def _membership_problems(where: str, row: Row) -> Iterator[Problem]:
    name, complete = row["range_set"], row["set_complete"]
    if complete and not name:
        rule = "set_complete is given without a range_set"
        yield Problem(where, "range_set", "", rule, "Name the set in range_set, or empty set_complete.")
    if name and not complete:
        rule = f"the table does not say whether the set {name!r} is complete"
        remedy = "Write yes if every group of the set has a row here, otherwise no."
        yield Problem(where, "set_complete", "", rule, remedy)
    if name and row["level"] != "range":
        remedy = "Set level to range, or empty range_set and set_complete."
        yield Problem(where, "range_set", name, "only ranges of group means form a set", remedy)


def _disagreements(name: str, rows: pd.DataFrame) -> Iterator[Problem]:
    for column in ("low", "high", "set_complete"):
        values = rows[column].replace("", np.nan).dropna().unique()
        if len(values) > 1:
            seen = ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)
            rule = f"the rows of the set {name!r} disagree"
            remedy = "Correct it, or give the sets different names in range_set."
            yield Problem(str(rows.index[0]), column, seen, rule, remedy)


def _complete_set_problems(name: str, rows: pd.DataFrame, other_names: set[str]) -> Iterator[Problem]:
    if len(rows) == 1:
        rule = "a complete set has two rows or more, and this is its only one"
        remedy = f"{nearest(name, other_names)} Give its other rows the same name, or set set_complete to no."
        yield Problem(str(rows.index[0]), "range_set", name, rule, remedy.strip())
    excluded = rows.index[rows["use"] == "no"]
    if 0 < len(excluded) < len(rows):
        rule = f"the set {name!r} is complete, but this row of it is excluded"
        remedy = "Give all its rows the same use, or set set_complete to no."
        yield Problem(str(excluded[0]), "use", "no", rule, remedy)


def _repeated_extremes(used: pd.DataFrame) -> Iterator[Problem]:
    for (_, cohort), rows in group_rows(used, "cohort").items():
        extremes = [where for where, level in rows if level == "extremes"]
        if extremes and len(rows) > 1:
            rule = (
                f"cohort {cohort!r} has {len(rows)} rows, one of them its extremes; the extremes already "
                "describe all its people, who would count twice"
            )
            remedy = (
                "Keep one row and set use to no for the others; a mean with its SD is the most informative."
            )
            yield Problem(extremes[0], "cohort", cohort, rule, remedy)
