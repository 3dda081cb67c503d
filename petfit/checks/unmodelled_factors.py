"""Factors in which the fitted rows differ but which the model does not include."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from petfit.checks.record import Check, Finding, overall_verdict
from petfit.fit import Fit
from petfit.model.default_model import default_model
from petfit.model.missing_factors import FACTORS, line_for, missing_factors
from petfit.model.specification import ModelSpec, read_model
from petfit.results.formatting import enumerate_words

__all__ = ["check"]

_CONFOUNDING = ("region", "tracer", "regimen", "modality")
"""Factors whose effect is confounded with that of a drug that has levels of its own. Most drugs come from
studies of their own, which is a warning only: nothing systematic need differ between studies."""


def check(fit: Fit) -> Check:
    """Name the columns with several values among the fitted rows that are not factors of the model."""
    rows = fit.design.rows
    levels = {factor: _levels(rows[factor]) for factor in FACTORS}
    missing = missing_factors(fit.spec, rows)
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
            "included": {factor: factor not in missing for factor in FACTORS},
        }
    )
    verdict = overall_verdict(findings)
    if not missing:
        return Check("unmodelled_factors", verdict, _none_missing(fit), table, findings)
    details = f"{'; '.join(f'{factor} ({", ".join(levels[factor])})' for factor in missing)}."
    if confounded:
        details += f" Confounded: {'; '.join(confounded)}."
    differ = f"The rows differ in {enumerate_words(missing)}, which the model leaves out"
    sentence = f"{differ}: {_remedy(fit, missing)}."
    if confounded:
        sentence = f"Do not use differences between drugs, which may be due to another factor. {sentence}"
    return Check("unmodelled_factors", verdict, sentence, table, findings, details)


def _none_missing(fit: Fit) -> str:
    """Say that every factor is in the model, and which of them the curve does not depend on."""
    sentence = "The model includes every study, region, tracer and regimen in which the fitted rows differ"
    differing = [factor for factor in FACTORS if len(_levels(fit.design.rows[factor])) > 1]
    elsewhere = set(fit.spec.factors) - fit.spec.curve_columns
    if shared := [factor for factor in differing if factor in elsewhere]:
        return f"{sentence}; the curve is the same for every {enumerate_words(shared)}."
    return f"{sentence}."


def _remedy(fit: Fit, missing: list[str]) -> str:
    """Name the bundled model that has the missing factors, or the lines that add them to this one."""
    rows, default = fit.design.rows, default_model(fit.evidence).name
    if _has_the_same_curve(other := read_model(default), fit.spec) and not missing_factors(other, rows):
        return f"fit it with the model {default}"
    empty = [factor for factor in missing if (rows[factor] == "").any()]
    fill_in = f"fill in {enumerate_words(empty)} in every row, and " if empty else ""
    needed = [factor for factor in missing if factor != "modality" or "tracer" not in missing]
    lines = [line_for(factor, fit.spec, rows) for factor in needed]
    return fill_in + " and ".join(f"write {line} below [{table}] in the model" for table, line in lines)


def _has_the_same_curve(one: ModelSpec, other: ModelSpec) -> bool:
    """Whether two models differ in factors and priors only."""
    return (one.curve, one.exposure, one.emax.fixed) == (other.curve, other.exposure, other.emax.fixed)


def _levels(values: pd.Series) -> list[str]:
    return sorted(set(values) - {""})


def _confounded_drugs(rows: pd.DataFrame, factor: str) -> Iterator[str]:
    """Describe each drug that shares no level of a factor with any other drug."""
    for drug in _levels(rows["drug"]):
        own = _levels(rows.loc[rows["drug"] == drug, factor])
        others = _levels(rows.loc[~rows["drug"].isin([drug, ""]), factor])
        if own and others and set(own).isdisjoint(others):
            yield f"{drug} has {factor} {', '.join(own)}, the other drugs have {', '.join(others)}"
