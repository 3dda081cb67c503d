"""The first-order likelihood of groups: whether between-person variability is small enough for it."""

from __future__ import annotations

import pandas as pd

from petfit.checks.record import Check, Finding, Verdict
from petfit.fit import Fit
from petfit.results.quantiles import quantile

__all__ = ["MAX_OMEGA", "check"]

MAX_OMEGA = 0.6
"""Up to here the mean of a group is off by at most 1.4 points of occupancy and its SD by at most a fifth, at
any dose (docs/models.md). A median beyond it is a warning, a whole 95 % interval beyond it a failure."""


def check(fit: Fit) -> Check:
    """Compare omega, the between-person SD of log EC50, with the limit of the first-order approximation."""
    people = fit.spec.ec50.people
    n_groups = int(fit.design.rows["level"].isin(["group", "range", "extremes"]).sum())
    if people is None or not n_groups or people.groups == "quadrature":
        reason = "the model averages groups by quadrature" if people and n_groups else "it is not needed"
        sentence = f"The first-order approximation is not in use: {reason} ({_count(n_groups)})."
        return Check("first_order", "PASS", sentence, pd.DataFrame())
    low, median, high = (float(value) for value in quantile(fit.posterior["omega"], [0.025, 0.5, 0.975]))
    findings = (
        Finding("omega, median", median, "at most", MAX_OMEGA, "WARN"),
        Finding("omega, 95 % low", low, "at most", MAX_OMEGA, "FAIL"),
        Finding("omega, 95 % high", high),
        Finding("rows of groups", n_groups),
    )
    details = (
        f"Omega, the between-person SD of log EC50, is {median:.2f} ({low:.2f} to {high:.2f}, 95 % "
        f"equal-tailed interval; {findings[0].limit_words}; {_count(n_groups)})."
    )
    table = pd.DataFrame({"omega": [low, median, high]})
    return Check.judge("first_order", _MEANING, table, findings, details)


_REMEDY = 'Write groups = "quadrature" under [ec50.people] and fit again.'
_MEANING: dict[Verdict, str] = {
    "PASS": "People are alike enough for the first-order likelihood of groups.",
    "WARN": f"People may differ too much for the first-order likelihood of groups. {_REMEDY}",
    "FAIL": f"People differ too much for the first-order likelihood of groups: do not use the answers. "
    f"{_REMEDY}",
}


def _count(n_groups: int) -> str:
    return f"{n_groups} {'row' if n_groups == 1 else 'rows'} of groups"
