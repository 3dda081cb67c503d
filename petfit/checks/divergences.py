"""Divergences: regions of the posterior that the sampler could not follow."""

from __future__ import annotations

import pandas as pd

from petfit.checks.record import Check, Finding, worst
from petfit.fit import Fit

__all__ = ["SHARE_MOST", "check"]

SHARE_MOST = 0.001
"""A few divergences in 10,000 draws call for a look, more make the tails untrustworthy: the share at which
a warning becomes a failure is ours; the cause is in Betancourt, arXiv 1701.02434."""


def check(fit: Fit) -> Check:
    """Count divergent transitions, and draws that hit the largest tree depth."""
    stats = fit.group("sample_stats")
    divergent = stats["diverging"].astype(int).sum("draw").to_numpy()
    depth = (stats["tree_depth"] >= int(fit.attrs["max_depth"])).sum("draw").to_numpy()
    total = stats.sizes["chain"] * stats.sizes["draw"]
    found, deep = int(divergent.sum()), int(depth.sum())
    share = Finding("share of divergent draws", found / total, "at most", SHARE_MOST, "FAIL")
    findings = (
        Finding("draws", total),
        Finding("divergent draws", found, "at most", 0, "WARN"),
        share,
        Finding("draws that reached the largest tree depth", deep, "at most", 0, "WARN"),
    )
    verdict = worst(findings)
    sentence = f"{found} of {total} draws were divergent; {deep} reached the largest tree depth."
    if verdict == "FAIL":
        sentence += f" The share of divergent draws is too large ({share.bound}): do not use the answers."
    if verdict != "PASS":
        sentence += " Raise target_accept, or look at what the data leave undecided."
    chains = pd.Index(range(1, len(divergent) + 1), name="chain")
    table = pd.DataFrame({"divergent": divergent, "deepest": depth}, chains)
    return Check("divergences", verdict, sentence, table, findings)
