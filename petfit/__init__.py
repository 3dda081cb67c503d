"""petfit: Bayesian PET occupancy fitting.

EC50, and the dose that reaches a given occupancy, with honest uncertainty, from people, group means and
ranges. For research, not for treating people.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from petfit.errors import PetfitError
from petfit.fit import Fit, compare, fit, load
from petfit.settings import Settings

if TYPE_CHECKING:
    from petfit.checks import Check
    from petfit.evidence import Evidence, TableFormat, read_evidence
    from petfit.model.specification import ModelSpec, read_model
    from petfit.planning.many_fits import fit_many
    from petfit.planning.simulation import simulate
    from petfit.results.comparison import Comparison

__all__ = [
    "Check",
    "Comparison",
    "Evidence",
    "Fit",
    "ModelSpec",
    "PetfitError",
    "Settings",
    "TableFormat",
    "compare",
    "fit",
    "fit_many",
    "load",
    "read_evidence",
    "read_model",
    "simulate",
]

_IMPORTED_WHEN_USED = {
    "Check": "petfit.checks",
    "Comparison": "petfit.results.comparison",
    "Evidence": "petfit.evidence",
    "ModelSpec": "petfit.model.specification",
    "TableFormat": "petfit.evidence",
    "fit_many": "petfit.planning.many_fits",
    "read_evidence": "petfit.evidence",
    "read_model": "petfit.model.specification",
    "simulate": "petfit.planning.simulation",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name == "__version__":
        return version("petfit")
    if name not in _IMPORTED_WHEN_USED:
        raise AttributeError(f"module 'petfit' has no attribute {name!r}")
    return getattr(import_module(_IMPORTED_WHEN_USED[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
