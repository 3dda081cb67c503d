"""Tables of a model comparison."""

from __future__ import annotations

import pandas as pd

from petfit.fit import Fit
from petfit.report.table import Column, Table, number, percent
from petfit.results.comparison import MIN_STUDIES, Comparison
from petfit.results.leave_one_out import PARETO_K_LIMIT

__all__ = ["comparison_limit_table", "model_comparison_table"]

_MIN_DIFFERENCE, _MIN_DIFFERENCE_IN_SE = 4, 2
"""The difference of elpd that separates two models, absolute and in standard errors: Sivula, Magnusson,
Matamoros and Vehtari, arXiv 2008.10296."""


def model_comparison_table(comparison: Comparison) -> Table:
    """Return the models of a comparison as a table, the best first."""
    frame = comparison.models.reset_index()
    columns = (
        Column("model", "model"),
        Column("elpd", "elpd", number),
        Column("se", "SE", number),
        Column("difference", "difference from the best", number),
        Column("difference_se", "SE", number),
        Column("weight", "stacking weight, %", percent),
        Column("largest_k", "largest Pareto k", number),
        Column("k_too_large", f"Pareto k above {PARETO_K_LIMIT}"),
    )
    caption = (
        f"Expected log predictive density of {frame['parts'].iloc[0]} {frame['left_out'].iloc[0]} left out "
        f"one by one. A difference of less than {_MIN_DIFFERENCE}, or of less than {_MIN_DIFFERENCE_IN_SE} "
        "SE, does not separate two models. Stacking weight: the share of the model in the mixture that "
        "predicts best."
    )
    return Table("models", "Models", frame, columns, caption)


def comparison_limit_table(best: Fit, comparison: Comparison) -> Table:
    """Return the figures on which the interpretation of a comparison depends, with their limits."""
    models = comparison.models
    difference = models["difference"].abs()
    rows = [
        ("models", len(models), "", float("nan")),
        ("studies", best.design.rows["study"].nunique(), "at least", MIN_STUDIES),
        ("largest Pareto k", models["largest_k"].max(), "at most", PARETO_K_LIMIT),
        ("largest difference of elpd", difference.max(), "at least", _MIN_DIFFERENCE),
        (
            "largest difference of elpd, in its SE",
            (difference / models["difference_se"]).max(),
            "at least",
            _MIN_DIFFERENCE_IN_SE,
        ),
    ]
    frame = pd.DataFrame(rows, columns=["quantity", "value", "side", "limit"])
    return Table.from_frame("comparison_limits", "Figures of the comparison and their limits", frame)
