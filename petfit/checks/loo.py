"""PSIS-LOO over rows: reliability of importance sampling, and rows that decide the posterior."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit.checks.record import Check, Finding, overall_verdict
from petfit.fit import Fit
from petfit.model.free_parameters import n_free_parameters
from petfit.results.loo import loo

__all__ = ["MAX_PARETO_K_FAIL", "check"]

MAX_PARETO_K_FAIL = 1.0
"""Beyond this Pareto k the importance weights have no finite mean: Vehtari et al., J Mach Learn Res
2024;25(72)."""


def check(fit: Fit) -> Check:
    """Compare the Pareto k of every row with its limit, and p_loo with the number of parameters.

    If p_loo exceeds the number of parameters and a Pareto k is above 1, the model is likely to be badly
    misspecified (glossary of the R package loo). If every k is small, the comparison is not informative:
    under weak priors both numbers are nearly equal.
    """
    result = loo(fit)
    rows = pd.DataFrame(
        {"elpd": result.elpd_i.to_numpy(), "pareto_k": result.pareto_k.to_numpy()},
        pd.Index(result.elpd_i["row"].to_numpy(), name="row"),
    )
    influential = rows.index[~(rows["pareto_k"] <= result.good_k)]
    not_finite = rows.index[~np.isfinite(rows["elpd"])]
    largest_k, n_parameters = rows["pareto_k"].max(), n_free_parameters(fit.design)
    excess = max(0.0, result.p - n_parameters) if largest_k > MAX_PARETO_K_FAIL else 0.0
    k_limit = Finding("largest Pareto k", largest_k, "at most", result.good_k, "WARN")
    findings = (
        Finding("rows", len(rows)),
        Finding("rows with a density that is not finite", len(not_finite), "at most", 0, "FAIL"),
        Finding("elpd", result.elpd),
        Finding("SE of elpd", result.se),
        k_limit,
        Finding("rows with a Pareto k above the limit", len(influential), "at most", 0, "WARN"),
        Finding("p_loo", result.p),
        Finding("parameters", n_parameters),
        Finding("excess of p_loo over parameters, if a Pareto k is above 1", excess, "at most", 0, "FAIL"),
    )
    details = (
        f"PSIS-LOO over {len(rows)} rows: elpd {result.elpd:.1f} (SE {result.se:.1f}), p_loo {result.p:.1f}, "
        f"largest Pareto k {largest_k:.2f} ({k_limit.limit_words})."
    )
    if len(influential):
        details += f" Too influential for importance sampling: {', '.join(influential)}. {_REMEDY}"
    if excess:
        details += f" p_loo exceeds the number of parameters, {n_parameters}."
    shares = len(influential), len(rows)
    sentence = _sentence(not_finite, shares, misspecified=excess > 0)
    return Check("loo", overall_verdict(findings), sentence, rows, findings, details)


def _sentence(not_finite: pd.Index, influential: tuple[int, int], *, misspecified: bool) -> str:
    if len(not_finite):
        return f"The model rules out {', '.join(not_finite)} in some draws: do not use the answers."
    if misspecified:
        return "The model is probably badly misspecified: do not use the answers. Look for outliers."
    n_influential, n_rows = influential
    if n_influential:
        verb = "is" if n_influential == 1 else "are"
        return f"{n_influential} of {n_rows} rows {verb} too influential to compare models by leave-one-out."
    return "No single row decides the posterior."


_REMEDY = "If these rows are many, or of one study, run petfit check FIT --refit."
