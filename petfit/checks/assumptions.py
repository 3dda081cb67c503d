"""Other assumptions: how far the doses move under other reference doses, group sizes and pooling."""

from __future__ import annotations

import pandas as pd

from petfit.checks.base import Check, Verdict
from petfit.checks.refitted import CENTRAL, farthest, is_far, moves, not_run, problems, said
from petfit.store import Stored

__all__ = ["check"]


def check(stored: Stored) -> Check:
    """Name the assumptions that move a dose for 80 % far, and by how much."""
    if stored.refits is None:
        return not_run("assumptions")
    refits = stored.refits.isel(refit=(stored.refits["kind"] != "study").to_numpy())
    if not refits.sizes["refit"]:
        sentence = "The model assumes no reference doses, group sizes or pooling that could be changed."
        return Check("assumptions", "PASS", sentence, pd.DataFrame())
    table, troubles = moves(stored, refits), problems(refits)
    ordered = farthest(table)
    far = ordered[is_far(ordered)]
    count, movers = refits.sizes["refit"], far["refit"].nunique()
    if movers:
        sentence = (
            f"Of {count} other sets of assumptions {movers} {'move' if movers > 1 else 'moves'} a dose for "
            f"80 % beyond {CENTRAL}: {'; '.join(said(far))}."
        )
    else:
        sentence = (
            f"Under {count} other sets of assumptions every dose for 80 % stays within {CENTRAL}; the "
            f"farthest move is {''.join(said(ordered[:1])) or 'unknown'}."
        )
    verdict: Verdict = "WARN" if len(far) or troubles else "PASS"
    return Check("assumptions", verdict, " ".join([sentence, *troubles]), table)
