"""A paragraph about a planned study for its protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from petfit.planning.allocation import Allocation
from petfit.planning.evaluation import Evaluation
from petfit.planning.next_dose import NextDoses
from petfit.planning.sample_size import SampleSize
from petfit.planning.study_design import StudyDesign
from petfit.report.tables.design_tables import measure_value

__all__ = [
    "allocation_paragraph",
    "evaluation_paragraph",
    "next_dose_paragraph",
    "size_paragraph",
    "stated_words",
]


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
        f"each of {evaluation.n_studies} simulated studies, true parameters were drawn from {source}, and "
        "the study was simulated and analysed."
    ]
    frame: Any = evaluation.frame.set_index(["drug", "quantity", "measure"])
    for drug in study.drugs:
        of = f" of {drug}" if len(study.drugs) > 1 else ""

        def value(quantity: str, measure: str, drug: str = drug) -> str:
            row = frame.loc[(drug, quantity, measure)]
            estimate, error = (measure_value(measure, float(row[name])) for name in ("estimate", "mcse"))
            return estimate if estimate == "infinite" else f"{estimate} (Monte Carlo error {error})"

        precise = f"below {question.ratio:g} with probability {value('dose', 'P(precise)')} for the dose"
        sentences.append(
            f"The {100 * question.prob:g} % equal-tailed interval of the dose{of} for "
            f"{100 * question.occupancy:g} % occupancy in a typical person has a median ratio of upper to "
            f"lower end of {value('dose', 'median ratio')}; EC50 has {value('ec50', 'median ratio')}. "
            f"The ratio is {precise} and {value('ec50', 'P(precise)')} for EC50; the interval of the dose "
            f"has no upper end with probability {value('dose', 'P(no upper end)')}. The true dose lies "
            f"between the lowest and highest tested with probability {value('study', 'P(bracketed)')}."
        )
        for name, occupancy in list(question.occupancies.items())[1:]:
            sentences.append(
                f"For the dose{of} for {100 * occupancy:g} %, an end of the window, the median ratio is "
                f"{value(name, 'median ratio')}; it is below {question.ratio:g} with probability "
                f"{value(name, 'P(precise)')}."
            )
        if (drug, "study", "P(right strength)") in frame.index:
            sentences.append(
                f"The right strength{of}, or none if none reaches the target, is chosen with probability "
                f"{value('study', 'P(right strength)')}."
            )
    return " ".join(sentences)


def next_dose_paragraph(chosen: NextDoses) -> str:
    """Return how the next doses were chosen, in sentences for a protocol.

    Parameters
    ----------
    chosen : NextDoses
        See `petfit.planning.next_dose.next_doses`.
    """
    doses = " and ".join(f"{dose:g}" for dose in chosen.doses)
    people = "person" if len(chosen.doses) == 1 else f"{len(chosen.doses)} people"
    return " ".join(
        [
            f"By information alone, the next {people} would receive {doses} {chosen.unit} of {chosen.drug}.",
            *_reasons(chosen),
            "Whether a dose is safe is not considered beyond the limit.",
        ]
    )


def _reasons(chosen: NextDoses) -> Iterator[str]:
    """Yield why the first person receives their dose, and what speaks for another."""
    question, unit = chosen.question, chosen.unit
    candidates: Any = chosen.ranking[chosen.ranking["person"] == 1]
    best = candidates.iloc[0]
    target = f"the dose for {100 * question.occupancy:g} % occupancy in a typical person"
    ratio = f"the ratio of upper to lower end of its {100 * question.prob:g} % equal-tailed interval"
    information = f"{best['information']:.3f} nats, Monte Carlo error {best['mcse']:.3f}"
    ratios = f"median {_ratio(best['median_ratio'])}, {_ratio(chosen.ratio_now)} now"
    reasons = {
        "information": f"to tell most about {target} ({information})",
        "ratio": f"to narrow {target} most: {ratio} is smallest ({ratios})",
    }
    yield (
        f"Among the doses up to the limit of {chosen.max_dose:g} {unit}, results at {best['dose']:g} {unit} "
        f"are expected {reasons[chosen.by]}, given the people scanned so far."
    )
    narrowest = candidates.loc[candidates["median_ratio"].idxmin()]
    if narrowest["median_ratio"] < best["median_ratio"]:
        yield (
            f"At {narrowest['dose']:g} {unit} {ratio} would be smaller (median "
            f"{_ratio(narrowest['median_ratio'])} against {_ratio(best['median_ratio'])})."
        )
    most = candidates.loc[candidates["information"].idxmax()]
    if most["information"] > best["information"]:
        yield (
            f"Results at {most['dose']:g} {unit} would tell more ({most['information']:.3f} against "
            f"{best['information']:.3f} nats)."
        )
    if best["dose"] == candidates["dose"].min() and len(candidates) > 1:
        yield "This is the lowest of the candidates; a lower dose may be better still."


def _ratio(value: float) -> str:
    return measure_value("ratio", float(value))


def size_paragraph(size: SampleSize) -> str:
    """Return how the size of a study was found, in sentences for a protocol.

    Parameters
    ----------
    size : SampleSize
        See `petfit.planning.sample_size.sample_size`.
    """
    question = size.question
    what = "EC50" if size.quantity == "ec50" else f"the dose for {100 * question.occupancy:g} % occupancy"
    asked = (
        f"the {100 * question.prob:g} % equal-tailed interval of {what} in a typical person has a ratio of "
        f"upper to lower end below {question.ratio:g} with a probability of at least "
        f"{100 * size.assurance:g} %"
    )
    largest = int(size.tried["n"].max())
    if size.n is None:
        scans = int(size.tried["scans"].max())
        return f"No study of up to {largest} people ({scans} scans) is large enough that {asked}."
    simulated = size.tried[(size.tried["method"] == "simulated") & (size.tried["n"] == size.n)].iloc[0]
    quick = "more than were considered" if size.quick_n is None else f"{size.quick_n}"
    estimate, error = (measure_value("P", float(simulated[name])) for name in ("estimate", "mcse"))
    assert size.evaluation is not None
    return (
        f"With {size.n} people and {size.evaluation.study.n_scans} scans ({size.evaluation.study.words}) "
        f"{asked}: it was {estimate} (Monte Carlo error {error}) of {size.evaluation.n_studies} simulated "
        f"studies. By expected information alone the number is {quick}."
    )


def allocation_paragraph(allocation: Allocation) -> str:
    """Return how people were allocated to doses, in sentences for a protocol.

    Parameters
    ----------
    allocation : Allocation
        See `petfit.planning.allocation.optimise`.
    """
    return (
        f"{allocation.study.words}. Of the allocations with as many people or scans that an exchange "
        "algorithm compared, this one has the most expected information about the dose for the target. "
        f"{evaluation_paragraph(allocation.evaluation)}"
    )
