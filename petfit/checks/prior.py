"""The prior of EC50: how much of it lies where no study could be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit import answers
from petfit.beforehand import FAR, SHARE_MOST, far_away
from petfit.checks.base import Check, Verdict
from petfit.store import Stored

__all__ = ["check"]


def check(stored: Stored) -> Check:
    """Measure the prior probability that EC50 lies a thousandfold beyond the exposures tested."""
    layout = stored.layout
    references = np.array([layout.references[drug].value for drug in layout.drugs])
    found = far_away(layout, answers.curves(stored.before).parameters["ec50"] / references)
    table = pd.DataFrame({"prior_probability_far_away": found})
    most = max(found, key=lambda drug: found[drug])
    verdict: Verdict = "WARN" if found[most] > SHARE_MOST else "PASS"
    sentence = (
        f"The prior gives EC50 a probability of {found[most]:.3f} ({most}, the largest) to lie more than "
        f"{FAR:g} times beyond the exposures tested (at most {SHARE_MOST} wanted)."
    )
    if verdict == "WARN":
        sentence += " Check the unit of the exposures and the prior's centre."
    return Check("prior", verdict, sentence, table)
