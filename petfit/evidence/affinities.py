"""Affinities in vitro: Ki or Kd by drug, target and laboratory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.columns import AFFINITY_COLUMNS
from petfit.evidence.parse import parse_number
from petfit.evidence.readers import read_source
from petfit.evidence.units import scale_of, unit_problem

__all__ = ["AFFINITY_COLUMNS", "read_affinities"]

_NEEDED = ("drug", "target", "value", "laboratory")
_MEASURES = ("Ki", "Kd")
_QUALIFIERS = ("=", ">", "<")


def read_affinities(source: str | Path | pd.DataFrame = "affinities") -> pd.DataFrame:
    """Read a table of affinities.

    Parameters
    ----------
    source : str, path or pandas.DataFrame
        A CSV, TSV or .xlsx file or a DataFrame with the columns ``drug``, ``target``, ``value`` and
        ``laboratory``, and any other of ``AFFINITY_COLUMNS``; the bundled table by default.

    Returns
    -------
    pandas.DataFrame
        One row per drug, target and laboratory, ``value`` in nmol/L. ``qualifier`` is ``=``, or ``>`` or
        ``<`` where only a bound was published; ``form`` says whether the racemate or an enantiomer was used.

    Raises
    ------
    PetfitError
        When the file does not exist or cannot be read.
    EvidenceError
        When a column, a number or a unit is wrong, or a laboratory has two values of one drug and target.

    Examples
    --------
    >>> table = read_affinities()
    >>> table.loc[(table["drug"] == "sertraline") & (table["target"] == "DAT"), "value"].tolist()
    [25.0]
    """
    affinities = read_source(source, frame_name="the affinities")
    affinities.check_header("a table of affinities", AFFINITY_COLUMNS, _NEEDED)
    cells = affinities.table.reindex(columns=list(AFFINITY_COLUMNS), fill_value="")
    cells["measure"] = cells["measure"].replace("", "Ki")
    cells["qualifier"] = cells["qualifier"].replace("", "=")
    cells["unit"] = cells["unit"].replace("", "nM")
    if problems := [*_cell_problems(cells), *_duplicates(cells)]:
        raise affinities.error(problems)
    factors = [_factor(unit) for unit in cells["unit"]]
    values = [
        float(number) * factor
        for number, factor in zip(map(parse_number, cells["value"]), factors, strict=True)
        if number is not None
    ]
    return cells.assign(value=values, unit="nmol/L")


def _factor(unit: str) -> float:
    scale = scale_of(unit, "concentration")
    assert scale is not None
    return float(scale.factor)


def _cell_problems(cells: pd.DataFrame) -> Iterator[Problem]:
    for label, row in cells.iterrows():
        where = str(label)
        for column in _NEEDED:
            if not row[column]:
                yield Problem(where, column, "", "this cell is empty", "Fill it in, or leave out the row.")
        number = parse_number(row["value"])
        if row["value"] and (number is None or not number > 0):
            remedy = "Write the number; if it is a bound, put > or < in the column qualifier."
            yield Problem(where, "value", row["value"], "an affinity is a number above 0", remedy)
        for column, words in (("measure", _MEASURES), ("qualifier", _QUALIFIERS)):
            if row[column] not in words:
                rule = f"this is not one of {', '.join(words)}"
                remedy = "An IC50 depends on the assay; convert it." if column == "measure" else "Write one."
                yield Problem(where, column, row[column], rule, remedy)
        scale = scale_of(row["unit"], "concentration")
        if scale is None or scale.unit != "nmol/L":
            yield unit_problem(where, "unit", row["unit"], "concentration")


def _duplicates(cells: pd.DataFrame) -> Iterator[Problem]:
    keys = cells[["drug", "target", "laboratory"]]
    for label, key in keys[keys.duplicated()].iterrows():
        rule = f"{key['laboratory']} has two values of {key['drug']} at {key['target']}"
        yield Problem(str(label), "value", "", rule, "Keep one, or give the laboratories two names.")
