"""Tables of planned studies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from petfit.planning.allocation import Allocation
from petfit.planning.evaluation import Evaluation
from petfit.planning.next_dose import NextDoses
from petfit.planning.sample_size import SampleSize
from petfit.report.table import Column, Table, number, percent, plain
from petfit.results import formatting

__all__ = ["allocation_table", "evaluation_table", "measure_value", "next_dose_table", "size_table"]

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
    doses = {name: f"dose for {100 * target:g} %" for name, target in question.occupancies.items()}
    quantities = {"ec50": "EC50", "study": "study", **doses}
    columns = (
        *([Column("drug", "drug")] if len(evaluation.study.drugs) > 1 else []),
        Column("quantity", "quantity", quantities.__getitem__),
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


def next_dose_table(chosen: NextDoses) -> Table:
    """Return the candidates for the next people's doses, best first.

    Parameters
    ----------
    chosen : NextDoses
        See `petfit.planning.next_dose.next_doses`.
    """
    question = chosen.question
    columns = (
        *([Column("person", "person")] if len(chosen.doses) > 1 else []),
        Column("dose", f"dose, {chosen.unit}", plain),
        Column("information", "information, nats", number),
        Column("mcse", "MC error", number),
        Column("below_best", "less than the best by", number),
        Column("below_best_mcse", "MC error", number),
        Column("median_ratio", "upper/lower end, median", partial(measure_value, "ratio")),
        Column("p_precise", f"P(ratio below {question.ratio:g}), %", percent),
        Column("p_no_upper_end", "P(no upper end), %", percent),
        Column("effective_draws", "effective draws", "{:.0f}".format),
    )
    now = measure_value("ratio", chosen.ratio_now)
    caption = (
        f"No dose is above {chosen.max_dose:g} {chosen.unit}. Information: what the result is expected to "
        f"tell about the dose for {100 * question.occupancy:g} % in a typical person, whose "
        f"{100 * question.prob:g} % equal-tailed interval has a ratio of upper to lower end of {now} now. "
        "Each person is chosen given those before, with results unknown. MC error: Monte Carlo standard "
        "error; all candidates share the random numbers."
    )
    if (chosen.ranking["information"] < 0).any():
        caption += " Negative information means none: the correction for few effective draws is approximate."
    title = f"The next dose of {chosen.drug}: {_listed(chosen.doses)} {chosen.unit}"
    return Table("next_dose", title, chosen.ranking, columns, caption)


def _listed(values: Sequence[float]) -> str:
    return formatting.enumerate_words([f"{value:g}" for value in values])


def size_table(size: SampleSize) -> Table:
    """Return the sizes of a study that were tried.

    Parameters
    ----------
    size : SampleSize
        See `petfit.planning.sample_size.sample_size`.
    """
    what = "EC50" if size.quantity == "ec50" else f"the dose for {100 * size.question.occupancy:g} %"
    columns = (
        Column("n", "people"),
        Column("scans", "scans"),
        Column("method", "method"),
        Column("estimate", f"P(upper/lower below {size.question.ratio:g}), %", percent),
        Column("mcse", "MC error, points", percent),
    )
    found = "not reached with the largest" if size.n is None else f"{size.n} people"
    caption = (
        f"For the {100 * size.question.prob:g} % equal-tailed interval of {what} in a typical person. An "
        "interval without an upper end is not precise. MC error: Monte Carlo standard error."
    )
    title = f"Size for a precise interval with probability {100 * size.assurance:g} %: {found}"
    return Table("size", title, size.tried, columns, caption)


def allocation_table(allocation: Allocation) -> Table:
    """Return the people at each dose under the best and the balanced allocation.

    Parameters
    ----------
    allocation : Allocation
        See `petfit.planning.allocation.optimise`.
    """
    columns = (
        Column("doses", f"doses, {allocation.unit}"),
        Column("best", "people"),
        Column("balanced", "balanced"),
    )
    left_out = allocation.not_reached
    reached = (
        f", {formatting.percent(left_out)} left out because Emax does not reach the target"
        if left_out
        else ""
    )
    caption = (
        "By expected information, the variance of the log dose for the target is "
        f"{allocation.efficiency:.2f} times as large under the balanced allocation "
        f"(geometric mean over true parameters{reached})."
    )
    return Table("allocation", "People at each dose", allocation.counts, columns, caption)
