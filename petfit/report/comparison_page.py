"""The content of the report of a comparison: the answers under each model and stacked, then each model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from petfit.fit import Fit
from petfit.report import headline
from petfit.report.fit_page import fit_page
from petfit.report.glossary import slug
from petfit.report.table import Table
from petfit.report.tables.comparison_tables import comparison_limit_table, model_comparison_table
from petfit.report.tables.dose_tables import dose_table
from petfit.results import formatting, summary
from petfit.results.comparison import STACKED, Comparison

__all__ = ["comparison_page"]


def comparison_page(fits: Mapping[str, Fit], comparison: Comparison) -> dict[str, Any]:
    """Return everything that the template of a comparison shows.

    Parameters
    ----------
    fits : mapping of str to Fit
        The fits, by name.
    comparison : Comparison
        Their comparison.
    """
    names = [str(name) for name in comparison.models.index]
    best, answers = fits[names[0]], comparison.answers
    stacked = answers.sel(model=STACKED).isel(occupancy=[0])
    return {
        "title": f"Comparison of {len(fits)} models",
        "question": headline.question(best, float(answers["occupancy"][0])),
        "cards": [
            {**card, "models": list(_doses_by_model(comparison, card["drug"]))}
            for card in headline.cards(stacked)
        ],
        "conditions": formatting.conditions(answers),
        "warnings": comparison.warnings,
        "models": [_model_section(fits[name], name, comparison) for name in names],
        "tables": {
            "comparison": [
                model_comparison_table(comparison),
                comparison_limit_table(best, comparison),
                dose_table(answers),
            ]
        },
    }


def _model_section(fit: Fit, name: str, comparison: Comparison) -> dict[str, Any]:
    """Return the section of one model; the names of its tables begin with its name."""
    page = fit_page(fit, with_explorer=False)
    page["tables"] = {section: _with_model_name(tables, name) for section, tables in page["tables"].items()}
    weight = formatting.percent(comparison.models["weight"].to_dict()[name])
    return {
        "name": name,
        "anchor": f"model-{slug(name)}",
        "weight": weight,
        "page": page,
        "file": f"{slug(name)}.toml",
    }


def _with_model_name(tables: list[Table] | dict[str, Table], model: str) -> list[Table] | dict[str, Table]:
    if isinstance(tables, dict):
        return {key: table.renamed(slug(model)) for key, table in tables.items()}
    return [table.renamed(slug(model)) for table in tables]


def _doses_by_model(comparison: Comparison, drug: str) -> Iterator[tuple[str, str, str]]:
    """Yield the model, the dose of a drug and its interval, the best model first."""
    for name in comparison.models.index:
        answer = comparison.answers.sel(model=name, drug=[drug]).isel(occupancy=[0])
        for row in summary.rows(answer):
            yield str(name), formatting.number(row.median), headline.interval(row)
