"""petfit: Bayesian PET occupancy fitting.

EC50, and the dose that reaches a given occupancy, with honest uncertainty, from people, group means and
ranges. For research, not for treating people.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from petfit.api import Fit, compare, fit, load
    from petfit.errors import PetfitError
    from petfit.evidence import Dress, Evidence, read_evidence
    from petfit.settings import Settings
    from petfit.spec import ModelSpec, read_model

__all__ = [
    "Dress",
    "Evidence",
    "Fit",
    "ModelSpec",
    "PetfitError",
    "Settings",
    "compare",
    "fit",
    "load",
    "read_evidence",
    "read_model",
]

_HOMES = {
    "Dress": "evidence",
    "Evidence": "evidence",
    "Fit": "api",
    "ModelSpec": "spec",
    "PetfitError": "errors",
    "Settings": "settings",
    "compare": "api",
    "fit": "api",
    "load": "api",
    "read_evidence": "evidence",
    "read_model": "spec",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'petfit' has no attribute {name!r}")
    return getattr(import_module(f"petfit.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
