"""What petfit would make of a table, without fitting anything."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from petfit.errors import EvidenceError, PetfitError, Problem
from petfit.evidence import TableFormat, read_evidence
from petfit.evidence.contents import Understood, understood
from petfit.evidence.drug_table import read_drugs
from petfit.model.design import Design
from petfit.model.reference_doses import refuse_misspelt
from petfit.model.specification import read_model
from petfit.results.summary import records

__all__ = ["Preview", "preview", "record", "refusal"]


@dataclass(frozen=True)
class Preview:
    """A table as petfit understands it, and a model laid over it.

    Parameters
    ----------
    evidence : Understood
        The table in counts.
    design : Design or None
        The rows a model would fit and its reference doses, where a model was named.
    """

    evidence: Understood
    design: Design | None = None


def preview(
    evidence: str | Path,
    model: str | Path | None = None,
    drugs: str | Path | None = None,
    table_format: TableFormat | None = None,
) -> Preview:
    """Read a table as `petfit.fit` does, and lay a model over it.

    Parameters
    ----------
    evidence : str or path
        A table.
    model : str or path, optional
        A model.
    drugs : str or path, optional
        A drug table; the bundled one if not given.
    table_format : TableFormat, optional
        How the table is to be read.

    Returns
    -------
    Preview
        What was understood.

    Raises
    ------
    PetfitError
        When the table, the model or the two together could not be fitted.

    Examples
    --------
    >>> found = preview("sert_occupancy", "ssri")
    >>> len(found.layout.rows), found.layout.references["citalopram"].value
    (25, 20.0)
    """
    drug_table = read_drugs(drugs)
    how = vars(table_format or TableFormat())
    if model is None:
        return Preview(understood(read_evidence(evidence, drugs=drug_table, **how)))
    spec = read_model(model)
    table = read_evidence(evidence, extra=spec.columns, drugs=drug_table, **how)
    design = Design.build(spec, table, drug_table)
    refuse_misspelt(spec.reference_doses, design.drugs)
    return Preview(understood(table), design)


def record(found: Preview) -> dict[str, Any]:
    """Return a preview as JSON can hold it."""
    seen, design = found.evidence, found.design
    said: dict[str, Any] = {"table": seen.name, "problems": [], "rows": seen.rows, "used": seen.used}
    said |= {name: records(getattr(seen, name)) for name in ("levels", "exposures", "names", "left_out")}
    said["defaults"] = list(seen.defaults)
    if design is not None:
        references = [{"drug": drug, **asdict(one)} for drug, one in design.references.items()]
        said["model"] = {"title": design.spec.title, "rows": len(design.rows), "references": references}
    return said


def refusal(table: str, error: PetfitError) -> dict[str, Any]:
    """Return what is wrong as JSON can hold it; an error that is no row's is one problem of the whole."""
    whole = Problem("", "", "", str(error), "")
    problems = error.problems if isinstance(error, EvidenceError) else (whole,)
    names = {"row": "where", "column": "column", "seen": "seen", "rule": "rule", "remedy": "remedy"}
    return {
        "table": table,
        "problems": [{key: getattr(one, name) for key, name in names.items()} for one in problems],
    }
