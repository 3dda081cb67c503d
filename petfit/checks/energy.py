"""E-BFMI: whether the momentum draws explore the energies of the posterior."""

from __future__ import annotations

import pandas as pd

from petfit.checks.base import Check, Verdict
from petfit.diagnose import e_bfmi
from petfit.store import Stored

__all__ = ["E_BFMI_LEAST", "check"]

E_BFMI_LEAST = 0.3
"""From Betancourt, arXiv 1604.00695."""


def check(stored: Stored) -> Check:
    """Compare each chain's E-BFMI, the energy Bayesian fraction of missing information, with 0.3."""
    energy = stored.tree["sample_stats"]["energy"].to_numpy()
    found = pd.DataFrame(
        {"e_bfmi": e_bfmi(energy)},
        index=pd.Index(range(1, len(energy) + 1), name="chain"),
    )
    least = found["e_bfmi"].min(skipna=False)
    verdict: Verdict = "PASS" if least > E_BFMI_LEAST else "WARN"
    sentence = f"The smallest E-BFMI of a chain is {least:.2f} (above {E_BFMI_LEAST} wanted)."
    return Check("energy", verdict, sentence, found)
