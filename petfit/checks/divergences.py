"""Divergent transitions: regions of the posterior that the sampler could not follow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit.checks.record import Check, Finding, Verdict
from petfit.fit import Fit
from petfit.model.parameter_labels import parameter_labels, prior_paths

__all__ = ["MAX_DIVERGENT_SHARE", "check"]

MAX_DIVERGENT_SHARE = 0.001
"""The share of divergent draws at which a warning becomes a failure; chosen here. The cause is explained in
Betancourt, arXiv 1701.02434."""
_NEAR_0 = 0.1
"""Divergent draws are near 0 of an SD if so few of all draws are below their median."""


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
    remedy = _REMEDY
    if name := _sd_near_0(fit):
        remedy = _REMEDY_NEAR_0.format(
            label=parameter_labels(fit.design)[name], path=prior_paths(fit.design)[name]
        )
    sentences: dict[Verdict, str] = {verdict: f"{text} {remedy}" for verdict, text in _MEANING.items()}
    sentences["PASS"] = "The sampler could follow the posterior."
    return Check.judge("divergences", sentences, by_chain, findings, details)


def _sd_near_0(fit: Fit) -> str:
    """Return the SD near whose 0 the divergent draws are, "" if there is none."""
    diverging = fit.group("sample_stats")["diverging"].to_numpy().astype(bool)
    sds = [name for name, prior in fit.design.scalar_priors.items() if prior.family.support == "positive"]
    if not diverging.any() or not sds:
        return ""
    shares = {
        name: float((fit.posterior[name] < np.median(fit.posterior[name][diverging])).mean()) for name in sds
    }
    lowest = min(shares, key=shares.__getitem__)
    return lowest if shares[lowest] < _NEAR_0 else ""


_MEANING: dict[Verdict, str] = {
    "WARN": "The sampler may have missed a small part of the posterior.",
    "FAIL": "Too many draws were divergent: do not use the answers.",
}
_REMEDY = "Look for parameters that the data do not identify, or raise target_accept."
_REMEDY_NEAR_0 = (
    "They lie where the {label} is near 0: give [{path}] a prior that excludes 0, such as a LogNormal from "
    "earlier studies."
)
