"""Other assumptions: how far the doses move under other reference doses, group sizes and pooling."""

from __future__ import annotations

import pandas as pd

from petfit.checks.record import Check, worst
from petfit.checks.refit_moves import (
    CENTRAL,
    farthest,
    found_of,
    is_far,
    moves,
    not_run,
    passed,
    problems,
    refused,
    said,
)
from petfit.fit import Fit

__all__ = ["check"]


def check(fit: Fit) -> Check:
    """Name the assumptions that move a dose for 80 % far, and by how much."""
    if fit.refits is None:
        return not_run("assumptions")
    refits = fit.refits.isel(refit=(fit.refits["kind"] != "study").to_numpy())
    if not refits.sizes["refit"]:
        sentence = "The model assumes no reference doses, group sizes or pooling that could be changed."
        return Check("assumptions", "PASS", sentence, pd.DataFrame())
    table = moves(fit, refits)
    ordered = farthest(table)
    count, movers = refits.sizes["refit"], ordered.loc[is_far(ordered), "refit"].nunique()
    if movers:
        sentence = (
            f"Of {count} other sets of assumptions {movers} {'move' if movers > 1 else 'moves'} a dose for "
            f"80 % {passed(ordered)}."
        )
    else:
        sentence = (
            f"Under {count} other sets of assumptions every dose for 80 % stays within {CENTRAL}; the "
            f"farthest move is {''.join(said(ordered[:1])) or 'unknown'}."
        )
    sentences = [sentence, *refused(ordered), *problems(refits)]
    findings = tuple(found_of(refits, ordered))
    return Check("assumptions", worst(findings), " ".join(sentences), table, findings)
