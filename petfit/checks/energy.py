"""E-BFMI: whether the momentum draws explore the energies of the posterior."""

from __future__ import annotations

import math
import warnings

import arviz_stats
import pandas as pd

from petfit.checks.record import Check, Finding, Verdict, limit_to_report
from petfit.fit import Fit

__all__ = ["MIN_E_BFMI", "MIN_E_BFMI_FAIL", "check"]

MIN_E_BFMI = 0.3
"""From Betancourt, arXiv 1604.00695."""

MIN_E_BFMI_FAIL = 0.2
"""The limit of check_energy in RStan and of Betancourt, Robust Statistical Workflow with RStan, 2017."""


def check(fit: Fit) -> Check:
    """Compare each chain's E-BFMI, the energy Bayesian fraction of missing information, with its limits."""
    energy = fit.group("sample_stats")["energy"].to_numpy()
    with warnings.catch_warnings():  # an energy that never varies has none
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        e_bfmi = arviz_stats.bfmi(energy - energy[:, :1])
    by_chain = pd.DataFrame({"e_bfmi": e_bfmi}, pd.Index(range(1, len(energy) + 1), name="chain"))
    quantity, smallest = "smallest E-BFMI of a chain", by_chain["e_bfmi"].min(skipna=False)
    limits = (
        Finding(quantity, smallest, "above", MIN_E_BFMI, "WARN"),
        Finding(quantity, smallest, "at least", MIN_E_BFMI_FAIL, "FAIL"),
    )
    details = f"The smallest E-BFMI of a chain is {smallest:.2f} ({limit_to_report(*limits)})."
    if math.isnan(smallest):
        details = "The energy of a chain never varies or is not finite: the sampler was stuck."
    return Check.judge("energy", _MEANING, by_chain, limits, details)


_REMEDY = "Draw more, and look for a standard deviation that the evidence hardly identifies."
_MEANING: dict[Verdict, str] = {
    "PASS": "The chains moved freely through the posterior.",
    "WARN": f"The chains moved slowly through the tails of the posterior. {_REMEDY}",
    "FAIL": f"The chains did not reach all of the posterior: do not use the answers. {_REMEDY}",
}
