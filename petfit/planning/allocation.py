"""How many people at which dose: the allocation with the most expected information under a budget."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.model.design import Design
from petfit.planning.evaluation import Evaluation, SimulationSettings, evaluate
from petfit.planning.expected_information import Coordinate, moved, row_information
from petfit.planning.next_person import with_doses
from petfit.planning.planned_rows import ARM
from petfit.planning.planned_study import PlannedStudy, plan_study
from petfit.planning.question import Question
from petfit.planning.read_study_design import read_study_design
from petfit.planning.study_design import StudyDesign
from petfit.planning.truth import Draws, as_fit, draw_truths, with_stated_values
from petfit.results.curve_draws import curve_draws

__all__ = ["Allocation", "optimise"]

type Array = NDArray[np.float64]

_STEP = 1e-4
_TRUTHS = 200


@dataclass(frozen=True)
class Allocation:
    """The best allocation of people to arms that was found.

    Parameters
    ----------
    study : StudyDesign
        The study with that allocation.
    counts : pandas.DataFrame
        By ``doses``, those of a person of the arm: the number of people, ``best`` and ``balanced``.
    efficiency : float
        Variance of the log of the dose for the target under the balanced allocation over that under the best,
        by expected information: a geometric mean over true parameters.
    not_reached : float
        The share of true parameters that were left out of it, because Emax does not reach the target.
    evaluation, balanced : Evaluation
        The best and the balanced allocation, simulated with the same true parameters.
    """

    study: StudyDesign
    counts: pd.DataFrame
    efficiency: float
    not_reached: float
    evaluation: Evaluation
    balanced: Evaluation

    @property
    def unit(self) -> str:
        """The unit of the doses."""
        arm = self.study.arms[0]
        return arm.dose_unit if arm.doses else arm.concentration_unit


def optimise(
    study: str | Path | pd.DataFrame | StudyDesign,
    settings: SimulationSettings | None = None,
    question: Question | None = None,
    *,
    doses: Iterable[float] | None = None,
    people: int | None = None,
    scans: int | None = None,
    max_dose: float | None = None,
) -> Allocation:
    """Allocate people to doses, or to arms, so that the dose for the target will be known best.

    From the balanced allocation, people are exchanged for others of another arm as long as the expected log
    variance of the log dose for the target falls (exchange algorithm: Fedorov 1972, *Theory of Optimal
    Experiments*). The best and the balanced allocation are then simulated.

    Parameters
    ----------
    study : str, path, DataFrame or StudyDesign
        With doses, the first arm says how each person is scanned; 0 among its doses is a baseline scan, and
        the others are replaced. Without, its arms are the candidates, and their numbers of people are not
        used.
    settings, question : optional
        See `petfit.planning.evaluation.evaluate`.
    doses : iterable of float, optional
        The candidate doses.
    people, scans : int
        The budget: the number of people, of scans, or both.
    max_dose : float, optional
        The highest dose allowed; a candidate above it is refused.

    Returns
    -------
    Allocation
        The best allocation.

    Raises
    ------
    PetfitError
        If the design is not valid, there are fewer than two candidates, one is above the limit, the budget is
        too small, or Emax reaches the target under none of the true parameters.
    """
    question, settings = question or Question(), settings or SimulationSettings()
    each = _candidates(read_study_design(study), doses, max_dose)
    budget = _Budget([arm.n_scans for arm in each.arms], people, scans)
    planned = plan_study(each, settings.model, given=settings.given, drug_table=settings.drug_table)
    gains, not_reached = _information(planned, question, settings.seed)
    balanced = budget.balanced()
    best = _exchange(gains, balanced, budget)
    efficiency = math.exp(gains.log_variance(balanced) - gains.log_variance(best))
    evaluations = [evaluate(each.with_people(counts), settings, question) for counts in (best, balanced)]
    table = pd.DataFrame({"doses": _labels(each), "best": best, "balanced": balanced})
    return Allocation(each.with_people(best), table, efficiency, not_reached, *evaluations)


def _labels(study: StudyDesign) -> list[str]:
    """Return the doses of each arm, with its number where another has the same."""
    labels = ["; ".join(f"{dose:g}" for dose in arm.exposures) for arm in study.arms]
    is_unique = len(set(labels)) == len(labels)
    return labels if is_unique else [f"{label} (arm {i})" for i, label in enumerate(labels, 1)]


def _candidates(study: StudyDesign, doses: Iterable[float] | None, max_dose: float | None) -> StudyDesign:
    """Return one person of each candidate arm."""
    arms = [arm.model_copy(update={"n": 1}) for arm in study.arms]
    if doses is not None:
        chosen = sorted(set(map(float, doses)))
        for dose in chosen:
            if not 0 < dose < math.inf:
                raise PetfitError(f"doses: {dose:g} is no dose. Give doses above 0.")
        arms = [with_doses(arms[0], [dose]) for dose in chosen]
    if any(arm.level == "group" for arm in arms):
        raise PetfitError("level: people are allocated one by one; write subject or scan instead of group")
    for dose in (dose for arm in arms for dose in arm.exposures):
        if max_dose is not None and dose > max_dose:
            raise PetfitError(f"doses: {dose:g} is above the limit, {max_dose:g}. Leave it out.")
    if len(arms) < 2:
        raise PetfitError("doses: give two or more to choose from, or a design with two arms or more.")
    return study.model_copy(update={"arms": arms})


@dataclass(frozen=True)
class _Budget:
    """How many people, and scans, an allocation may have."""

    scans_of_arms: list[int]
    people: int | None
    scans: int | None

    def __post_init__(self) -> None:
        if self.people is None and self.scans is None:
            raise PetfitError("people: give the number of people, or of scans.")
        if self.people is not None and self.people < 1:
            raise PetfitError(f"people must be 1 or more, not {self.people}")
        if self.scans is not None and self.scans < max(self.scans_of_arms):
            raise PetfitError(
                f"scans: {self.scans} are not enough for a person, who has up to {max(self.scans_of_arms)}."
            )

    def allows(self, counts: Sequence[int]) -> bool:
        scans = sum(n * each for n, each in zip(counts, self.scans_of_arms, strict=True))
        return (self.people is None or sum(counts) <= self.people) and (
            self.scans is None or scans <= self.scans
        )

    def balanced(self) -> list[int]:
        """Return one person more of each arm in turn, as far as the budget goes."""
        counts = [0] * len(self.scans_of_arms)
        while True:
            before = list(counts)
            for i in range(len(counts)):
                more = _changed(counts, [], [i])
                counts = more if self.allows(more) else counts
            if counts == before:
                return counts

    def neighbours(self, counts: list[int]) -> Iterator[list[int]]:
        """Yield the allocations with one or two people taken away, none to two added, within the budget."""
        arms = range(len(counts))
        few = [list(chosen) for size in range(3) for chosen in combinations_with_replacement(arms, size)]
        for fewer, more in product(few, few):
            changed = _changed(counts, fewer, more)
            if more and changed != counts and min(changed) >= 0 and self.allows(changed):
                yield changed


def _changed(counts: Sequence[int], fewer: Iterable[int], more: Iterable[int]) -> list[int]:
    changed = list(counts)
    for i in fewer:
        changed[i] -= 1
    for i in more:
        changed[i] += 1
    return changed


@dataclass(frozen=True)
class _Gains:
    """For each set of true parameters: what an arm tells of the shared parameters, and what is asked.

    ``before`` is the information of the priors and the evidence already there, ``by_arm`` that of one person
    of each arm, and ``gradient`` that of the log dose for the target: truth first.
    """

    before: Array
    by_arm: Array
    gradient: Array

    def log_variance(self, counts: Sequence[int]) -> float:
        """Return the log variance of the log dose for the target, a mean over the true parameters."""
        matrix = self.before + np.tensordot(self.by_arm, np.asarray(counts, float), axes=(1, 0))
        solved = np.linalg.solve(matrix, self.gradient[..., None])[..., 0]
        return float(np.log((self.gradient * solved).sum(axis=-1)).mean())


def _information(planned: PlannedStudy, question: Question, seed: int) -> tuple[_Gains, float]:
    """Return the information under each set of true parameters whose Emax reaches the target."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 0]))
    draws = draw_truths(planned.design, planned.given, rng, _TRUTHS)
    draws = _of_typical_new_people(planned, with_stated_values(planned.design, draws, planned.study.truth))
    truths = [{name: values[i] for name, values in draws.items()} for i in range(_TRUTHS)]
    found = [gain for truth in truths if (gain := _gain(planned, truth, question)) is not None]
    if not found:
        raise PetfitError(f"Emax reaches {question.occupancy:g} under none of the true parameters.")
    return _Gains(*map(np.stack, zip(*found, strict=True))), 1.0 - len(found) / _TRUTHS


