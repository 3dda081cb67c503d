"""The prior of EC50: how much of it lies where no study could be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit import answers
from petfit.checks.base import Check, Verdict
from petfit.store import Stored

__all__ = ["FAR", "SHARE_MOST", "check"]

FAR = 1000.0
"""An EC50 this many times beyond the tested exposures could not have been studied by them."""

SHARE_MOST = 0.2


def check(stored: Stored) -> Check:
    """Measure the prior probability that EC50 lies a thousandfold beyond the exposures tested."""
    layout = stored.layout
    ec50 = answers.curves(stored.before).parameters["ec50"]
    rows = layout.rows[layout.rows["x"] > 0]
    found = {}
    for i, drug in enumerate(layout.drugs):
        tested = rows[rows["drug"] == drug]
        high, low = tested["exposure_high"].max() * FAR, tested["exposure_low"].min() / FAR
        found[drug] = float(np.mean((ec50[..., i] > high) | (ec50[..., i] < low)))
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
