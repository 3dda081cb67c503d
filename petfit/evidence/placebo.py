"""Placebo: an arm of the drug it was compared with, at dose 0."""

from __future__ import annotations

import math

from petfit.errors import Problem
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key

__all__ = ["read_placebo"]

_WORDS = frozenset({"placebo", "pbo", "vehicle", "saline", "sham", "control", "controls", "nodrug"})


def read_placebo(source: SourceTable) -> SourceTable:
    """Read placebo as dose 0 of the study's drug where it has one drug only; ask otherwise.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with names in one spelling.
    """
    table = source.table.copy()
    is_placebo = table["drug"].map(lambda text: spelling_key(text) in _WORDS)
    if not is_placebo.any():
        return source
    problems, told = [], []
    for position, where in enumerate(table.index):
        row = table.iloc[position]
        if not is_placebo.iloc[position] or row["use"] == "no":
            continue
        study = table[(table["study"] == row["study"]) & ~is_placebo]
        drugs = {text for text in study["drug"] if not is_missing(text)}
        dose = parse_number(row["dose"])
        if dose is not None and dose > 0:
            rule = "the dose of a placebo is 0"
            problems.append(Problem(str(where), "dose", row["dose"], rule, "Write 0, or the drug given."))
        elif len(drugs) != 1:
            rule = f"placebo is not a drug, and the study has {len(drugs) or 'no'} others"
            remedy = "Write the drug whose trial it is an arm of, with dose 0, or leave the row out."
            problems.append(Problem(str(where), "drug", row["drug"], rule, remedy))
        else:
            (drug,) = drugs
            table.loc[where, "drug"] = drug
            if dose is None or math.isnan(dose):
                table.loc[where, "dose"] = "0"
            if is_missing(row["dose_unit"]):
                table.loc[where, "dose_unit"] = study.loc[study["drug"] == drug, "dose_unit"].iloc[0]
            told.append(drug)
    assumptions = [
        f"{told.count(drug)} row{'s' * (told.count(drug) > 1)} of placebo read as dose 0 of {drug}, "
        "the only drug of the study"
        for drug in sorted(set(told))
    ]
    return source.next(table, assumptions=assumptions, problems=problems)
