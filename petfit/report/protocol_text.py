"""A paragraph about a planned study for its protocol."""

from __future__ import annotations

from typing import Any

from petfit.planning.evaluation import Evaluation
from petfit.planning.study_design import StudyDesign
from petfit.report.tables.design_tables import measure_value

__all__ = ["evaluation_paragraph", "stated_words"]


def stated_words(study: StudyDesign) -> str:
    """Return the true values that a design states, in words.

    Examples
    --------
    >>> from petfit.planning.study_design import Arm
    >>> stated_words(StudyDesign(arms=[Arm(n=2, drug="X", doses=[5.0])], truth={"ec50": 10, "emax": 0.9}))
    'ec50 10, emax 0.9'
    """
    return ", ".join(
        f"{name} {value:g}" if isinstance(value, int | float) else f"{name} by drug"
        for name, value in study.truth.items()
    )


def evaluation_paragraph(evaluation: Evaluation) -> str:
    """Return what a planned study will tell, in sentences for a protocol.

    Parameters
    ----------
    evaluation : Evaluation
        See `petfit.planning.evaluation.evaluate`.
    """
    question, study = evaluation.question, evaluation.study
    source = "the posterior of the evidence already there" if evaluation.given else "the prior distributions"
    if study.truth:
        source += f" ({stated_words(study)} as stated)"
    sentences = [
        f"The study ({study.words}; {study.n} people, {study.n_scans} scans) was evaluated by simulation: in "
        f"each of {evaluation.n_studies} simulated studies the true parameters were drawn from {source}, the "
        "study was simulated and analysed."
    ]
    frame: Any = evaluation.frame.set_index(["drug", "quantity", "measure"])
    for drug in study.drugs:
        of = f" of {drug}" if len(study.drugs) > 1 else ""

        def value(quantity: str, measure: str, drug: str = drug) -> str:
            row = frame.loc[(drug, quantity, measure)]
            estimate, error = (measure_value(measure, float(row[name])) for name in ("estimate", "mcse"))
            return f"{estimate} (Monte Carlo error {error})"

        precise = f"below {question.ratio:g} with probability {value('dose', 'P(precise)')} for the dose"
        sentences.append(
            f"The {100 * question.prob:g} % interval of the dose{of} for {100 * question.occupancy:g} % "
            f"occupancy in a typical person has a median ratio of upper to lower end of "
            f"{value('dose', 'median ratio')}, and that of EC50 of {value('ec50', 'median ratio')}. "
            f"The ratio is {precise} and {value('ec50', 'P(precise)')} for EC50; the interval of the dose "
            f"has no upper end with probability {value('dose', 'P(no upper end)')}. The true dose lies "
            f"between the lowest and highest tested with probability {value('study', 'P(bracketed)')}."
        )
        if (drug, "study", "P(right strength)") in frame.index:
            sentences.append(
                f"The right strength{of} is chosen with probability {value('study', 'P(right strength)')}."
            )
    return " ".join(sentences)
