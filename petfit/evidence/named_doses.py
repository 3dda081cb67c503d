"""Drugs and doses in one column: A 20 mg/day, B (10 mg BID)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from petfit.errors import Problem
from petfit.evidence.dose_words import dose_parts
from petfit.evidence.option_words import ignore_option
from petfit.evidence.parse import is_missing
from petfit.evidence.placebo import is_placebo
from petfit.evidence.source_table import SourceTable
from petfit.evidence.table_format import TableFormat
from petfit.evidence.units import scale_of

__all__ = ["names_doses", "read_named_doses"]

_START = re.compile(r"[\s,:;(_-]+(?=\d)")
_QUANTITY = re.compile(r"[\d.,]+\s*([^\W\d].*)")
_EXPOSURES = {"dose", "dose_low", "dose_high", "concentration", "concentration_loq"}


def read_named_doses(source: SourceTable, table_format: TableFormat) -> SourceTable:
    """Split a column of drugs each of which has a dose behind it, where the table has no other exposure.

    Beside another exposure, names that differ only in the dose are a problem.

    Parameters
    ----------
    source : SourceTable
        Text, with petfit's column names where they are known.
    table_format : TableFormat
        The factors of a wide table, which may be doses.
    """
    is_wide_in_dose = "dose" in (table_format.wide or "").split(",")
    if is_wide_in_dose or _EXPOSURES & set(source.names):
        return source.next(source.table, problems=_one_drug(source))
    if not names_doses(source, "drug"):
        return source
    cells = source.cells("drug")
    parts = [_split(text) or (text, "0" if is_placebo(text) else "") for text in cells]
    table = source.table.assign(drug=[drug for drug, _ in parts], dose=[dose for _, dose in parts])
    text, (drug, dose) = next(pair for pair in zip(cells, parts, strict=True) if _split(pair[0]))
    label = source.column_labels.get("drug", "drug")
    return source.next(table, assumptions=[f"{label}: {text!r} read as drug {drug}, dose {dose}"])


def _one_drug(source: SourceTable) -> Iterator[Problem]:
    """Yield the first of the drugs whose names differ only in the dose, which has a column of its own."""
    first: dict[str, str] = {}
    for where, text in zip(source.table.index, source.cells("drug"), strict=True):
        if (split := _split(text)) and first.setdefault(split[0], text) != text:
            rule = (
                f"this and {first[split[0]]!r} are one drug with its doses, and the dose has its own column"
            )
            remedy = f"Write {split[0]} alone"
            if "dose" in source.names:
                remedy += f", or use {ignore_option([source.column_labels.get('dose', 'dose')])}"
            yield Problem(str(where), "drug", text, rule, f"{remedy}.")
            return


def names_doses(source: SourceTable, name: str) -> bool:
    """Return whether every cell of a column is a drug with its dose, or placebo."""
    cells = [text for text in source.cells(name) if not is_missing(text)]
    return any(map(_split, cells)) and all(_split(text) or is_placebo(text) for text in cells)


def _split(text: str) -> tuple[str, str] | None:
    """Split a drug and its dose, None where the text is not both."""
    for match in _START.finditer(text):
        drug, dose = text[: match.start()].strip(), text[match.end() :]
        dose = dose[:-1] if "(" in match[0] and dose.endswith(")") else dose
        quantity = _QUANTITY.fullmatch(dose)
        is_dose = quantity is not None and scale_of(quantity[1], "dose") is not None
        if re.match(r"[^\W\d]", drug) and (is_dose or dose_parts(dose)):
            return drug, dose
    return None
