"""An answer about a planned study, and the content of its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from petfit.planning.allocation import Allocation
from petfit.planning.evaluation import Evaluation
from petfit.planning.next_dose import NextDoses
from petfit.planning.planned_study import PlannedStudy
from petfit.planning.question import Question
from petfit.planning.sample_size import SampleSize
from petfit.planning.study_design import StudyDesign
from petfit.planning.truth import as_fit
from petfit.plots.assurance_curve import plot_assurance_curve
from petfit.plots.dose_allocation import plot_dose_allocation
from petfit.plots.expected_gain import plot_expected_gain
from petfit.plots.interval_ratios import plot_interval_ratios
from petfit.report.figures import draw_figure
from petfit.report.model_text import model_text
from petfit.report.protocol_text import (
    allocation_paragraph,
    evaluation_paragraph,
    next_dose_paragraph,
    size_paragraph,
    stated_words,
)
from petfit.report.table import Table, plain
from petfit.report.tables.design_tables import (
    allocation_table,
    evaluation_table,
    next_dose_table,
    size_table,
)
from petfit.report.tables.prior_tables import prior_table

__all__ = ["DesignAnswer", "design_answer", "design_page"]


@dataclass(frozen=True)
class DesignAnswer:
    """An answer about a planned study.

    Parameters
    ----------
    question, paragraph : str
        What was asked, and the answer for a protocol.
    tables : tuple of Table
        Its numbers, those of the question first.
    draw : callable
        Draws its figure.
    caption : str
        What the figure shows.
    """

    question: str
    paragraph: str
    tables: tuple[Table, ...]
    draw: Callable[[], Sequence[Axes]]
    caption: str


def design_answer(result: Evaluation | SampleSize | Allocation | NextDoses) -> DesignAnswer:
    """Return an answer about a planned study as it is printed, drawn and shown on a page.

    Parameters
    ----------
    result : Evaluation, SampleSize, Allocation or NextDoses
        The answer.
    """
    if isinstance(result, Evaluation):
        return DesignAnswer(
            f"How precisely will the study show {_dose(result.question)}?",
            evaluation_paragraph(result),
            (evaluation_table(result),),
            partial(plot_interval_ratios, result.simulated, result.quick, result.question.ratio),
            "The share of simulated studies whose interval has a ratio of upper to lower end below each "
            "value; the rest of a curve that ends below 100 % are intervals without an upper end. Dashed: "
            "the quick look. The vertical line is the ratio asked for.",
        )
    if isinstance(result, SampleSize):
        what = "EC50" if result.quantity == "ec50" else _dose(result.question)
        return DesignAnswer(
            f"How many people show {what} precisely?",
            size_paragraph(result),
            (
                size_table(result),
                *([] if result.evaluation is None else [evaluation_table(result.evaluation)]),
            ),
            partial(plot_assurance_curve, result.tried, result.assurance),
            "The probability of a precise interval for each number of people that was tried, with two Monte "
            "Carlo standard errors. The horizontal line is the probability asked for.",
        )
    if isinstance(result, Allocation):
        balanced = evaluation_table(result.balanced)
        return DesignAnswer(
            f"Which doses show {_dose(result.evaluation.question)} best?",
            allocation_paragraph(result),
            (allocation_table(result), evaluation_table(result.evaluation), balanced.renamed("balanced")),
            partial(plot_dose_allocation, result.counts, result.unit),
            "The number of people at each dose under the best and the balanced allocation.",
        )
    return DesignAnswer(
        f"Which dose of {result.drug} shows {_dose(result.question)} best?",
        next_dose_paragraph(result),
        (next_dose_table(result),),
        partial(plot_expected_gain, result.ranking, result.unit),
        "What a result at each dose is expected to tell, with two Monte Carlo standard errors; the dose that "
        "was chosen is marked. No dose is above the limit.",
    )


def _dose(question: Question) -> str:
    return f"the dose for {100 * question.occupancy:g} % occupancy"


def design_page(answer: DesignAnswer, planned: PlannedStudy) -> dict[str, Any]:
    """Return everything that the template of a planned study shows.

    Parameters
    ----------
    answer : DesignAnswer
        The answer.
    planned : PlannedStudy
        The study, under the model that it will be fitted with.
    """
    spec = planned.design.spec
    return {
        "title": planned.study.title or "A planned occupancy study",
        "question": answer.question,
        "paragraph": answer.paragraph,
        "figures": {"answer": draw_figure(answer.draw, "answers", answer.question, answer.caption)},
        "assumptions": list(_assumptions(planned)),
        "model": model_text(as_fit(planned.design, {})),
        "toml": spec.to_toml(),
        "tables": {
            "answers": list(answer.tables),
            "design": [_arm_table(planned.study)],
            "priors": [prior_table(spec, spec.title or "the model")],
        },
    }


def _assumptions(planned: PlannedStudy) -> list[str]:
    """Return what was assumed of a study, a clause each."""
    study, given = planned.study, planned.given
    evidence = "no evidence: what is known beforehand are the priors of the model"
    if given is not None:
        evidence = f"the evidence already there is {given.evidence.name}, fitted with {given.spec.title}"
    stated = [f"stated true values: {stated_words(study)}"] if study.truth else []
    spec = planned.design.spec
    if spec.pk and not all(arm.times for arm in study.arms):
        stated.append(f"scans without times are {spec.time_assumed:g} h after the last dose")
    leaves = any(arm.dropout for arm in study.arms)
    people = "people leave with the stated probabilities" if leaves else "nobody leaves the study"
    return [evidence, *stated, people, "the study is analysed with the model that is described below"]


def _arm_table(study: StudyDesign) -> Table:
    """Return the arms of a study: the keys that say something, with lists as texts."""
    said = [arm.model_dump(exclude_defaults=True) | {"scans": arm.n_scans} for arm in study.arms]
    numbered = pd.DataFrame([{"arm": i, **keys} for i, keys in enumerate(said, 1)])
    frame = numbered.map(lambda value: "; ".join(map(plain, value)) if isinstance(value, list) else value)
    headings = {"doses": f"doses, {study.arms[0].dose_unit}"}
    return Table.from_frame("design", "The arms", frame, headings=headings)
