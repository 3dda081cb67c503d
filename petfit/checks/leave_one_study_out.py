"""Leave-one-study-out: prediction of each study by the others, and shifts of the doses without it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from petfit.checks.record import Check, Finding, overall_verdict
from petfit.checks.refit_shifts import (
    CENTRAL_WORDS,
    by_size,
    describe,
    findings,
    not_run,
    shifts,
    shifts_beyond_limits,
    unreliable_refits,
    unusable_doses,
)
from petfit.fit import Fit
from petfit.results.leave_one_out import study_elpd

__all__ = ["MAX_ELPD_MCSE", "check"]

MAX_ELPD_MCSE = 0.2
"""The largest Monte Carlo error of an elpd that is to be compared; chosen here."""


def check(fit: Fit) -> Check:
    """Name the study that shifts a dose for 80 % most, and compute the elpd of the studies left out."""
    if fit.refits is None:
        return not_run("leave_one_study_out")
    refits = fit.refits.isel(refit=(fit.refits["kind"] == "study").to_numpy())
    if not refits.sizes["refit"]:
        sentence = "All fitted rows come from one study, so agreement between studies cannot be checked."
        return Check("leave_one_study_out", "WARN", sentence, pd.DataFrame())
    table, elpd = shifts(fit, refits), refits[["elpd", "elpd_mcse"]].to_dataframe()
    ordered, single_study = by_size(table), table[table["rows"] == 0]
    total, se = _total_elpd(fit, elpd)
    figures = (
        *findings(refits, ordered),
        Finding("drugs with a single study", single_study["drug"].nunique(), "at most", 0, "WARN"),
        Finding("studies with an elpd", len(elpd["elpd"].dropna())),
        Finding("elpd", total),
        Finding("SE of elpd", se),
        Finding(
            "largest Monte Carlo error of an elpd", elpd["elpd_mcse"].max(), "at most", MAX_ELPD_MCSE, "WARN"
        ),
    )
    details = [
        f"Elpd of {len(elpd['elpd'].dropna())} studies, each given the others: {total:.1f} (SE {se:.1f}).",
        *_single_studies(single_study),
        *unreliable_refits(refits),
        *_imprecise(elpd),
    ]
    columns, verdict = table.join(elpd, on="refit"), overall_verdict(figures)
    sentence = " ".join([*unusable_doses(ordered), _influence(ordered)])
    return Check("leave_one_study_out", verdict, sentence, columns, figures, " ".join(details))


def _total_elpd(fit: Fit, elpd: pd.DataFrame) -> tuple[float, float]:
    """Return the elpd over all studies and its SE, NaN if a study could not be refitted."""
    result = study_elpd(fit)
    return (elpd["elpd"].sum(), float("nan")) if result is None else (result.elpd, result.se)


def _influence(ordered: pd.DataFrame) -> str:
    """Name the study that shifts a dose most, and whether the shift is large."""
    if ordered.empty:
        return "No dose can be estimated without any one of the studies."
    if beyond := shifts_beyond_limits(ordered):
        return f"Leaving out one study shifts a dose for 80 % {beyond}."
    (largest,) = describe(ordered[:1])
    return (
        f"Without any one study the median of every dose for 80 % stays within {CENTRAL_WORDS}; "
        f"the largest shift is {largest}."
    )


def _single_studies(table: pd.DataFrame) -> Iterator[str]:
    """Name the drugs with a single study."""
    for drug, rows in table.groupby("drug"):
        refits = ", ".join(rows["refit"])
        yield f"{drug} has no rows {refits}: that answer comes from the random effects and the prior."


def _imprecise(elpd: pd.DataFrame) -> Iterator[str]:
    imprecise = elpd.index[elpd["elpd_mcse"] > MAX_ELPD_MCSE]
    if len(imprecise):
        yield f"The Monte Carlo error of elpd is above {MAX_ELPD_MCSE} {', '.join(map(str, imprecise))}."
