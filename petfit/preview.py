"""What petfit would make of a table, without fitting anything."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from petfit.drugs import read_drugs
from petfit.errors import EvidenceError, PetfitError, Problem
from petfit.evidence import Dress, read_evidence
from petfit.evidence.understand import Understood, understood
from petfit.layout import Layout
from petfit.references import refuse_misspelt
from petfit.spec import read_model
from petfit.summaries import records

__all__ = ["Preview", "preview", "record", "refusal"]


@dataclass(frozen=True)
class Preview:
    """A table as petfit understands it, and a model laid over it.

    Parameters
    ----------
    evidence : Understood
        The table in counts.
    layout : Layout or None
        The rows a model would fit and its reference doses, where a model was named.
    """

    evidence: Understood
    layout: Layout | None = None


def preview(
    evidence: str | Path,
    model: str | Path | None = None,
    drugs: str | Path | None = None,
    dress: Dress | None = None,
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
    dress : Dress, optional
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
    how = vars(dress or Dress())
    if model is None:
        return Preview(understood(read_evidence(evidence, drugs=drug_table, **how)))
    spec = read_model(model)
    table = read_evidence(evidence, extra=spec.columns, drugs=drug_table, **how)
    layout = Layout.build(spec, table, drug_table)
    refuse_misspelt(spec.reference_doses, layout.drugs)
    return Preview(understood(table), layout)


def record(found: Preview) -> dict[str, Any]:
    """Return a preview as JSON can hold it."""
    seen, layout = found.evidence, found.layout
    said: dict[str, Any] = {"table": seen.name, "problems": [], "rows": seen.rows, "used": seen.used}
    said |= {name: records(getattr(seen, name)) for name in ("levels", "exposures", "names", "left_out")}
    said["defaults"] = list(seen.defaults)
    if layout is not None:
        references = [{"drug": drug, **asdict(one)} for drug, one in layout.references.items()]
        said["model"] = {"title": layout.spec.title, "rows": len(layout.rows), "references": references}
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
