"""A published range has one of three meanings: bounds of a mean, extremes of people, extremes of means."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import Problem, nearest
from petfit.evidence.rows import Row, by_name, each_row

__all__ = ["extremes_problems", "in_complete_set", "meanings", "range_problems"]


def in_complete_set(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows belong to a set of group means that is in the table as a whole."""
    return ((rows["level"] == "range") & (rows["set_complete"] == "yes")).to_numpy(bool)


def meanings(rows: pd.DataFrame) -> list[str]:
    """Return what the low and high of each row are, in words; "" where it has none.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of an `Evidence` table; every row of a complete set is needed to count it.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> rows = read_evidence().table
    >>> sorted(set(meanings(rows)))
    ['', 'bounds of the mean']
    """
    said = np.where(rows["level"] == "range", "bounds of the mean", "").astype(object)
    for at in np.flatnonzero(rows["level"] == "extremes"):
        n = rows["n"].iloc[at]
        said[at] = f"lowest and highest of {'n' if math.isnan(n) else f'{n:g}'} people"
    complete = in_complete_set(rows)
    sizes = rows.loc[complete, "range_set"].map(rows.loc[complete, "range_set"].value_counts())
    said[complete] = [f"extremes of a complete set of {k} means" for k in sizes]
    return [str(one) for one in said]


def extremes_problems(where: str, row: Row) -> Iterator[Problem]:
    """Yield what is wrong with the number of people behind their lowest and highest.

    Parameters
    ----------
    where : str
        The row's place.
    row : mapping of str to value
        Typed cells.
    """
    if math.isnan(row["n"]):
        rule = "extremes say nothing without the number of people, and n_assumed does not stand in for it"
        yield Problem(where, "n", "", rule, "Give n, or set use to no with the reason.")
    elif row["n"] == 1:
        rule = "a lowest and a highest take two people or more"
        yield Problem(where, "n", "1", rule, "Mend n, or set level to subject and give the value.")


def range_problems(table: pd.DataFrame) -> Iterator[Problem]:
    """Yield what is wrong between rows of extremes and of sets of ranges.

    Parameters
    ----------
    table : pandas.DataFrame
        The whole table, rows fitted (``use = yes``) and not.
    """
    for where, row in each_row(table[["range_set", "set_complete", "level"]]):
        yield from _membership_problems(where, row)
    names = set(table["range_set"]) - {""}
    for name, rows in table[table["range_set"] != ""].groupby("range_set", sort=False):
        yield from _set_problems(str(name), rows, names - {name})
    for (_, cohort), of_cohort in by_name(table[table["use"] == "yes"], "cohort").items():
        extremes = [where for where, level in of_cohort if level == "extremes"]
        if extremes and len(of_cohort) > 1:
            rule = (
                f"cohort {cohort!r} has {len(of_cohort)} rows, one of them its extremes; the extremes "
                "already count all its people, so they would count twice"
            )
            remedy = "Keep one row of the cohort and set use to no for the others; a mean with sd tells most."
            yield Problem(extremes[0], "cohort", cohort, rule, remedy)


def _membership_problems(where: str, row: Row) -> Iterator[Problem]:
    name, complete = row["range_set"], row["set_complete"]
    if complete and not name:
        rule = "no set is named that could be complete or not"
        yield Problem(where, "range_set", "", rule, "Name the set in range_set, or empty set_complete.")
    if name and not complete:
        remedy = "Write yes if every group of the set has a row here, else no."
        yield Problem(where, "set_complete", "", f"the set {name!r} is complete or it is not", remedy)
    if name and row["level"] != "range":
        remedy = "Set level to range, or empty range_set and set_complete."
        yield Problem(where, "range_set", name, "only ranges of group means form a set", remedy)


def _set_problems(name: str, rows: pd.DataFrame, others: set[str]) -> Iterator[Problem]:
    first = str(rows.index[0])
    for column in ("low", "high", "set_complete"):
        found = rows[column].replace("", np.nan).dropna().unique()
        if len(found) > 1:
            seen = ", ".join(f"{one:g}" if isinstance(one, float) else str(one) for one in found)
            rule = f"the rows of the set {name!r} disagree"
            yield Problem(first, column, seen, rule, "Mend it, or name the sets apart in range_set.")
    if not (rows["set_complete"] == "yes").any():
        return
    if len(rows) == 1:
        rule = "a complete set has two rows or more, and this is its only one"
        remedy = f"{nearest(name, others)} Name its other rows alike, or set set_complete to no.".strip()
        yield Problem(first, "range_set", name, rule, remedy)
    left_out = rows.index[rows["use"] == "no"]
    if 0 < len(left_out) < len(rows):
        rule = f"the set {name!r} is complete, but this row of it is left out"
        remedy = "Set use alike for all its rows, or set_complete to no."
        yield Problem(str(left_out[0]), "use", "no", rule, remedy)
