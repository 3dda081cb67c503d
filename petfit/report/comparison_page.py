"""What the page of a comparison says: the answers under each model and stacked, then each model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from petfit.fit import Fit
from petfit.report import answer_tables, headline
from petfit.report.fit_page import page
from petfit.report.glossary import slug
from petfit.report.table import Column, Sheet, number, percent
from petfit.results import formatting, summary
from petfit.results.comparison import K_MOST, STACKED, STUDIES_LEAST, Comparison

__all__ = ["comparison_page"]

_DECIDES, _DECIDES_SE = 4, 2
"""A difference of elpd that tells two models apart, as such and in its SEs: Sivula, Magnusson, Matamoros and
Vehtari, arXiv 2008.10296."""


def comparison_page(fits: Mapping[str, Fit], found: Comparison) -> dict[str, Any]:
    """Return everything that the template of a comparison shows.

    Parameters
    ----------
    fits : mapping of str to Fit
        The fits, by name.
    found : Comparison
        What came of comparing them.
    """
    models = [_model(fits[name], name, found) for name in found.models.index]
    best = fits[str(found.models.index[0])]
    exposure = best.spec.exposure_words
    stacked = found.answers.sel(model=STACKED).isel(occupancy=[0])
    return {
        "title": f"Comparison of {len(fits)} models",
        "question": headline.question(best, float(found.answers["occupancy"][0])),
        "cards": [
            {**card, "models": list(_under_each(found, card["drug"]))} for card in headline.cards(stacked)
        ],
        "whose": formatting.whose(found.answers),
        "warnings": found.warnings,
        "models": models,
        "sheets": {
            "comparison": [_models(found), _limits(best, found), answer_tables.doses(found.answers, exposure)]
        },
    }


def _model(fit: Fit, name: str, found: Comparison) -> dict[str, Any]:
    """Return the page of one model, its tables named after it."""
    place = f"model-{slug(name)}"
    said = page(fit, explorable=False)
    said["sheets"] = {
        section: {key: _named(one, name) for key, one in sheets.items()}
        if isinstance(sheets, dict)
        else [_named(one, name) for one in sheets]
        for section, sheets in said["sheets"].items()
    }
    weight = formatting.percent(found.models["weight"].to_dict()[name])
    return {"name": name, "place": place, "weight": weight, "page": said, "file": f"{slug(name)}.toml"}


def _named(sheet: Sheet, model: str) -> Sheet:
    return replace(sheet, name=f"{slug(model)}_{sheet.name}")


def _under_each(found: Comparison, drug: str) -> Any:
    """Yield the dose of a drug under each model, the best first."""
    for name in found.models.index:
        table = found.answers.sel(model=name, drug=[drug]).isel(occupancy=[0])
        for row in summary.rows(table):
            yield name, formatting.figure(row.median), headline.interval(row)


def _models(found: Comparison) -> Sheet:
    frame = found.models.reset_index()
    columns = (
        Column("model", "model"),
        Column("elpd", "elpd", number),
        Column("se", "SE", number),
        Column("difference", "difference from the best", number),
        Column("difference_se", "SE", number),
        Column("weight", "stacking weight, %", percent),
        Column("largest_k", "largest Pareto k", number),
        Column("k_too_large", f"above {K_MOST}"),
    )
    what = f"{frame['parts'].iloc[0]} {frame['left_out'].iloc[0]} left out one by one"
    caption = (
        f"Expected log predictive density, {what}; a difference of less than {_DECIDES}, or of less than "
        f"{_DECIDES_SE} of its SEs, decides nothing. Weight: of the model in the mixture that "
        "predicts best (stacking)."
    )
    return Sheet("models", "Models", frame, columns, caption)


def _limits(best: Fit, found: Comparison) -> Sheet:
    rows = [
        ("models", len(found.models), "", math.nan),
        ("studies", best.design.rows["study"].nunique(), "at least", STUDIES_LEAST),
        ("largest Pareto k", found.models["largest_k"].max(), "at most", K_MOST),
        ("largest difference of elpd", found.models["difference"].abs().max(), "at least", _DECIDES),
        ("largest difference of elpd, in its SEs", _in_its_se(found.models), "at least", _DECIDES_SE),
    ]
    frame = pd.DataFrame(rows, columns=["quantity", "value", "wanted", "limit"])
    return Sheet.whole("comparison_limits", "What the comparison found, and its limits", frame)


def _in_its_se(models: pd.DataFrame) -> float:
    return float((models["difference"].abs() / models["difference_se"]).max())
