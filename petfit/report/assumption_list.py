"""What was taken for granted: sizes of groups, readings of the table, reference doses."""

from __future__ import annotations

from collections.abc import Iterator

from petfit.evidence import Evidence
from petfit.model.design import Design

__all__ = ["assumptions"]


def assumptions(evidence: Evidence, design: Design) -> list[str]:
    """Return everything that a fit, or its preview, takes for granted, a clause each.

    Parameters
    ----------
    evidence : Evidence
        The table.
    design : Design
        The design of the model for it.

    Examples
    --------
    >>> assumptions(fit.evidence, fit.design)[0]
    'n = 5 in 1 row of groups without n'
    """
    return [*_sizes(evidence, design), *evidence.assumptions, *_reference_doses(design)]


def _sizes(evidence: Evidence, design: Design) -> Iterator[str]:
    rows = evidence.table.loc[design.rows.index]
    if without_n := int((rows["level"].isin(["range", "group"]) & rows["n"].isna()).sum()):
        rows_words = "1 row" if without_n == 1 else f"{without_n} rows"
        yield f"n = {design.spec.n_assumed} in {rows_words} of groups without n"


def _reference_doses(design: Design) -> Iterator[str]:
    """Yield the origin of the reference doses; with a single drug they change no answer."""
    if len(design.drugs) > 1 and design.spec.exposure == "dose":
        origins = sorted({reference.origin for reference in design.reference_doses.values()})
        yield f"drugs are compared in their reference doses (from {' and '.join(origins)})"
