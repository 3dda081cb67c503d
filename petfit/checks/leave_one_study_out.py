"""Leave-one-study-out: how well the other studies predict each, and how far the answers move without it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from petfit.checks.record import Check, Finding, worst
from petfit.checks.refit_moves import (
    CENTRAL,
    farthest,
    found_of,
    moves,
    not_run,
    passed,
    problems,
    refused,
    said,
)
from petfit.fit import Fit
from petfit.results.comparison import standard_error

__all__ = ["MCSE_MOST", "check"]

MCSE_MOST = 0.2
"""Monte Carlo error of a log predictive density up to which it may be compared; the figure is ours."""


def check(fit: Fit) -> Check:
    """Say which study moves a dose for 80 % most, and the predictive density of studies left out."""
    if fit.refits is None:
        return not_run("studies")
    refits = fit.refits.isel(refit=(fit.refits["kind"] == "study").to_numpy())
    if not refits.sizes["refit"]:
        sentence = "Every fitted row comes from one study, so that nothing tells how far another would agree."
        return Check("studies", "WARN", sentence, pd.DataFrame())
    table = moves(fit, refits)
    ordered, elpd = farthest(table), refits[["elpd", "elpd_mcse"]].to_dataframe()
    alone, told = table[table["rows"] == 0], elpd["elpd"].dropna()
    total, error, rough = told.sum(), standard_error(told.to_numpy()), elpd["elpd_mcse"].max()
    findings = (
        *found_of(refits, ordered),
        Finding("drugs that one study alone tells of", alone["drug"].nunique(), "at most", 0, "WARN"),
        Finding("studies with an elpd", len(told)),
        Finding("elpd", total),
        Finding("SE of the elpd", error),
        Finding("largest Monte Carlo error of an elpd", rough, "at most", MCSE_MOST, "WARN"),
    )
    sentences = [
        _influence(ordered),
        *refused(ordered),
        f"Elpd of {len(told)} studies, each given the others: {total:.1f} (SE {error:.1f}).",
        *_alone(alone),
        *problems(refits),
        *_uncertain(elpd),
    ]
    return Check("studies", worst(findings), " ".join(sentences), table.join(elpd, on="refit"), findings)


def _influence(ordered: pd.DataFrame) -> str:
    """Say which study moves a dose most, and whether that is far."""
    if ordered.empty:
        return "Without any of the studies no dose can be told."
    if far := passed(ordered):
        return f"Leaving out one study moves a dose for 80 % {far}."
    (most,) = said(ordered[:1])
    return (
        f"Leaving out any one study keeps every dose for 80 % within {CENTRAL}; the farthest move is {most}."
    )


def _alone(alone: pd.DataFrame) -> Iterator[str]:
    """Name the drugs that one study alone tells of."""
    for drug, rows in alone.groupby("drug"):
        refits = ", ".join(rows["refit"])
        yield f"No row of {drug} is left {refits}: that answer is the pool's and the prior's."


def _uncertain(elpd: pd.DataFrame) -> Iterator[str]:
    rough = elpd.index[elpd["elpd_mcse"] > MCSE_MOST]
    if len(rough):
        yield f"The elpd has a Monte Carlo error above {MCSE_MOST} {', '.join(map(str, rough))}."
