"""Other assumptions: how far the doses shift under other reference doses, group sizes and pooling."""

from __future__ import annotations

import pandas as pd

from petfit.checks.record import Check, overall_verdict
from petfit.checks.refit_shifts import (
    CENTRAL_WORDS,
    by_size,
    describe,
    findings,
    is_large,
    not_run,
    shifts,
    shifts_beyond_limits,
    unreliable_refits,
    unusable_doses,
)
from petfit.fit import Fit

__all__ = ["check"]


def check(fit: Fit) -> Check:
    """Name the assumptions that change a dose for 80 % considerably, and by how much."""
    if fit.refits is None:
        return not_run("assumptions")
    refits = fit.refits.isel(refit=(~fit.refits["kind"].isin(["study", "part"])).to_numpy())
    if not refits.sizes["refit"]:
        sentence = "The model has no reference doses, group sizes or pooling to change."
        return Check("assumptions", "PASS", sentence, pd.DataFrame())
    table = shifts(fit, refits)
    ordered = by_size(table)
    sentence = " ".join([*unusable_doses(ordered), _shifts(ordered, refits.sizes["refit"])])
    details = " ".join(unreliable_refits(refits))
    figures = tuple(findings(refits, ordered))
    return Check("assumptions", overall_verdict(figures), sentence, table, figures, details)


def _shifts(ordered: pd.DataFrame, n_refits: int) -> str:
    n_large = ordered.loc[is_large(ordered), "refit"].nunique()
    if n_large:
        verb = "shift" if n_large > 1 else "shifts"
        beyond = shifts_beyond_limits(ordered)
        return f"Of {n_refits} other assumptions, {n_large} {verb} a dose for 80 % {beyond}."
    largest = "".join(describe(ordered[:1])) or "unknown"
    return (
        f"Under {n_refits} other assumptions the median of every dose for 80 % stays within {CENTRAL_WORDS}; "
        f"the largest shift is {largest}."
    )
