"""Placebo: an arm of the drug it was compared with, at dose 0."""

from __future__ import annotations

import math
import re
from collections import Counter

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable
from petfit.evidence.words import words_for

__all__ = ["is_placebo", "read_placebo"]

_WORDS, _PHRASES, _FILLERS = (set(words_for("placebo", name)) for name in ("words", "phrases", "fillers"))


def is_placebo(text: str) -> bool:
    """Return whether a text in place of a drug or a dose means that no drug was given.

    Examples
    --------
    >>> is_placebo("Placebo"), is_placebo("placebo group"), is_placebo("drug-free"), is_placebo("placebo + A")
    (True, True, True, False)
    """
    words = re.findall(r"[^\W_]+|[^\s\w-]", text.casefold())
    return " ".join(words) in _PHRASES or (bool(_WORDS & set(words)) and set(words) <= _WORDS | _FILLERS)


def _is_placebo_of_no_dose(text: str) -> bool:
    """Whether a dose is placebo, in words, with a 0 beside them or not: 0 (placebo)."""
    return is_placebo(re.sub(r"(?<![\d.,])0(?:\s*[^\W\d_]*g)?(?![\d.,])|[()]", " ", text).strip())


def read_placebo(source: SourceTable) -> SourceTable:
    """Read placebo as dose 0 of the study's drug where it has one drug only; ask otherwise.

    A row of dose 0 without a drug is read in the same way.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with names in one spelling.
    """
    table = source.table
    at_zero = table["dose"].map(_is_placebo_of_no_dose)
    table = table.assign(dose=table["dose"].where(~at_zero, "0"))
    unnamed = table["drug"].map(is_missing) & (table["dose"].map(parse_number) == 0)
    without_drug = table["drug"].map(is_placebo) | (unnamed & (table["condition"] != "baseline"))
    units = _units_by_drug(table[~without_drug])
    cells = {name: [str(text) for text in table[name]] for name in ("study", "drug", "dose", "dose_unit")}
    problems, told = [], []
    is_asked = (without_drug & (table["use"] != "no")).tolist()
    for place in [place for place, asked in enumerate(is_asked) if asked]:
        where = str(table.index[place])
        row = {name: texts[place] for name, texts in cells.items()}
        drugs = units.get(row["study"], {})
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
            cells["drug"][place] = drug
            if dose is None or math.isnan(dose):
                cells["dose"][place] = "0"
            if is_missing(row["dose_unit"]):
                cells["dose_unit"][place] = drugs[drug]
    assumptions = [
        f"{count} row{'s' * (count > 1)} of {words} read as dose 0 of {drug}, the only drug of the study"
        for (words, drug), count in Counter(told).items()
    ]
    if at_zero.any():
        assumptions.append(f"dose: {', '.join(sorted(set(source.table['dose'][at_zero])))} read as 0")
    table = table.assign(**cells) if told else table
    return source.next(table, assumptions=assumptions, problems=problems)


def _units_by_drug(rows: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return, by study, its drugs with the first unit of the dose of each, "" if none is given."""
    units: dict[str, dict[str, str]] = {}
    for study, drug, unit in zip(rows["study"], rows["drug"], rows["dose_unit"], strict=True):
        if not is_missing(drug):
            of_study = units.setdefault(study, {})
            of_study[drug] = of_study.get(drug, "") or ("" if is_missing(unit) else unit)
    return units
