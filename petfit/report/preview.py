"""The preview of a table of evidence: what would be fitted, without fitting it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from petfit.errors import EvidenceError, PetfitError, Problem
from petfit.evidence import TableFormat
from petfit.evidence.contents import Contents, describe_contents
from petfit.fit import read_inputs
from petfit.model.design import Design
from petfit.report.assumption_list import assumptions
from petfit.report.json_records import json_records

__all__ = ["Preview", "preview", "preview_record", "problem_record"]


@dataclass(frozen=True)
class Preview:
    """The contents of a table, and the design of a model for it.

    Parameters
    ----------
    evidence : Contents
        The contents of the table.
    design : Design
        The rows that the model would fit and its reference doses.
    """

    evidence: Contents
    design: Design


def preview(
    evidence: str | Path,
    model: str | Path | None = None,
    drug_table: str | Path | None = None,
    table_format: TableFormat | None = None,
) -> Preview:
    """Read a table as `petfit.fit` does, and build the design of a model for it.

    Parameters
    ----------
    evidence : str or path
        A table.
    model : str or path, optional
        A model; if not given, the one that `petfit.fit` uses by default.
    drug_table : str or path, optional
        A drug table; the bundled one if not given.
    table_format : TableFormat, optional
        How to read the table.

    Returns
    -------
    Preview
        The contents of the table and the design.

    Raises
    ------
    PetfitError
        When the table, the model or the two together could not be fitted.

    Examples
    --------
    >>> design = preview("sert_occupancy", "ssri").design
    >>> len(design.rows), design.reference_doses["citalopram"].value
    (25, 20.0)
    """
    table, design, _, reason = read_inputs(evidence, model, drug_table, table_format)
    taken = (*filter(None, [reason]), *assumptions(table, design))
    return Preview(replace(describe_contents(table), assumptions=taken), design)


def preview_record(preview: Preview) -> dict[str, Any]:
    """Return a preview as a record for JSON."""
    contents, design = preview.evidence, preview.design
    record: dict[str, Any] = {
        "table": contents.name,
        "problems": [],
        "rows": contents.rows,
        "used": contents.used,
    }
    record |= {
        name: json_records(getattr(contents, name))
        for name in ("levels", "exposures", "names", "scans", "excluded")
    }
    record["assumptions"] = list(contents.assumptions)
    references = [{"drug": drug, **asdict(reference)} for drug, reference in design.reference_doses.items()]
    record["model"] = {"title": design.spec.title, "rows": len(design.rows), "references": references}
    return record


def problem_record(table: str, error: PetfitError) -> dict[str, Any]:
    """Return the problems of a table as a record for JSON; an error without a row is a single problem."""
    whole = Problem("", "", "", error.in_shell, "")
    problems = error.problems if isinstance(error, EvidenceError) else (whole,)
    names = {"row": "where", "column": "column", "seen": "seen", "rule": "rule", "remedy": "remedy"}
    return {
        "table": table,
        "problems": [{key: getattr(problem, name) for key, name in names.items()} for problem in problems],
    }
