"""The next person's dose: which one tells most about the dose for the target occupancy.

Nothing is fitted. Results of each candidate are simulated from the posterior, and the posterior given each of
them is that of the same draws, weighted by the likelihood of the result (importance weights). Every draw has
a new person of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import PetfitError, nearest
from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.likelihood.base import Predicted
from petfit.model.ops import NUMPY
from petfit.planning.evaluation import Question
from petfit.planning.planned_study import plan_study
from petfit.planning.study_design import Arm, StudyDesign
from petfit.planning.truth import Draws, as_fit, draw_truths
from petfit.results.arguments import drug_names
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import equal_tailed

__all__ = ["NextDoses", "candidate_doses", "next_doses", "person_like"]

type Array = NDArray[np.float64]

_BINS = 10
"""Bins of equal probability among the finite doses for the target; infinite ones are a bin of their own."""

_FEWEST_EFFECTIVE = 50.0
"""Median effective number of draws below which the answer is refused."""

_BLOCK = 4_000_000
"""Numbers that are held in memory at once."""


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
    """

    drug: str
    unit: str
    person: Arm
    question: Question
    max_dose: float
    doses: list[float]
    ranking: pd.DataFrame
    ratio_now: float


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
        Posterior draws that are weighted; all of the fit, if it has fewer.
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
    chosen: list[float] = []
    parts = []
    for i in range(people):
        ranking = _ranking(fit, name, person, chosen, doses, question, (results, draws, seed))
        order = {"information": ("information", False), "ratio": ("median_ratio", True)}[by]
        ranking = ranking.sort_values(order[0], ascending=order[1], kind="stable", ignore_index=True)
        parts.append(ranking.assign(person=i + 1))
        chosen.append(float(ranking["dose"].iloc[0]))
    needed = fit.dose_for_occupancy(question.occupancy, prob=question.prob).sel(drug=name)
    low, high = float(needed["low"].item()), float(needed["high"].item())
    ranking = pd.concat(parts, ignore_index=True)
    columns = ["person", *(column for column in ranking.columns if column != "person")]
    unit = fit.design.exposure_unit(name, person.regimen)
    now = high / low if math.isfinite(high) else math.inf
    return NextDoses(name, unit, person, question, max_dose, chosen, ranking[columns], now)


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


def person_like(fit: Fit, drug: str) -> Arm:
    """Return how the next person would be scanned: as the people of the fit, at no dose yet.

    Scans, if the fit has scans of the drug, with a baseline if most people have one; the occupancy of one
    person otherwise. Region, tracer, target, regimen and time are those most frequent among the rows of the
    drug; scans are in every region.

    Parameters
    ----------
    fit : Fit
        A fit.
    drug : str
        One of its drugs.

    Examples
    --------
    >>> person_like(fit, "A").level
    'subject'
    """
    rows = fit.design.rows_at()
    rows = rows[rows["drug"] == drug]
    is_scan = (rows["level"] == "scan").any()
    rows = rows[rows["level"] == "scan"] if is_scan else rows
    words = {
        name: _mode(rows[name])
        for name in ("target", "tracer", "regimen", "modality", "dose_unit")
        if name in rows
    }
    numbers = {name: _mode(rows[name]) for name in ("days_on_drug", "dosing_interval_h")}
    exposure = "doses" if fit.spec.exposure == "dose" else "concentrations"
    regions = sorted(set(rows["region"]) - {""}) if is_scan else [_mode(rows["region"])]
    others = set(fit.spec.columns) - set(Arm.model_fields) - {"drug", "region", "time_h", "study", "subject"}
    content: dict[str, Any] = {
        **{name: value for name, value in words.items() if value},
        **{name: value for name, value in numbers.items() if not math.isnan(value)},
        "n": 1,
        "drug": drug,
        exposure: [0.0, 1.0] if is_scan and _has_baselines(fit) else [1.0],
        "level": "scan" if is_scan else "subject",
        "regions": [region for region in regions if region],
        "times": [time] if not math.isnan(time := _mode(rows["time_h"])) else [],
        "columns": {name: _mode(rows[name]) for name in sorted(others) if name in rows and name != "cohort"},
    }
    if is_scan:
        content["outcome"] = _mode(rows["outcome"])
    if fit.spec.exposure == "free_concentration":
        content["columns"]["fp"] = _mode(rows["fp"])
    if exposure == "concentrations":
        content["concentration_unit"] = _mode(rows["concentration_unit"])
    return Arm.model_validate(content)


def _mode(values: pd.Series) -> Any:
    frequent = values.dropna().mode()
    return frequent.iloc[0] if len(frequent) else (math.nan if values.dtype.kind == "f" else "")


def _has_baselines(fit: Fit) -> bool:
    rows = fit.design.rows[fit.design.rows["level"] == "scan"]
    without = rows["condition"] == "baseline"
    return len(set(rows["subject"][without])) > len(set(rows["subject"])) / 2


def _with_dose(person: Arm, dose: float) -> Arm:
    name = "doses" if person.doses else "concentrations"
    return person.model_copy(update={name: [value and dose for value in person.exposures]})


