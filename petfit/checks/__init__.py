"""Checks of a stored fit, one file each. A new check is one file and one line here."""

from __future__ import annotations

from petfit.checks import (
    assumptions,
    convergence,
    divergences,
    energy,
    groups,
    loo,
    mixing,
    predictive,
    prior,
    sensitivity,
    studies,
)
from petfit.checks.base import Check, CheckFunction, Finding, Verdict
from petfit.store import Stored

__all__ = ["CHECKS", "Check", "Finding", "Verdict", "run"]

CHECKS: dict[str, CheckFunction] = {
    "convergence": convergence.check,
    "divergences": divergences.check,
    "energy": energy.check,
    "groups": groups.check,
    "prior": prior.check,
    "mixing": mixing.check,
    "predictive": predictive.check,
    "loo": loo.check,
    "sensitivity": sensitivity.check,
    "studies": studies.check,
    "assumptions": assumptions.check,
}


def run(stored: Stored) -> list[Check]:
    """Run every check on a fit, in order."""
    return [check(stored) for check in CHECKS.values()]