def _of_typical_new_people(planned: PlannedStudy, draws: Draws) -> Draws:
    """Return draws in which planned people do not differ, so that arms are compared by their doses alone."""
    rows = planned.design.rows[planned.is_planned]
    new = set(rows["person"]) | set(rows["subject"])
    typical = dict(draws)
    for effect in planned.design.effects:
        if _is_of_a_person(planned.design, effect.name):
            is_known = np.array([new.isdisjoint(level) for level in effect.levels], float)
            typical[effect.name] = draws[effect.name] * is_known
    return typical


def _gain(planned: PlannedStudy, truth: Draws, question: Question) -> tuple[Array, Array, Array] | None:
    design = planned.design
    coordinates, slopes = row_information(design, truth)
    own = np.array([_is_of_a_person(design, c.name) for c in coordinates])
    gradient = _gradient(planned, truth, coordinates, question)
    if gradient is None:
        return None
    arm_of_row = planned.table[ARM].reindex(design.rows.index).to_numpy(float)
    before = _marginal(slopes[~planned.is_planned], own) + np.eye(int((~own).sum()))
    by_arm = np.stack([_marginal(slopes[arm_of_row == i + 1], own) for i in range(len(planned.study.arms))])
    return before, by_arm, gradient[~own]


def _is_of_a_person(design: Design, name: str) -> bool:
    effect = next((effect for effect in design.effects if effect.name == name), None)
    return effect is not None and bool({"person", "subject"} & set(effect.factors))


