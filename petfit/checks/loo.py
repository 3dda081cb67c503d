"""PSIS-LOO: reliability of importance sampling, and people or rows that decide the posterior."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit.checks.record import Check, Finding, overall_verdict
from petfit.fit import Fit
from petfit.model.free_parameters import n_free_parameters
from petfit.model.likelihood.integrated_people import has_independent_people
from petfit.results.leave_one_out import loo

__all__ = ["MAX_PARETO_K_FAIL", "check"]

MAX_PARETO_K_FAIL = 1.0
"""Beyond this Pareto k the importance weights have no finite mean: Vehtari et al., J Mach Learn Res
2024;25(72)."""

_NAMED = 5
"""As many influential people or rows are named in the text; the table has all."""


def check(fit: Fit) -> Check:
    """Compare the Pareto k of every person or row with its limit, and p_loo with the number of parameters.

    If p_loo exceeds the number of parameters and a Pareto k is above 1, the model is likely to be badly
    misspecified (glossary of the R package loo). If every k is small, the comparison is not informative:
    under weak priors both numbers are nearly equal.
    """
    if fit.log_likelihood.shape[-1] < 2:
        sentence = "The table has a single person or cohort, which cannot be left out."
        return Check("loo", "PASS", sentence, pd.DataFrame(), (Finding("people and cohorts", 1),))
    result = loo(fit)
    dim = str(result.elpd_i.dims[0])
    _, several = _LEFT_OUT[dim]
    parts = pd.DataFrame(
        {"elpd": result.elpd_i.to_numpy(), "pareto_k": result.pareto_k.to_numpy()},
        pd.Index(result.elpd_i[dim].to_numpy(), name=dim),
    )
    influential = parts.index[~(parts["pareto_k"] <= result.good_k)]
    not_finite = parts.index[~np.isfinite(parts["elpd"])]
    largest_k, n_parameters = parts["pareto_k"].max(), _n_parameters(fit)
    excess = max(0.0, result.p - n_parameters) if largest_k > MAX_PARETO_K_FAIL else 0.0
    k_limit = Finding("largest Pareto k", largest_k, "at most", result.good_k, "WARN")
    findings = (
        Finding(several, len(parts)),
        Finding(f"{several} with a density that is not finite", len(not_finite), "at most", 0, "FAIL"),
        Finding("elpd", result.elpd),
        Finding("SE of elpd", result.se),
        k_limit,
        Finding(f"{several} with a Pareto k above the limit", len(influential), "at most", 0, "WARN"),
        Finding("p_loo", result.p),
        Finding("parameters", n_parameters),
        Finding("excess of p_loo over parameters, if a Pareto k is above 1", excess, "at most", 0, "FAIL"),
    )
    details = (
        f"PSIS-LOO over {len(parts)} {several}: elpd {result.elpd:.1f} (SE {result.se:.1f}), "
        f"p_loo {result.p:.1f}, largest Pareto k {largest_k:.2f} ({k_limit.limit_words})."
    )
    if len(influential):
        named = ", ".join(influential[:_NAMED]) + ", and others" * (len(influential) > _NAMED)
        details += f" Too influential for importance sampling: {named}. {_REMEDY}"
    n_refitted = int((parts["pareto_k"] == 0).sum())
    if n_refitted:
        details += f" For {n_refitted} of them the model was fitted again without them (Pareto k 0)."
    if excess:
        details += f" p_loo exceeds the number of parameters, {n_parameters}."
    sentence = _sentence(not_finite, len(influential), n_refitted, len(parts), dim, misspecified=excess > 0)
    return Check("loo", overall_verdict(findings), sentence, parts, findings, details)


def _n_parameters(fit: Fit) -> int:
    """Return the number of parameters of the log likelihood, which may be integrated over people."""
    people = [effect for effect in fit.design.effects if effect.kind == "people"]
    n_integrated = len(people[0].levels) if people and has_independent_people(fit.design.rows) else 0
    return n_free_parameters(fit.design) - n_integrated


def _sentence(
    not_finite: pd.Index, influential: int, refitted: int, parts: int, dim: str, *, misspecified: bool
) -> str:
    if len(not_finite):
        return f"The model rules out {', '.join(not_finite)} in some draws: do not use the answers."
    if misspecified:
        return "The model is probably badly misspecified: do not use the answers. Look for outliers."
    one, several = _LEFT_OUT[dim]
    if influential:
        verb = "is" if influential == 1 else "are"
        return (
            f"Models cannot be compared by leave-one-out, as {influential} of {parts} {several} {verb} too "
            "influential; the answers do not use it."
        )
    if refitted:
        whose = one if refitted == 1 else several
        return f"The model was fitted again without {refitted} influential {whose}: elpd is reliable."
    return f"No single {one} decides the posterior."


_LEFT_OUT = {"row": ("row", "rows"), "person": ("person or cohort", "people and cohorts")}
"""What is left out, by the dimension of the log likelihood: one, and several."""

_REMEDY = "Refits (petfit check FIT --refit, or fit.with_refits() in Python) are made without each of them."