def _ranking(
    fit: Fit,
    drug: str,
    person: Arm,
    chosen: Sequence[float],
    candidates: Sequence[float],
    question: Question,
    sizes: tuple[int, int, int],
) -> pd.DataFrame:
    """Return what each candidate is expected to tell, beside the people already chosen."""
    fitted = fit.design.rows
    study = str(_mode(fitted["study"][fitted["drug"] == drug])) or "planned study"
    by_candidate = []
    for dose in candidates:
        arms = [_with_dose(person, other) for other in (*chosen, dose)]
        planned = plan_study(StudyDesign(arms=arms, study=study), given=fit)
        new = planned.design.subset(planned.is_planned)
        by_candidate.append(_told(fit, new, drug, question, sizes))
    gains = np.stack([told.gains for told in by_candidate])
    best = gains[int(gains.mean(axis=1).argmax())]
    rows = []
    for dose, told in zip(candidates, by_candidate, strict=True):
        behind = best - told.gains
        rows.append(
            {
                "dose": dose,
                "information": told.gains.mean(),
                "mcse": _error(told.gains),
                "below_best": behind.mean(),
                "below_best_mcse": _error(behind),
                "median_ratio": float(np.quantile(told.ratios, 0.5, method="inverted_cdf")),
                "p_precise": float(np.mean(told.ratios < question.ratio)),
                "p_no_upper_end": float(np.mean(np.isinf(told.ratios))),
                "effective_draws": float(np.median(told.effective)),
            }
        )
    table = pd.DataFrame(rows)
    if table["effective_draws"].min() < _FEWEST_EFFECTIVE:
        raise PetfitError(
            f"the results of {len(chosen) + 1} people leave only {table['effective_draws'].min():.0f} "
            "effective draws. Ask for fewer people, use more draws, or plan with petfit design evaluate."
        )
    return table


def _error(values: Array) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.inf


@dataclass(frozen=True)
class _Told:
    """What simulated results tell: information, ratio of the interval, and effective draws of each."""

    gains: Array
    ratios: Array
    effective: Array


def _told(fit: Fit, new: Design, drug: str, question: Question, sizes: tuple[int, int, int]) -> _Told:
    results, size, seed = sizes
    streams = np.random.SeedSequence(seed).spawn(2)
    draws = draw_truths(new, fit, np.random.default_rng(streams[0]), results + size)
    truths, inner = ({name: values[part] for name, values in draws.items()} for part in _halves(results))
    log_weights = _log_likelihoods(new, truths, inner, np.random.default_rng(streams[1]))
    dose = np.asarray(curve_draws(as_fit(new, inner), drugs=[drug]).exposure([question.occupancy])[..., 0, 0])
    weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    low, _, high = equal_tailed(question.prob)
    return _Told(_gains(weights, dose), _ratios(weights, dose, [low, high]), 1.0 / (weights**2).sum(axis=1))


def _halves(results: int) -> tuple[slice, slice]:
    return slice(0, results), slice(results, None)


def _log_likelihoods(new: Design, truths: Draws, inner: Draws, rng: np.random.Generator) -> Array:
    """Return the log likelihood of results simulated from each truth under each draw: truth, draw."""
    numbers = likelihood.inputs(new)
    pairs = zip(
        likelihood.predict_levels(NUMPY, new, truths, numbers),
        likelihood.predict_levels(NUMPY, new, inner, numbers),
        strict=True,
    )
    total: Array | float = 0.0
    for (level, data, true), (_, _, predicted) in pairs:
        values = level.simulate(rng, data, true)["value"]
        total = total + np.concatenate(
            [
                level.log_density(NUMPY, {**data, "value": block[:, None, :]}, predicted).sum(axis=-1)
                for block in _blocks(values, predicted)
            ]
        )
    return np.asarray(total)


def _blocks(values: Array, predicted: Predicted) -> list[Array]:
    each = max(1, _BLOCK // max(1, int(np.size(predicted.mean))))
    return [values[i : i + each] for i in range(0, len(values), each)]


def _gains(weights: Array, dose: Array) -> Array:
    """Return the Kullback-Leibler divergence of the binned dose after each result from that before.

    Few effective draws inflate it by (bins - 1) / (2 effective draws) on average (Miller 1955), which is
    subtracted.
    """
    finite = dose[np.isfinite(dose)]
    edges = np.quantile(finite, np.linspace(0, 1, _BINS + 1)[1:-1]) if len(finite) else np.array([])
    bins = np.where(np.isfinite(dose), np.searchsorted(edges, dose), len(edges) + 1)
    is_in = (bins[:, None] == np.arange(len(edges) + 2)).astype(float)
    before, after = is_in.mean(axis=0), weights @ is_in
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = after * np.log(after / before)
    inflation = ((before > 0).sum() - 1) * (weights**2).sum(axis=1) / 2.0
    return np.asarray(np.where(after > 0, terms, 0.0).sum(axis=1) - inflation)


def _ratios(weights: Array, dose: Array, ends: list[float]) -> Array:
    """Return upper over lower end of the interval of the weighted draws; infinite without an upper end."""
    order = np.argsort(dose)
    cumulative = np.cumsum(weights[:, order], axis=1)
    low, high = (dose[order][np.minimum((cumulative < end).sum(axis=1), len(dose) - 1)] for end in ends)
    return np.where(np.isfinite(high), high / np.where(np.isfinite(low), low, 1.0), np.inf)
