"""The next person's dose: which one tells most about the dose for the target occupancy.

Nothing is fitted; see `petfit.planning.preposterior`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import PetfitError, nearest
from petfit.fit import Fit
from petfit.model.design import Design
from petfit.planning.next_person import most_frequent, person_like, with_doses
from petfit.planning.planned_study import PlannedStudy, plan_study
from petfit.planning.preposterior import Preposterior, preposterior
from petfit.planning.question import Question
from petfit.planning.study_design import Arm, StudyDesign
from petfit.results.arguments import drug_names
from petfit.results.quantiles import interval_ratio

__all__ = ["NextDoses", "candidate_doses", "next_doses"]

type Array = NDArray[np.float64]

_FEWEST_EFFECTIVE = 50.0
"""Median effective number of draws below which the answer is refused."""


@dataclass(frozen=True)
class NextDoses:
    """The doses of the next people, and how the candidates compare.

    Parameters
    ----------
    drug, unit : str
        The drug and the unit of the doses.
    person : Arm
        How each new person is scanned.
    question : Question
        The target occupancy and the probability of the intervals.
    max_dose : float
        No dose is above it.
    doses : list of float
        The dose of each of the next people.
    ranking : pandas.DataFrame
        For each person in turn, given the ones before, every candidate, best first: ``person``, ``dose``,
        ``information`` (nats that the results are expected to tell about the dose for the target) with
        ``mcse``; ``below_best``, how much less that is than of the best, with ``below_best_mcse``;
        ``median_ratio``, the median over results of upper over lower end of the interval of that dose;
        ``p_precise`` and ``p_no_upper_end``, the probability of a ratio below that asked for, and of an
        infinite one; ``effective_draws``, the median effective number of draws behind a result.
    ratio_now : float
        Upper over lower end of the interval before the next person.
    by : {"information", "ratio"}
        What ranked the candidates.
    """

    drug: str
    unit: str
    person: Arm
    question: Question
    max_dose: float
    doses: list[float]
    ranking: pd.DataFrame
    ratio_now: float
    by: str = "information"

    @property
    def study(self) -> StudyDesign:
        """The next people at the doses chosen for them."""
        return StudyDesign(arms=[with_doses(self.person, [dose]) for dose in self.doses])


def next_doses(
    fit: Fit,
    max_dose: float,
    *,
    drug: str | None = None,
    candidates: Iterable[float] | None = None,
    people: int = 1,
    question: Question | None = None,
    by: str = "information",
    results: int = 300,
    draws: int = 4000,
    seed: int = 1,
) -> NextDoses:
    """Choose the doses of the next people.

    Parameters
    ----------
    fit : Fit
        A fit of the people so far.
    max_dose : float
        The highest dose allowed, in the unit of the fit. Nothing above it is considered.
    drug : str, optional
        The drug; that of the fit if it has one.
    candidates : iterable of float, optional
        Doses to choose from; `candidate_doses` if not given.
    people : int
        How many people are dosed before the next look: chosen one by one, each given that those before
        are dosed too, with their results unknown.
    question : Question, optional
        The target occupancy, the ratio asked for, and the probability of the intervals.
    by : {"information", "ratio"}
        What ranks the candidates: the expected information about the dose for the target, or the median ratio
        of its interval, which may be infinite for all.
    results : int
        Simulated results for each candidate.
    draws : int
        Posterior draws that are weighted, each with new people of its own; some are taken twice if the fit
        has fewer.
    seed : int
        Seed of all random numbers. All candidates share them.

    Returns
    -------
    NextDoses
        The doses, and the ranking of all candidates.

    Raises
    ------
    PetfitError
        If a candidate is above the limit, the drug is not in the fit, or the results tell so much that too
        few draws have weight: fit them.

    Examples
    --------
    >>> chosen = next_doses(fit, 40.0, drug="A", results=50, draws=400)
    >>> max(chosen.ranking["dose"]) <= 40.0
    True
    """
    question = question or Question()
    if by not in ("information", "ratio"):
        raise PetfitError(
            f"by must be information or ratio, not {by!r}. {nearest(by, ['information', 'ratio'])}"
        )
    for name, count in (("people", people), ("results", results), ("draws", draws)):
        if count < 1:
            raise PetfitError(f"{name} must be 1 or more, not {count}")
    name = _drug(fit, drug)
    person = person_like(fit, name)
    doses = _checked(fit, name, max_dose, candidates)
    planned = _planned(fit, person, doses, people)
    chosen: list[float] = []
    parts = []
    simulate = partial(
        preposterior, fit, drug=name, question=question, results=results, draws=draws, seed=seed
    )
    for i in range(people):
        ranking = _ranking(planned, chosen, doses, question, simulate)
        order = {"information": ("information", False), "ratio": ("median_ratio", True)}[by]
        ranking = ranking.sort_values(order[0], ascending=order[1], kind="stable", ignore_index=True)
        parts.append(ranking.assign(person=i + 1))
        chosen.append(float(ranking["dose"].iloc[0]))
    needed = fit.dose_for_occupancy(question.occupancy, prob=question.prob).sel(drug=name)
    low, high = float(needed["low"].item()), float(needed["high"].item())
    ranking = pd.concat(parts, ignore_index=True)
    columns = ["person", *(column for column in ranking.columns if column != "person")]
    unit = fit.design.exposure_unit(name, person.regimen)
    ratio_now = float(interval_ratio(low, high))
    return NextDoses(name, unit, person, question, max_dose, chosen, ranking[columns], ratio_now, by)


def _drug(fit: Fit, drug: str | None) -> str:
    if drug is None and len(fit.design.drugs) > 1:
        raise PetfitError(f"the fit has the drugs {', '.join(fit.design.drugs)}. Say which one, with drug.")
    return drug_names(fit.design, [drug] if drug else None)[0]


def candidate_doses(lowest: float, max_dose: float, count: int = 12) -> list[float]:
    """Return doses between two, evenly on the log scale, with two significant digits, none above the second.

    Parameters
    ----------
    lowest, max_dose : float
        The ends; the second is a candidate itself, unrounded.
    count : int
        How many at most.

    Examples
    --------
    >>> candidate_doses(2.0, 75.0, 5)
    [2.0, 4.9, 12.0, 30.0, 75.0]
    """
    lowest = min(lowest, max_dose)
    grid = np.geomspace(lowest, max_dose, count)[:-1]
    digits = [1 - math.floor(math.log10(value)) for value in grid]
    rounded = [math.floor(value * 10**d + 1e-9) / 10**d for value, d in zip(grid, digits, strict=True)]
    return sorted({float(value) for value in rounded if 0 < value <= max_dose} | {float(max_dose)})


def _checked(fit: Fit, drug: str, max_dose: float, candidates: Iterable[float] | None) -> list[float]:
    if not 0 < max_dose < math.inf:
        raise PetfitError(f"max_dose must be above 0, not {max_dose:g}: the highest dose allowed")
    if candidates is None:
        rows = fit.design.rows_at()
        tested = rows.loc[(rows["drug"] == drug) & (rows["x"] > 0), "x"]
        return candidate_doses(float(tested.min()) * fit.design.reference_doses[drug].value / 2, max_dose)
    doses = sorted(set(map(float, candidates)))
    for dose in doses:
        if not 0 < dose <= max_dose:
            raise PetfitError(
                f"candidate {dose:g}: doses must be above 0 and not above the limit, {max_dose:g}. "
                "Leave it out."
            )
    if not doses:
        raise PetfitError("candidates: there is none. Give one dose or more.")
    return doses


def _planned(fit: Fit, person: Arm, candidates: Sequence[float], people: int) -> PlannedStudy:
    """Return new people, each with a session at every candidate; their other sessions are left out later."""
    rows = fit.design.rows
    study = str(most_frequent(rows["study"][rows["drug"] == person.drug])) or "planned study"
    arm = with_doses(person, candidates).model_copy(update={"n": people})
    return plan_study(StudyDesign(arms=[arm], study=study), given=fit)


def _dosed(planned: PlannedStudy, doses: Sequence[float]) -> Design:
    """Return the rows of the first new people at one dose each, with their baselines."""
    table = planned.table
    exposure = table[planned.study.arms[0].exposure_name]
    is_of = [(table["subject"] == f"P{i}") & exposure.isin([0.0, dose]) for i, dose in enumerate(doses, 1)]
    chosen = table.index[np.logical_or.reduce(is_of)]
    return planned.design.subset(planned.design.rows.index.isin(chosen))


def _ranking(
    planned: PlannedStudy,
    chosen: Sequence[float],
    candidates: Sequence[float],
    question: Question,
    simulate: Callable[[Design], Preposterior],
) -> pd.DataFrame:
    """Return what each candidate is expected to tell, beside the people already chosen."""
    by_candidate = [simulate(_dosed(planned, [*chosen, dose])) for dose in candidates]
    information = np.stack([simulated.information for simulated in by_candidate])
    best = information[int(information.mean(axis=1).argmax())]
    rows = []
    for dose, simulated in zip(candidates, by_candidate, strict=True):
        below_best = best - simulated.information
        rows.append(
            {
                "dose": dose,
                "information": simulated.information.mean(),
                "mcse": _error(simulated.information),
                "below_best": below_best.mean(),
                "below_best_mcse": _error(below_best),
                "median_ratio": float(np.quantile(simulated.ratios, 0.5, method="inverted_cdf")),
                "p_precise": float(np.mean(simulated.ratios < question.ratio)),
                "p_no_upper_end": float(np.mean(np.isinf(simulated.ratios))),
                "effective_draws": float(np.median(simulated.effective_draws)),
            }
        )
    table = pd.DataFrame(rows)
    fewest = table["effective_draws"].min()
    if fewest < _FEWEST_EFFECTIVE:
        raise PetfitError(
            f"the results of {len(chosen) + 1} people leave only {fewest:.0f} effective draws. "
            "Ask for fewer people, use more draws, or plan with petfit design evaluate "
            "(in Python, petfit.planning.evaluation.evaluate)."
        )
    return table


def _error(values: Array) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.inf
