"""Tables of planned studies."""

from __future__ import annotations

import math

from petfit.planning.evaluation import Evaluation
from petfit.report.table import Column, Table
from petfit.results import formatting

__all__ = ["evaluation_table", "measure_value"]

_QUANTITIES = {"ec50": "EC50", "study": "study"}
_MEASURES = {
    "median ratio": "upper/lower end, median",
    "10 % of ratios": "upper/lower end, 10 % of studies below",
    "90 % of ratios": "upper/lower end, 90 % of studies below",
    "P(precise)": "P(upper/lower below {ratio:g})",
    "P(no upper end)": "P(no upper end)",
    "coverage": "coverage",
    "P(bracketed)": "P(true dose between those tested)",
    "P(right strength)": "P(right strength chosen)",
}


def measure_value(measure: str, value: float) -> str:
    """Format a measure: a ratio as a number, a probability in percent.

    Examples
    --------
    >>> measure_value("median ratio", 3.456), measure_value("coverage", 0.95)
    ('3.46', '95.0 %')
    """
    if "ratio" not in measure:
        return formatting.percent(value)
    return "infinite" if math.isinf(value) else formatting.number(value)


def _difference(measure: str, simulated: float, quick: float) -> str:
    """Say how the quick look differs from the simulation."""
    if "ratio" not in measure:
        return f"{100 * (quick - simulated):+.1f} points"
    if math.isinf(simulated) or math.isinf(quick):
        return "none" if simulated == quick else "infinite"
    return f"{quick / simulated:.2f} times"


def evaluation_table(evaluation: Evaluation) -> Table:
    """Return what a planned study will tell, by simulation and by expected information.

    Parameters
    ----------
    evaluation : Evaluation
        See `petfit.planning.evaluation.evaluate`.
    """
    question, frame = evaluation.question, evaluation.frame
    dose = f"dose for {100 * question.occupancy:g} %"
    columns = (
        *([Column("drug", "drug")] if len(evaluation.study.drugs) > 1 else []),
        Column("quantity", "quantity", lambda word: _QUANTITIES.get(word, dose)),
        Column("measure", "measure", lambda word: _MEASURES[word].format(ratio=question.ratio)),
        Column(("measure", "estimate"), "simulated", measure_value),
        Column(("measure", "mcse"), "MC error", measure_value),
        Column(("measure", "quick_estimate"), "quick look", measure_value),
        Column(("measure", "quick_mcse"), "its MC error", measure_value),
        Column(("measure", "estimate", "quick_estimate"), "quick look against it", _difference),
    )
    failed = f"; {evaluation.failed} could not be fitted and are left out" if evaluation.failed else ""
    source = "the posterior of the given fit" if evaluation.given else "the priors"
    source += " and stated values" if evaluation.study.truth else ""
    caption = (
        f"{evaluation.n_studies} simulated studies with parameters from {source}{failed}. For a typical "
        f"person, {100 * question.prob:g} % equal-tailed intervals. An interval without an upper end has an "
        "infinite ratio: it counts in the quantiles, and is not precise. The quick look takes the "
        "first-order approximation of the likelihood, holds SDs at their true values, and nobody leaves the "
        "study. MC error: Monte Carlo standard error."
    )
    return Table("evaluation", f"What the study will tell: {evaluation.study.words}", frame, columns, caption)
