"""Kinds of evidence that the model does not tell apart."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from petfit.checks.record import Check, Finding, worst
from petfit.fit import Fit

__all__ = ["check"]

_KINDS = ("study", "region", "tracer", "regimen", "modality")

_CONFOUNDING = ("region", "tracer", "regimen", "modality")
"""Kinds whose differences count as a drug's where one drug has levels of its own. Drugs mostly come from
studies of their own, which a warning says; between studies nothing systematic need differ."""


def check(fit: Fit) -> Check:
    """Name the columns with several values among the fitted rows that are no factor of the model."""
    rows = fit.design.rows
    known = {*fit.spec.factors, *(["modality"] if "tracer" in fit.spec.factors else [])}
    mixed = {kind: _levels(rows[kind]) for kind in _KINDS if kind not in known}
    found = {kind: levels for kind, levels in mixed.items() if len(levels) > 1}
    apart = [said for kind in found if kind in _CONFOUNDING for said in _confounded(rows, kind)]
    findings = (
        Finding("kinds of evidence that the model takes as one", len(found), "at most", 0, "WARN"),
        Finding("drugs that differ from all others in such a kind", len(apart), "at most", 0, "FAIL"),
    )
    held = {kind: ", ".join(_levels(rows[kind])) for kind in _KINDS}
    table = pd.DataFrame({"levels": held, "told_apart": {kind: kind not in found for kind in _KINDS}})
    if not found:
        sentence = "The model tells apart every study, region, tracer and regimen that the fitted rows hold."
        return Check("mixing", "PASS", sentence, table, findings)
    named = "; ".join(f"{kind} ({', '.join(levels)})" for kind, levels in found.items())
    sentence = f"The fitted rows differ in what the model takes as the same: {named}. Choose a model with it."
    if apart:
        sentence += f" Do not use a difference that may be one of these instead: {'; '.join(apart)}."
    return Check("mixing", worst(findings), sentence, table, findings)


def _levels(values: pd.Series) -> list[str]:
    return sorted(set(values) - {""})


def _confounded(rows: pd.DataFrame, kind: str) -> Iterator[str]:
    """Name each drug that shares no level of a kind with any other drug."""
    for drug in _levels(rows["drug"]):
        own = _levels(rows.loc[rows["drug"] == drug, kind])
        others = _levels(rows.loc[~rows["drug"].isin([drug, ""]), kind])
        if own and others and set(own).isdisjoint(others):
            yield f"{drug} has {kind} {', '.join(own)}, the other drugs have {', '.join(others)}"
