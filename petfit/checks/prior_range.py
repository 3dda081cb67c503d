"""The prior of EC50: its probability of exposures far from those that were tested."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.checks.record import Check, Finding, Verdict, limit_to_report, warn_and_fail
from petfit.fit import Fit
from petfit.model.prior_predictive import FAR_FACTOR, LARGEST_PRIOR_SHARE, share_far_from_tested
from petfit.results.curve_draws import curve_draws

__all__ = ["MAX_SHARE_FAIL", "MIN_TAIL", "check"]

MAX_SHARE_FAIL = 0.5
"""A prior that puts most of its probability so far away nearly always has a wrong unit; chosen here."""

MIN_TAIL = 0.05
"""A true prior gives a smaller tail probability to one fit in twenty, or fewer."""


def check(fit: Fit) -> Check:
    """Measure the prior probability of EC50 far beyond the tested exposures, and as far off as its answer."""
    design = fit.design
    references = np.array([design.reference_doses[drug].value for drug in design.drugs])
    prior, posterior = (curve_draws(of).parameters["ec50"] for of in (fit.with_prior_draws(), fit))
    shares = share_far_from_tested(design, prior / references)
    table = pd.DataFrame({"prior_probability_far_away": shares})
    tails = dict(zip(design.drugs, _tail_probabilities(prior, posterior), strict=True))
    drug, in_tail = max(shares, key=lambda name: shares[name]), min(tails, key=lambda name: tails[name])
    smallest, least = float(tails[in_tail]), MIN_TAIL / len(tails)
    quantity = "largest prior probability of an EC50 so far away"
    limits = warn_and_fail(quantity, shares[drug], "at most", LARGEST_PRIOR_SHARE, MAX_SHARE_FAIL)
    quantity = "smallest prior probability of an EC50 as far off as its posterior median"
    tail = Finding(quantity, smallest, "at least", least, "WARN")
    failed = [name for name, share in shares.items() if share > MAX_SHARE_FAIL]
    warning = "The prior of EC50 lies far from the tested exposures."
    if not tail.within_limit:
        warning = f"EC50 of {in_tail} lies in a tail of its prior, which may be of another unit or exposure."
    meaning: dict[Verdict, str] = {
        "PASS": "The prior of EC50 lies near the tested exposures.",
        "WARN": f"{warning} {_REMEDY}",
        "FAIL": f"A unit is probably wrong: do not use the answers for {', '.join(failed)}. {_REMEDY}",
    }
    details = (
        f"The prior probability that EC50 is more than {FAR_FACTOR:g} times above or below the tested "
        f"exposures is {_at_most(shares[drug])} ({drug}; {limit_to_report(*limits)})."
    )
    if not tail.within_limit:
        details += f" That of an EC50 as far off as its answer is {smallest:.2g} ({tail.limit_words})."
    factor = Finding("factor that counts as far from the tested exposures", FAR_FACTOR)
    findings = (factor, *limits, *(tail,) * (not tail.within_limit))
    return Check.judge("prior_range", meaning, table, findings, details)


def _tail_probabilities(prior: NDArray[np.float64], posterior: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, by drug, the two-sided prior probability of an EC50 as far off as its posterior median."""
    medians = np.median(posterior, axis=(0, 1))
    below = (prior <= medians).mean(axis=(0, 1))
    return np.asarray(np.minimum(1, 2 * np.minimum(below, 1 - below)), float)


def _at_most(share: float) -> str:
    return "below 0.001" if share < 0.001 else f"at most {share:.3f}"


_REMEDY = "Check the unit of the exposures and the centre of the prior."
