"""The drug table: reference dose, accumulation, molar mass and marketed strengths by drug."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.bundled import data_folder
from petfit.evidence.parse import number, number_problem
from petfit.evidence.readers import read_file
from petfit.evidence.readers.dataframe import read_frame
from petfit.evidence.unit_conversion import scaled
from petfit.evidence.units import scale_of, unit_problem

__all__ = ["DRUG_COLUMNS", "read_drugs", "strengths"]

_NUMBERS = ("reference_dose", "half_life_h", "accumulation", "molar_mass")
DRUG_COLUMNS = (
    "drug",
    "reference_dose",
    "dose_unit",
    "half_life_h",
    "accumulation",
    "molar_mass",
    "strengths",
    "reference_dose_source",
    "accumulation_source",
    "molar_mass_source",
    "strengths_source",
    "note",
)


def read_drugs(source: str | Path | pd.DataFrame | None = None) -> pd.DataFrame:
    """Read a drug table.

    Parameters
    ----------
    source : str, path or pandas.DataFrame, optional
        CSV, TSV or .xlsx file or DataFrame with a column ``drug`` and any other of ``DRUG_COLUMNS``; the
        bundled table if not given.

    Returns
    -------
    pandas.DataFrame
        Indexed by drug; numbers are NaN and text is "" where missing; doses are in mg/day, or in
        mg/kg/day where the table gives them by kg.

    Raises
    ------
    PetfitError
        When there is no such file.
    EvidenceError
        When a column, a number, a unit or a repeated drug is wrong.

    Examples
    --------
    >>> float(read_drugs().loc["sertraline", "reference_dose"])
    50.0
    """
    if isinstance(source, pd.DataFrame):
        found = read_frame(source, "the drug table")
    else:
        found = read_file(data_folder() / "drugs.csv" if source is None else Path(source))
    cells = found.table
    problems = [
        Problem("header", column, "", "not a column of a drug table", nearest(column, DRUG_COLUMNS))
        for column in cells.columns
        if column not in DRUG_COLUMNS
    ]
    if "drug" not in cells.columns:
        problems.append(Problem("header", "drug", "", "this column is missing", "Name the drugs."))
    if problems:
        raise found.error(problems)
    cells = _in_house_units(cells, problems)
    table = {column: _column(cells, column, problems) for column in DRUG_COLUMNS}
    for where, text in zip(cells.index, table["strengths"], strict=True):
        if any(number(part) is None for part in str(text).split()):
            rule = "strengths are numbers separated by spaces"
            problems.append(Problem(str(where), "strengths", str(text), rule, "Write them as 25 50 100."))
    for where, drug in cells["drug"][cells["drug"].duplicated()].items():
        problems.append(Problem(str(where), "drug", drug, "a drug may stand only once", "Remove one row."))
    if problems:
        raise found.error(problems)
    return pd.DataFrame(table).set_index("drug")


def _in_house_units(cells: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    """Convert reference doses and strengths, as the doses of evidence are."""
    cells = cells.copy()
    for place, unit in cells.get("dose_unit", pd.Series(dtype=object)).items():
        where = str(place)
        scale = scale_of(unit, "dose") if unit else None
        if scale is None:
            problems += [unit_problem(where, "dose_unit", unit, "dose")] if unit else []
            continue
        cells.loc[where, "dose_unit"] = scale.unit
        for column in {"reference_dose", "strengths"} & set(cells.columns):
            parts = str(cells.loc[where, column]).split()
            cells.loc[where, column] = " ".join(scaled(part, scale.factor) for part in parts)
    return cells


def _column(cells: pd.DataFrame, column: str, problems: list[Problem]) -> list[str] | list[float]:
    if column not in _NUMBERS:
        return [str(text) for text in cells.get(column, pd.Series("", cells.index))]
    values = []
    for where, text in cells.get(column, pd.Series("", cells.index)).items():
        value = number(text)
        if value is None or value <= 0:
            problems.append(number_problem(str(where), column, text))
        values.append(float("nan") if value is None else value)
    return values


def strengths(drugs: pd.DataFrame, drug: str) -> tuple[float, ...]:
    """Return the marketed strengths of a drug (in its dose unit), none where the table has none.

    Examples
    --------
    >>> strengths(read_drugs(), "sertraline")
    (25.0, 50.0, 100.0)
    """
    if drug not in drugs.index:
        return ()
    return tuple(float(text) for text in str(drugs.loc[drug, "strengths"]).split())
