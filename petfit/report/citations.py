"""The sources that a report cites."""

from __future__ import annotations

from petfit.evidence.bibliography import citation, keys_in
from petfit.fit import Fit

__all__ = ["citations"]


def citations(fit: Fit) -> list[str]:
    """Return the citation of every key that is named by a row, a note or the reason for a prior."""
    keys = set(fit.evidence.table["source"]) - {""}
    for text in [*fit.evidence.table["note"], *(prior.source for _, prior in fit.spec.each_prior())]:
        keys |= set(keys_in(text))
    return [f"{key}: {citation(key)}" if citation(key) != key else key for key in sorted(keys)]
