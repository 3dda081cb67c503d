"""The smallest study whose interval is precise enough with a stated assurance."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from petfit.errors import PetfitError, nearest
from petfit.planning.evaluation import Evaluation, SimulationSettings, evaluate, quick_look
from petfit.planning.measures import measures
from petfit.planning.question import Question
from petfit.planning.read_study_design import read_study_design
from petfit.planning.study_design import StudyDesign
from petfit.results.quantiles import check_prob

__all__ = ["SampleSize", "sample_size", "scaled_to"]

_MOST_SIMULATIONS = 8


@dataclass(frozen=True)
class SampleSize:
    """The smallest study that is precise enough.

    Parameters
    ----------
    study : StudyDesign
        The design whose arms are scaled.
    question : Question
        The target occupancy and the ratio asked for.
    quantity : str
        What is to be precise: ``dose`` or ``ec50``.
    assurance : float
        The probability asked for.
    n : int, optional
        The number of people; None if even the largest study is not precise enough.
    quick_n : int, optional
        The same by the quick look alone.
    tried : pandas.DataFrame
        For every study that was tried, by ``n``: its ``scans``, the ``method`` (simulated or quick look), the
        probability of a precise interval ``estimate``, and its Monte Carlo standard error ``mcse``.
    evaluation : Evaluation, optional
        The simulated studies of that size.
    """

    study: StudyDesign
    question: Question
    quantity: str
    assurance: float
    n: int | None
    quick_n: int | None
    tried: pd.DataFrame
    evaluation: Evaluation | None


def scaled_to(study: StudyDesign, n: int) -> StudyDesign:
    """Return a design with `n` people, in the proportions of its arms.

    Parameters
    ----------
    study : StudyDesign
        The design.
    n : int
        The number of people, at least one for each arm.

    Examples
    --------
    >>> from petfit.planning.study_design import Arm
    >>> arms = [Arm(n=2, drug="X", doses=[5.0]), Arm(n=1, drug="X", doses=[20.0])]
    >>> [arm.n for arm in scaled_to(StudyDesign(arms=arms), 10).arms]
    [7, 3]
    """
    shares = np.array([arm.n for arm in study.arms]) / study.n * n
    counts = np.maximum(1, np.floor(shares)).astype(int)
    while counts.sum() < n:
        counts[int((shares - counts).argmax())] += 1
    while counts.sum() > n:
        reducible = np.where(counts > 1, counts - shares, -np.inf)
        counts[int(reducible.argmax())] -= 1
    return study.with_people([int(count) for count in counts])


def sample_size(
    study: str | Path | pd.DataFrame | StudyDesign,
    settings: SimulationSettings | None = None,
    question: Question | None = None,
    *,
    assurance: float = 0.8,
    quantity: str = "dose",
    max_people: int = 100,
    max_scans: int | None = None,
) -> SampleSize:
    """Find the smallest number of people, in the proportions of the arms, for a precise interval.

    Expected information brackets it; studies around it are then simulated and fitted. The answer is the
    smallest number whose simulated studies were precise often enough.

    Parameters
    ----------
    study, settings
        See `petfit.planning.evaluation.evaluate`; ``settings.studies`` are simulated for each size.
    question : Question, optional
        The target occupancy, and the ratio of upper to lower end below which an interval is precise.
    assurance : float
        The probability with which it is to be precise.
    quantity : {"dose", "ec50"}
        What is to be precise: the dose for the target occupancy, or EC50. All drugs of the design must be.
    max_people, max_scans : int
        The largest study that is considered.

    Returns
    -------
    SampleSize
        The number of people, and every size that was tried.

    Raises
    ------
    PetfitError
        If the design is not valid, or a number is out of range.

    Examples
    --------
    >>> arms = pd.DataFrame({"n": [1, 1], "drug": "X", "doses": [5, 40]})
    >>> from petfit.settings import Settings
    >>> sampler = Settings(draws=100, tune=100, chains=2, target_accept=0.8)
    >>> settings = SimulationSettings("one_site", studies=4, sampler=sampler)
    >>> size = sample_size(arms, settings, Question(ratio=20.0))
    >>> size.n <= 4
    True
    """
    settings, question = settings or SimulationSettings(), question or Question()
    study = read_study_design(study)
    check_prob(assurance, "assurance")
    quantities = ("dose", "ec50")
    if quantity not in quantities:
        raise PetfitError(f"quantity must be dose or ec50, not {quantity!r}. {nearest(quantity, quantities)}")
    lowest = len(study.arms) * (2 if any(arm.level == "group" for arm in study.arms) else 1)
    if max_people < lowest:
        raise PetfitError(f"max_people must be {lowest} or more for {len(study.arms)} arms, not {max_people}")
    highest = _most_people(study, lowest, max_people, max_scans)
    tried: list[dict[str, Any]] = []
    evaluations: dict[int, Evaluation] = {}

    def by_quick_look(n: int) -> float:
        return add(n, "quick look", quick_look(scaled_to(study, n), settings, question))

    def by_simulation(n: int) -> float:
        evaluations[n] = evaluate(scaled_to(study, n), settings, question)
        return add(n, "simulated", evaluations[n].simulated)

    def add(n: int, method: str, table: pd.DataFrame) -> float:
        record = _precise(table, study.drugs, quantity, question)
        tried.append({"n": n, "scans": scaled_to(study, n).n_scans, "method": method, **record})
        return float(record["estimate"])

    quick_n = _bisect(lowest, highest, lambda n: by_quick_look(n) >= assurance)
    n = _search(quick_n or highest, lowest, highest, lambda n: by_simulation(n) >= assurance)
    frame = pd.DataFrame(tried).sort_values(["method", "n"], ignore_index=True)
    return SampleSize(
        study, question, quantity, assurance, n, quick_n, frame, None if n is None else evaluations[n]
    )


def _most_people(study: StudyDesign, lowest: int, max_people: int, max_scans: int | None) -> int:
    """Return the largest number of people within both limits."""
    fewest = scaled_to(study, lowest).n_scans
    if max_scans is None:
        return max_people
    if max_scans < fewest:
        raise PetfitError(f"max_scans must be {fewest} or more for {lowest} people, not {max_scans}")
    sizes = range(lowest, max_people + 1)
    return max(n for n in sizes if scaled_to(study, n).n_scans <= max_scans)


def _precise(
    table: pd.DataFrame, drugs: tuple[str, ...], quantity: str, question: Question
) -> dict[str, float]:
    """Return the probability that the intervals are precise, of the drug where it is lowest."""
    by_drug = [
        {"estimate": row["estimate"], "mcse": row["mcse"]}
        for drug in drugs
        for row in measures(table, drug, question)
        if (row["quantity"], row["measure"]) == (quantity, "P(precise)")
    ]
    return min(by_drug, key=lambda row: row["estimate"])


def _bisect(low: int, high: int, is_enough: Callable[[int], bool]) -> int | None:
    """Return the smallest number that is enough, if more is better; None if the highest is not."""
    if not is_enough(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if is_enough(middle):
            high = middle
        else:
            low = middle + 1
    return high


def _search(start: int, lowest: int, highest: int, is_enough: Callable[[int], bool]) -> int | None:
    """Return the smallest number found to be enough, from a first guess, in a few trials."""
    below, enough, n = lowest - 1, None, start
    for _ in range(_MOST_SIMULATIONS):
        if is_enough(n):
            enough = n
        else:
            below = n
        top = enough if enough is not None else highest + 1
        if top - below <= max(1, top // 20):
            break
        if enough is None:
            n = min(highest, math.ceil(1.25 * n) if n < highest else highest)
        elif below < lowest:
            n = max(lowest, math.floor(enough / 1.25))
        else:
            n = (below + enough) // 2
        if n in (below, enough):
            break
    return enough
