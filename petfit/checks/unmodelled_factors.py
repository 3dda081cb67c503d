"""Factors in which the fitted rows differ but which the model does not include."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from petfit.checks.record import Check, Finding, overall_verdict
from petfit.fit import Fit
from petfit.results.formatting import enumerate_words

__all__ = ["check"]

_FACTORS = ("study", "region", "tracer", "regimen", "modality")

_CONFOUNDING = ("region", "tracer", "regimen", "modality")
"""Factors whose effect is confounded with that of a drug that has levels of its own. Most drugs come from
studies of their own, which is a warning only: nothing systematic need differ between studies."""


def check(fit: Fit) -> Check:
    """Name the columns with several values among the fitted rows that are not factors of the model."""
    rows = fit.design.rows
    modelled = {*fit.spec.factors, *(["modality"] if "tracer" in fit.spec.factors else [])}
    modelled |= {"regimen"} if fit.spec.pk else set()
    levels = {factor: _levels(rows[factor]) for factor in _FACTORS}
    missing = [factor for factor in _FACTORS if factor not in modelled and len(levels[factor]) > 1]
    confounded = [
        text for factor in missing if factor in _CONFOUNDING for text in _confounded_drugs(rows, factor)
    ]
    findings = (
        Finding("factors that the model does not include", len(missing), "at most", 0, "WARN"),
        Finding("drugs confounded with such a factor", len(confounded), "at most", 0, "FAIL"),
    )
    table = pd.DataFrame(
        {
            "levels": {factor: ", ".join(names) for factor, names in levels.items()},
            "included": {factor: factor not in missing for factor in _FACTORS},
        }
    )
    verdict = overall_verdict(findings)
    if not missing:
        return Check("unmodelled_factors", verdict, _NONE_MISSING, table, findings)
    details = f"{'; '.join(f'{factor} ({", ".join(levels[factor])})' for factor in missing)}."
    if confounded:
        details += f" Confounded: {'; '.join(confounded)}."
    return Check("unmodelled_factors", verdict, _sentence(missing, confounded), table, findings, details)


_NONE_MISSING = "The model includes every study, region, tracer and regimen in which the fitted rows differ."


def _sentence(missing: list[str], confounded: list[str]) -> str:
    sentence = (
        f"The rows differ in {enumerate_words(missing)}, which the model leaves out: choose a model that has "
        f"{'it' if len(missing) == 1 else 'them'}."
    )
    if confounded:
        return f"Do not use differences between drugs, which may be due to another factor. {sentence}"
    return sentence


def _levels(values: pd.Series) -> list[str]:
    return sorted(set(values) - {""})


def _confounded_drugs(rows: pd.DataFrame, factor: str) -> Iterator[str]:
    """Describe each drug that shares no level of a factor with any other drug."""
    for drug in _levels(rows["drug"]):
        own = _levels(rows.loc[rows["drug"] == drug, factor])
        others = _levels(rows.loc[~rows["drug"].isin([drug, ""]), factor])
        if own and others and set(own).isdisjoint(others):
            yield f"{drug} has {factor} {', '.join(own)}, the other drugs have {', '.join(others)}"
