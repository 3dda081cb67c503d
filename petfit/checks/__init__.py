"""Checks of a stored fit, one file each. A new check is one file and one line here."""

from __future__ import annotations

from petfit.checks import convergence, divergences, energy, groups, mixing, prior
from petfit.checks.base import Check, CheckFunction, Verdict
from petfit.store import Stored

__all__ = ["CHECKS", "Check", "Verdict", "run"]

CHECKS: dict[str, CheckFunction] = {
    "convergence": convergence.check,
    "divergences": divergences.check,
    "energy": energy.check,
    "groups": groups.check,
    "prior": prior.check,
    "mixing": mixing.check,
}


def run(stored: Stored) -> list[Check]:
    """Run every check on a fit, in order."""
    return [check(stored) for check in CHECKS.values()]