def _marginal(slopes: Array, own: NDArray[np.bool_]) -> Array:
    """Return the information of rows about the shared parameters, marginal over those of their people."""
    shared, personal = slopes[:, ~own], slopes[:, own]
    personal = personal[:, np.abs(personal).sum(axis=0) > 0]
    covariance = np.eye(len(slopes)) + personal @ personal.T
    return np.asarray(shared.T @ np.linalg.solve(covariance, shared))


def _gradient(
    planned: PlannedStudy, truth: Draws, coordinates: list[Coordinate], question: Question
) -> Array | None:
    """Return the derivative of the log dose for the target by each coordinate; None where it is infinite."""
    steps = _STEP * np.eye(len(coordinates))
    draws = moved(truth, coordinates, np.concatenate([steps, -steps, 0 * steps[:1]]))
    drug = planned.study.arms[0].drug
    curves = curve_draws(as_fit(planned.design, draws), drugs=[drug])
    dose = np.asarray(curves.exposure([question.occupancy])[..., 0, 0])
    if not np.isfinite(dose).all():
        return None
    log_dose, count = np.log(dose), len(coordinates)
    return np.asarray((log_dose[:count] - log_dose[count : 2 * count]) / (2 * _STEP))


def _exchange(gains: _Gains, counts: list[int], budget: _Budget) -> list[int]:
    """Exchange people as long as that lowers the criterion."""
    best, lowest = list(counts), gains.log_variance(counts)
    while True:
        value, changed = min((gains.log_variance(other), other) for other in budget.neighbours(best))
        if value >= lowest - 1e-9:
            return best
        best, lowest = changed, value
