"""Placebo: an arm of the drug it was compared with, at dose 0."""

from __future__ import annotations

import math
import re

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable

__all__ = ["is_placebo", "read_placebo"]

_WORDS = frozenset(
    [
        "placebo",
        "pbo",
        "vehicle",
        "saline",
        "sham",
        "control",
        "controls",
        "baseline",
        "untreated",
        "unmedicated",
    ]
)
_PHRASES = frozenset(["no drug", "drug free", "drug naive", "no treatment", "off drug"])
_FILLERS = frozenset(
    ["group", "arm", "matching", "matched", "treatment", "subjects", "patients", "tablet", "capsule"]
)


def is_placebo(text: str) -> bool:
    """Return whether a text in place of a drug or a dose means that no drug was given.

    Examples
    --------
    >>> is_placebo("Placebo"), is_placebo("placebo group"), is_placebo("drug-free"), is_placebo("placebo + A")
    (True, True, True, False)
    """
    words = re.findall(r"[^\W_]+|[^\s\w-]", text.casefold())
    return " ".join(words) in _PHRASES or (bool(_WORDS & set(words)) and set(words) <= _WORDS | _FILLERS)


def read_placebo(source: SourceTable) -> SourceTable:
    """Read placebo as dose 0 of the study's drug where it has one drug only; ask otherwise.

    A row of dose 0 without a drug is read in the same way.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with names in one spelling.
    """
    table = source.table.copy()
    at_zero = table["dose"].map(is_placebo)
    table.loc[at_zero, "dose"] = "0"
    unnamed = table["drug"].map(is_missing) & (table["dose"].map(parse_number) == 0)
    without_drug = table["drug"].map(is_placebo) | (unnamed & (table["condition"] != "baseline"))
    problems, told = [], []
    for place in table.index[without_drug & (table["use"] != "no")]:
        where = str(place)
        row = {str(name): str(text) for name, text in table.loc[where].items()}
        study = table[(table["study"] == row["study"]) & ~without_drug]
        drugs = {text for text in study["drug"] if not is_missing(text)}
        dose = parse_number(row["dose"])
        if dose is not None and dose > 0:
            rule = "the dose of a placebo is 0"
            problems.append(Problem(where, "dose", row["dose"], rule, "Write 0, or the drug given."))
        elif len(drugs) != 1:
            rule = f"this is not a drug, and the study has {len(drugs) or 'no'} others"
            remedy = "Write the drug whose trial it is an arm of, with dose 0, or leave the row out."
            problems.append(Problem(where, "drug", row["drug"], rule, remedy))
        else:
            (drug,) = drugs
            told.append(("no drug" if is_missing(row["drug"]) else row["drug"], drug))
            table.loc[where, "drug"] = drug
            if dose is None or math.isnan(dose):
                table.loc[where, "dose"] = "0"
            if is_missing(row["dose_unit"]):
                table.loc[where, "dose_unit"] = _first_unit(study[study["drug"] == drug])
    assumptions = [
        f"{told.count(reading)} row{'s' * (told.count(reading) > 1)} of {reading[0]} read as dose 0 of "
        f"{reading[1]}, the only drug of the study"
        for reading in dict.fromkeys(told)
    ]
    if at_zero.any():
        assumptions.append(f"dose: {', '.join(sorted(set(source.table['dose'][at_zero])))} read as 0")
    return source.next(table, assumptions=assumptions, problems=problems)


def _first_unit(rows: pd.DataFrame) -> str:
    return next((text for text in rows["dose_unit"] if not is_missing(text)), "")
