"""How many people at which dose: the allocation with the most expected information under a budget."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from petfit.planning.study_design import StudyDesign, read_study_design
from petfit.planning.truth import Draws, as_fit, draw_truths, with_stated_values
from petfit.results.curve_draws import curve_draws

__all__ = ["Allocation", "optimise"]

type Array = NDArray[np.float64]

_STEP = 1e-4
_TRUTHS = 200


@dataclass(frozen=True)
class Allocation:
    """The best allocation of people to doses that was found.

    Parameters
    ----------
    study : StudyDesign
        The study with that allocation.
    counts : pandas.DataFrame
        By ``dose``: the number of people, ``best`` and ``balanced``.
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
    doses: Iterable[float],
    people: int,
    settings: SimulationSettings,
    question: Question | None = None,
    *,
    max_dose: float | None = None,
) -> Allocation:
    """Allocate people to doses so that the dose for the target will be known best.

    From the balanced allocation, one person at a time is moved to another dose as long as the expected log
    variance of the log dose for the target falls (exchange algorithm: Fedorov 1972, *Theory of Optimal
    Experiments*). The best and the balanced allocation are then simulated.

    Parameters
    ----------
    study : str, path, DataFrame or StudyDesign
        The first arm says how each person is scanned; 0 among its doses is a baseline scan, and the others
        are replaced.
    doses : iterable of float
        The candidate doses.
    people : int
        The budget: the number of people.
    settings : SimulationSettings
        See `petfit.planning.evaluation.evaluate`.
    question : Question, optional
        The target occupancy, and the precision that the simulation counts.
    max_dose : float, optional
        The highest dose allowed; a candidate above it is refused.

    Returns
    -------
    Allocation
        The best allocation.

    Raises
    ------
    PetfitError
        If the design is not valid, there are fewer than two doses, one is above the limit, or Emax reaches
        the target under none of the true parameters.
    """
    question, study = question or Question(), read_study_design(study)
    template = study.arms[0]
    candidates = _checked(doses, max_dose)
    if people < 1:
        raise PetfitError(f"people must be 1 or more, not {people}")
    if template.level == "group":
        raise PetfitError("level: people are allocated one by one; write subject or scan instead of group")
    arms = [with_doses(template.model_copy(update={"n": 1}), [dose]) for dose in candidates]
    each = study.model_copy(update={"arms": arms})
    planned = plan_study(each, settings.model, given=settings.given, drug_table=settings.drug_table)
    gains, not_reached = _information(planned, question, settings.seed)
    balanced = _balanced(people, len(candidates))
    best = _exchange(gains, balanced)
    efficiency = math.exp(_criterion(gains, balanced) - _criterion(gains, best))
    evaluations = [evaluate(each.with_people(counts), settings, question) for counts in (best, balanced)]
    table = pd.DataFrame({"dose": candidates, "best": best, "balanced": balanced})
    return Allocation(each.with_people(best), table, efficiency, not_reached, *evaluations)


def _checked(doses: Iterable[float], max_dose: float | None) -> list[float]:
    candidates = sorted(set(map(float, doses)))
    for dose in candidates:
        if not 0 < dose < math.inf:
            raise PetfitError(f"doses: {dose:g} is no dose. Give doses above 0.")
        if max_dose is not None and dose > max_dose:
            raise PetfitError(f"doses: {dose:g} is above the limit, {max_dose:g}. Leave it out.")
    if len(candidates) < 2:
        raise PetfitError("doses: give two or more to choose from.")
    return candidates


@dataclass(frozen=True)
class _Gain:
    """For one set of true parameters: what each dose tells of the shared parameters, and what is asked.

    ``before`` is the information of the priors and the evidence already there, ``by_dose`` that of one
    person at each dose, and ``gradient`` that of the log dose for the target.
    """

    before: Array
    by_dose: Array
    gradient: Array

    def log_variance(self, counts: Sequence[int]) -> float:
        matrix = self.before + np.tensordot(np.asarray(counts, float), self.by_dose, axes=1)
        return math.log(self.gradient @ np.linalg.solve(matrix, self.gradient))


def _information(planned: PlannedStudy, question: Question, seed: int) -> tuple[list[_Gain], float]:
    """Return the information under each set of true parameters whose Emax reaches the target."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 0]))
    draws = draw_truths(planned.design, planned.given, rng, _TRUTHS)
    draws = with_stated_values(planned.design, draws, planned.study.truth)
    gains = []
    for i in range(_TRUTHS):
        truth = {name: values[i] for name, values in draws.items()}
        if (gain := _gain(planned, truth, question)) is not None:
            gains.append(gain)
    if not gains:
        raise PetfitError(f"Emax reaches {question.occupancy:g} under none of the true parameters.")
    return gains, 1.0 - len(gains) / _TRUTHS


def _gain(planned: PlannedStudy, truth: Draws, question: Question) -> _Gain | None:
    design = planned.design
    coordinates, slopes = row_information(design, truth)
    own = np.array([_is_of_a_person(design, c.name) for c in coordinates])
    gradient = _gradient(planned, truth, coordinates, question)
    if gradient is None:
        return None
    is_planned = planned.is_planned
    arm_of_row = planned.table[ARM].reindex(design.rows.index).to_numpy(float)
    before = _marginal(slopes[~is_planned], own) + np.eye(int((~own).sum()))
    by_dose = np.stack([_marginal(slopes[arm_of_row == i + 1], own) for i in range(len(planned.study.arms))])
    return _Gain(before, by_dose, gradient[~own])


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


def _balanced(people: int, doses: int) -> list[int]:
    return [people // doses + (i < people % doses) for i in range(doses)]


def _criterion(gains: list[_Gain], counts: Sequence[int]) -> float:
    return float(np.mean([gain.log_variance(counts) for gain in gains]))


def _exchange(gains: list[_Gain], counts: list[int]) -> list[int]:
    """Move one person at a time to another dose as long as that lowers the criterion."""
    best, lowest = list(counts), _criterion(gains, counts)
    while True:
        moves = [
            (_criterion(gains, changed), changed)
            for i in range(len(best))
            for j in range(len(best))
            if i != j and best[i] > 0
            for changed in [_moved_person(best, i, j)]
        ]
        value, changed = min(moves)
        if value >= lowest - 1e-9:
            return best
        best, lowest = changed, value


def _moved_person(counts: list[int], i: int, j: int) -> list[int]:
    return [count - (k == i) + (k == j) for k, count in enumerate(counts)]
