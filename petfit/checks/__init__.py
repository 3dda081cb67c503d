"""Checks of a fit, one file each. A new check is one file and one line here."""

from __future__ import annotations

from petfit.checks import (
    assumptions,
    convergence,
    divergences,
    energy,
    first_order,
    ignored_columns,
    integration,
    leave_one_study_out,
    loo,
    posterior_predictive,
    prior_range,
    prior_sensitivity,
    shape,
    unmodelled_factors,
)
from petfit.checks.record import Check, CheckFunction, Finding, Verdict
from petfit.fit import Fit

__all__ = ["CHECKS", "Check", "Finding", "Verdict", "run"]

CHECKS: dict[str, CheckFunction] = {
    "convergence": convergence.check,
    "divergences": divergences.check,
    "energy": energy.check,
    "integration": integration.check,
    "first_order": first_order.check,
    "prior_range": prior_range.check,
    "unmodelled_factors": unmodelled_factors.check,
    "posterior_predictive": posterior_predictive.check,
    "shape": shape.check,
    "ignored_columns": ignored_columns.check,
    "loo": loo.check,
    "prior_sensitivity": prior_sensitivity.check,
    "leave_one_study_out": leave_one_study_out.check,
    "assumptions": assumptions.check,
}


def run(fit: Fit) -> list[Check]:
    """Run every check on a fit, in order.

    Examples
    --------
    >>> [check.name for check in run(fit)][:2]
    ['convergence', 'divergences']
    """
    return [check(fit) for check in CHECKS.values()]
