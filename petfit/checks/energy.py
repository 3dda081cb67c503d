"""E-BFMI: whether the momentum draws explore the energies of the posterior."""

from __future__ import annotations

import math

import pandas as pd

from petfit.checks.record import Check, Finding, bound_of, worst
from petfit.fit import Fit
from petfit.results.diagnostics import e_bfmi

__all__ = ["E_BFMI_LEAST", "FAIL_BELOW", "check"]

E_BFMI_LEAST = 0.3
"""From Betancourt, arXiv 1604.00695."""

FAIL_BELOW = 0.2
"""The threshold of check_energy in RStan and of Betancourt, Robust Statistical Workflow with RStan, 2017."""


def check(fit: Fit) -> Check:
    """Compare each chain's E-BFMI, the energy Bayesian fraction of missing information, with its limits."""
    energy = fit.group("sample_stats")["energy"].to_numpy()
    found = pd.DataFrame(
        {"e_bfmi": e_bfmi(energy)},
        index=pd.Index(range(1, len(energy) + 1), name="chain"),
    )
    quantity, least = "smallest E-BFMI of a chain", found["e_bfmi"].min(skipna=False)
    findings = (
        Finding(quantity, least, "above", E_BFMI_LEAST, "WARN"),
        Finding(quantity, least, "at least", FAIL_BELOW, "FAIL"),
    )
    verdict = worst(findings)
    if math.isnan(least):
        sentence = "The energy of a chain never varies or is not finite: the sampler was stuck."
    else:
        sentence = f"The smallest E-BFMI of a chain is {least:.2f} ({bound_of(*findings)})."
    if verdict == "FAIL":
        sentence += " Not all of the posterior was explored: do not use the answers."
    if verdict != "PASS":
        sentence += " Draw more, and look for an SD that the evidence hardly tells of."
    return Check("energy", verdict, sentence, found, findings)
