"""The prior of EC50: its probability of exposures far from those that were tested."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit.checks.record import Check, Finding, Verdict, limit_to_report, warn_and_fail
from petfit.fit import Fit
from petfit.model.prior_predictive import FAR_FACTOR, LARGEST_PRIOR_SHARE, share_far_from_tested
from petfit.results.curve_draws import curve_draws

__all__ = ["MAX_SHARE_FAIL", "check"]

MAX_SHARE_FAIL = 0.5
"""A prior that puts most of its probability so far away nearly always has a wrong unit; chosen here."""


def check(fit: Fit) -> Check:
    """Measure the prior probability that EC50 lies a thousandfold beyond the tested exposures."""
    design = fit.design
    references = np.array([design.reference_doses[drug].value for drug in design.drugs])
    shares = share_far_from_tested(
        design, curve_draws(fit.with_prior_draws()).parameters["ec50"] / references
    )
    table = pd.DataFrame({"prior_probability_far_away": shares})
    drug = max(shares, key=lambda name: shares[name])
    quantity = "largest prior probability of an EC50 so far away"
    limits = warn_and_fail(quantity, shares[drug], "at most", LARGEST_PRIOR_SHARE, MAX_SHARE_FAIL)
    failed = [name for name, share in shares.items() if share > MAX_SHARE_FAIL]
    meaning: dict[Verdict, str] = {
        "PASS": "The prior of EC50 lies near the tested exposures.",
        "WARN": f"The prior of EC50 lies far from the tested exposures. {_REMEDY}",
        "FAIL": f"A unit is probably wrong: do not use the answers for {', '.join(failed)}. {_REMEDY}",
    }
    details = (
        f"The prior probability that EC50 is more than {FAR_FACTOR:g} times above or below the tested "
        f"exposures is {_at_most(shares[drug])} ({drug}; {limit_to_report(*limits)})."
    )
    findings = (Finding("factor that counts as far from the tested exposures", FAR_FACTOR), *limits)
    return Check.judge("prior_range", meaning, table, findings, details)


def _at_most(share: float) -> str:
    return "below 0.001" if share < 0.001 else f"at most {share:.3f}"


_REMEDY = "Check the unit of the exposures and the centre of the prior."
