"""The drug table: reference dose, accumulation, molar mass and marketed strengths of each drug."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.cell_words import number_problem
from petfit.evidence.columns import DRUG_COLUMNS
from petfit.evidence.parse import parse_number
from petfit.evidence.readers import read_source
from petfit.evidence.unit_conversion import bundled_drugs, scale_number
from petfit.evidence.units import scale_of, unit_problem

__all__ = ["DRUG_COLUMNS", "read_drug_table", "strengths"]

_NUMBERS = ("reference_dose", "half_life_h", "accumulation", "molar_mass")


def read_drug_table(source: str | Path | pd.DataFrame | None = None) -> pd.DataFrame:
    """Read a drug table.

    Parameters
    ----------
    source : str, path or pandas.DataFrame, optional
        A CSV, TSV or .xlsx file or a DataFrame with a column ``drug`` and any other of ``DRUG_COLUMNS``; the
        bundled table by default.

    Returns
    -------
    pandas.DataFrame
        Indexed by drug. Numbers are NaN and text is "" where missing; ``half_life_h`` is in hours,
        ``molar_mass`` in g/mol, and doses are in mg/day, or in mg/kg/day where the table gives them per kg.

    Raises
    ------
    PetfitError
        When the file does not exist or cannot be read.
    EvidenceError
        When a column, a number or a unit is wrong, or a drug occurs twice.

    Examples
    --------
    >>> float(read_drug_table().loc["sertraline", "reference_dose"])
    50.0
    """
    source_table = read_source(bundled_drugs() if source is None else source, frame_name="the drug table")
    source_table.check_header("a drug table", DRUG_COLUMNS, ["drug"])
    cells, problems = _convert_doses(source_table.table.reindex(columns=list(DRUG_COLUMNS), fill_value=""))
    table = {column: _parse_column(cells[column], problems) for column in DRUG_COLUMNS}
    problems += _strength_problems(cells["strengths"])
    for where, drug in cells["drug"][cells["drug"].duplicated()].items():
        problems.append(Problem(str(where), "drug", drug, "a drug can occur only once", "Remove one row."))
    if problems:
        raise source_table.error(problems)
    return pd.DataFrame(table).set_index("drug")


def _convert_doses(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Convert reference doses and strengths to the standard units of doses."""
    cells, problems = cells.copy(), []
    for label, unit in cells["dose_unit"].items():
        where = str(label)
        scale = scale_of(unit, "dose") if unit else None
        if scale is None:
            problems += [unit_problem(where, "dose_unit", unit, "dose")] if unit else []
            continue
        cells.loc[where, "dose_unit"] = scale.unit
        for column in ("reference_dose", "strengths"):
            numbers = str(cells.loc[where, column]).split()
            cells.loc[where, column] = " ".join(scale_number(number, scale.factor) for number in numbers)
    return cells, problems


def _parse_column(texts: pd.Series, problems: list[Problem]) -> list[str] | list[float]:
    column = str(texts.name)
    if column not in _NUMBERS:
        return [str(text) for text in texts]
    values = []
    for where, text in texts.items():
        value = parse_number(text)
        if value is None or value <= 0:
            problems.append(number_problem(str(where), column, text))
        values.append(math.nan if value is None else value)
    return values


def _strength_problems(strengths: pd.Series) -> Iterator[Problem]:
    for where, text in strengths.items():
        if any(parse_number(number) is None for number in str(text).split()):
            rule = "strengths are numbers separated by spaces"
            yield Problem(str(where), "strengths", str(text), rule, "Write them like 25 50 100.")


def strengths(drug_table: pd.DataFrame, drug: str) -> tuple[float, ...]:
    """Return the marketed strengths of a drug, in its dose unit; empty where the table has none.

    Parameters
    ----------
    drug_table : pandas.DataFrame
        A drug table from `read_drug_table`.
    drug : str
        Name of the drug.

    Examples
    --------
    >>> strengths(read_drug_table(), "sertraline")
    (25.0, 50.0, 100.0)
    """
    if drug not in drug_table.index:
        return ()
    return tuple(float(text) for text in str(drug_table.loc[drug, "strengths"]).split())
