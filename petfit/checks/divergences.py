"""Divergent transitions: regions of the posterior that the sampler could not follow."""

from __future__ import annotations

import pandas as pd

from petfit.checks.record import Check, Finding, Verdict
from petfit.fit import Fit

__all__ = ["MAX_DIVERGENT_SHARE", "check"]

MAX_DIVERGENT_SHARE = 0.001
"""The share of divergent draws at which a warning becomes a failure; chosen here. The cause is explained in
Betancourt, arXiv 1701.02434."""


def check(fit: Fit) -> Check:
    """Count divergent transitions, and draws that reached the maximum tree depth."""
    stats = fit.group("sample_stats")
    by_chain = pd.DataFrame(
        {
            "divergent": stats["diverging"].astype(int).sum("draw"),
            "maximum_depth": (stats["tree_depth"] >= int(fit.attrs["max_depth"])).sum("draw"),
        },
        pd.Index(range(1, stats.sizes["chain"] + 1), name="chain"),
    )
    total = stats.sizes["chain"] * stats.sizes["draw"]
    divergent, deep = (int(count) for count in by_chain.sum())
    findings = (
        Finding("draws", total),
        Finding("divergent draws", divergent, "at most", 0, "WARN"),
        Finding("share of divergent draws", divergent / total, "at most", MAX_DIVERGENT_SHARE, "FAIL"),
        Finding("draws at the maximum tree depth", deep, "at most", 0, "WARN"),
    )
    details = (
        f"{divergent} of {total} draws were divergent (limit: at most {MAX_DIVERGENT_SHARE:g} of them); "
        f"{deep} reached the maximum tree depth."
    )
    return Check.judge("divergences", _MEANING, by_chain, findings, details)


_REMEDY = "Look for parameters that the data do not identify, or raise target_accept."
_MEANING: dict[Verdict, str] = {
    "PASS": "The sampler could follow the posterior.",
    "WARN": f"The sampler may have missed a small part of the posterior. {_REMEDY}",
    "FAIL": f"Too many draws were divergent: do not use the answers. {_REMEDY}",
}
