"""Baseline scans in whose rows the dose of the drug scan stands."""

from __future__ import annotations

from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable

__all__ = ["clear_baseline_doses"]

_PERSON = ["study", "subject", "drug", "region", "tracer", "dose"]


def clear_baseline_doses(source: SourceTable) -> SourceTable:
    """Set the dose of a baseline scan to 0 where a drug scan of the same person has the same dose.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with the words of choices read.
    """
    table = source.table
    is_baseline = (table["condition"] == "baseline") & table["outcome"].isin(["bpnd", "vt"])
    if not is_baseline.any():
        return source
    people = [tuple(cells) for cells in table[_PERSON].to_numpy()]
    on_drug = {
        person
        for person, baseline, condition in zip(people, is_baseline, table["condition"], strict=True)
        if not baseline and condition == "drug" and not is_missing(person[1])
    }
    has_dose = [
        baseline and person in on_drug and (parse_number(person[-1]) or 0) > 0
        for person, baseline in zip(people, is_baseline, strict=True)
    ]
    count = sum(has_dose)
    if not count:
        return source
    doses = ["0" if cleared else dose for dose, cleared in zip(table["dose"], has_dose, strict=True)]
    scans = "baseline scans have" if count > 1 else "baseline scan has"
    sentence = f"{count} {scans} the dose of the person's drug scan: read as dose 0"
    return source.next(table.assign(dose=doses), assumptions=[sentence])
