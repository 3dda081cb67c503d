"""Differences between people: whether they are small enough for the first-order likelihood of groups."""

from __future__ import annotations

import pandas as pd

from petfit.checks.record import Check, Finding, worst
from petfit.fit import Fit
from petfit.results.quantiles import quantile

__all__ = ["OMEGA_MOST", "check"]

OMEGA_MOST = 0.6
"""Up to here a group's mean is off by at most 1.4 points of occupancy and its SD by at most a fifth, whatever
the dose: the figures are in docs/models.md. A median beyond it is a warning; a whole 95 % interval beyond it
leaves no credible omega that the approximation bears, and is a failure."""


def check(fit: Fit) -> Check:
    """Compare omega, the SD of log EC50 between people, with what the first-order approximation bears."""
    people = fit.spec.ec50.people
    grouped = int(fit.design.rows["level"].isin(["group", "range", "extremes"]).sum())
    if people is None or not grouped or people.groups == "quadrature":
        how = "averaged over the people" if people and grouped else "not needed"
        sentence = f"No first-order approximation is in use ({_rows(grouped)} of groups; it is {how})."
        return Check("groups", "PASS", sentence, pd.DataFrame())
    low, median, high = (float(one) for one in quantile(fit.posterior["omega"], [0.025, 0.5, 0.975]))
    findings = (
        Finding("omega, median", median, "at most", OMEGA_MOST, "WARN"),
        Finding("omega, 95 % low", low, "at most", OMEGA_MOST, "FAIL"),
        Finding("omega, 95 % high", high),
    )
    verdict = worst(findings)
    sentence = (
        f"The SD of log EC50 between people is {median:.2f} ({low:.2f} to {high:.2f}, 95 % equal-tailed "
        f"interval); the first-order likelihood of groups ({_rows(grouped)}) bears up to {OMEGA_MOST}."
    )
    if verdict == "FAIL":
        sentence += " The whole interval lies beyond that: do not use the answers."
    if verdict != "PASS":
        sentence += ' Write groups = "quadrature" under [ec50.people] and fit again.'
    return Check("groups", verdict, sentence, pd.DataFrame({"omega": [low, median, high]}), findings)


def _rows(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'}"
