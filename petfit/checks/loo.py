"""LOO over rows by importance sampling: quick, and honest where no single row decides the posterior."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from petfit.checks.record import Check, Finding, worst
from petfit.fit import Fit
from petfit.model import free_parameters
from petfit.results.comparison import K_MOST, by_row, standard_error

__all__ = ["K_FAILS", "check"]

K_FAILS = 1.0
"""Beyond this Pareto k the importance weights have no finite mean: Vehtari et al., J Mach Learn Res
2024;25(72)."""


def check(fit: Fit) -> Check:
    """Compare the Pareto k of every row with its threshold, and effective parameters with unknowns.

    More effective parameters than the model has unknowns, where a Pareto k is above 1 as well, say that the
    model is likely to be badly misspecified (glossary of the R package loo, on p_loo). Where every k is small
    they say nothing: under weak priors the two numbers are nearly equal, and chance makes either the larger.
    """
    found = by_row(fit).rename_axis("row")
    draws = fit.log_likelihood.sizes["chain"] * fit.log_likelihood.sizes["draw"]
    most = min(K_MOST, 1.0 - 1.0 / np.log10(draws))
    over = found.index[~(found["pareto_k"] <= most)]
    broken = found.index[~np.isfinite(found["elpd"])]
    elpd, error = found["elpd"].sum(), standard_error(found["elpd"].to_numpy())
    p_loo, count = found["p_loo"].sum(), free_parameters.n_free_parameters(fit.design)
    excess = max(0.0, p_loo - count) if found["pareto_k"].max() > K_FAILS else 0.0
    largest = Finding("largest Pareto k", found["pareto_k"].max(), "at most", most, "WARN")
    findings = (
        Finding("rows", len(found)),
        Finding("rows whose density is not finite", len(broken), "at most", 0, "FAIL"),
        Finding("elpd", elpd),
        Finding("SE of the elpd", error),
        largest,
        Finding("rows with a Pareto k too large", len(over), "at most", 0, "WARN"),
        Finding("effective parameters", p_loo),
        Finding("unknowns", count),
        Finding("effective parameters in excess, if a Pareto k is above 1", excess, "at most", 0, "FAIL"),
    )
    sentence = (
        f"Leaving out one of {len(found)} rows at a time, by importance sampling: elpd {elpd:.1f} (SE "
        f"{error:.1f}), {p_loo:.1f} effective parameters; the largest Pareto k is "
        f"{largest.value:.2f} ({largest.bound})."
    )
    sentences = [sentence, *_failures(broken, count if excess else 0), *_influential(over)]
    return Check("loo", worst(findings), " ".join(sentences), found, findings)


def _failures(broken: pd.Index, exceeded: int) -> Iterator[str]:
    if len(broken):
        yield f"The density of {', '.join(broken)} is not finite in every draw: do not use the answers."
    elif exceeded:
        yield (
            f"With more effective parameters than its {exceeded} unknowns the model is likely to be badly "
            "misspecified for these rows: do not use the answers."
        )


def _influential(over: pd.Index) -> Iterator[str]:
    if len(over):
        yield (
            f"Too influential to be left out by weights: {', '.join(over)}. Where these are many or of one "
            "study, petfit check FIT --refit says what hangs on it."
        )
