"""The prior of EC50: how much of it lies where no study could be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit.checks.record import Check, Finding, bound_of, worst
from petfit.fit import Fit
from petfit.model.prior_predictive import FAR_FACTOR, LARGEST_PRIOR_SHARE, share_far_from_tested
from petfit.results import answers

__all__ = ["FAIL_ABOVE", "check"]

FAIL_ABOVE = 0.5
"""A prior that holds an EC50 so far away for more likely than not expects other exposures than were tested,
nearly always because of a wrong unit; the figure is ours."""


def check(fit: Fit) -> Check:
    """Measure the prior probability that EC50 lies a thousandfold beyond the exposures tested."""
    design = fit.design
    references = np.array([design.reference_doses[drug].value for drug in design.drugs])
    found = share_far_from_tested(design, answers.curves(fit.prior_fit).parameters["ec50"] / references)
    table = pd.DataFrame({"prior_probability_far_away": found})
    most = max(found, key=lambda drug: found[drug])
    quantity = "largest prior probability of an EC50 so far away"
    limits = (
        Finding(quantity, found[most], "at most", LARGEST_PRIOR_SHARE, "WARN"),
        Finding(quantity, found[most], "at most", FAIL_ABOVE, "FAIL"),
    )
    verdict = worst(limits)
    sentence = (
        f"The prior gives EC50 a probability of {found[most]:.3f} ({most}, the largest) to lie more than "
        f"{FAR_FACTOR:g} times beyond the exposures tested ({bound_of(*limits)})."
    )
    if verdict == "FAIL":
        failed = [drug for drug, share in found.items() if share > FAIL_ABOVE]
        sentence += f" Do not use the numbers of {', '.join(failed)}: nearly always a unit is wrong."
    if verdict != "PASS":
        sentence += " Check the unit of the exposures and the prior's centre."
    findings = (Finding("times that are far beyond the exposures tested", FAR_FACTOR), *limits)
    return Check("prior", verdict, sentence, table, findings)
