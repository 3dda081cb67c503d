"""One simulated study: simulated, fitted or approximated, and measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petfit.inference import sample
from petfit.model.design import Design
from petfit.planning.expected_information import expected_information
from petfit.planning.planned_study import PlannedStudy
from petfit.planning.question import Question
from petfit.planning.simulation import SimulatedStudy, simulate_study
from petfit.planning.truth import Draws, as_fit
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import equal_tailed, quantile
from petfit.settings import Settings

__all__ = ["Plans", "Trial", "fit_trial", "quick_trial"]

_QUICK_DRAWS = 1000
"""Draws of the normal posterior of the quick look."""

type Record = dict[str, Any]


@dataclass(frozen=True)
class Plans:
    """The model that studies are simulated from, and the one that they are fitted with."""

    truth: PlannedStudy
    fitted: PlannedStudy


@dataclass(frozen=True)
class Trial:
    """One simulated study."""

    number: int
    plans: Plans
    truth: Draws
    question: Question
    settings: Settings
    seed: tuple[int, ...]


def fit_trial(trial: Trial) -> list[Record]:
    """Simulate, fit and measure one study, in a worker."""
    noise, sampling = np.random.SeedSequence(trial.seed).spawn(2)
    simulated = simulate_study(trial.plans.truth, trial.truth, np.random.default_rng(noise))
    design = _to_fit(trial.plans, simulated)
    seed = int(sampling.generate_state(1)[0])
    sampled = sample.sample(design, replace(trial.settings, seed=seed))
    divergent = float(sampled.stats["diverging"].mean())
    return [{**record, "divergent": divergent} for record in _measured(trial, design, sampled.draws)]


def _to_fit(plans: Plans, simulated: SimulatedStudy) -> Design:
    """Return the simulated rows under the model that they are fitted with."""
    if plans.truth is plans.fitted or plans.truth.design.spec == plans.fitted.design.spec:
        return simulated.design
    rows = plans.fitted.design.rows
    rows = rows[rows.index.isin(simulated.design.rows.index)].copy()
    new = rows.index.intersection(simulated.table.index)
    rows.loc[new, ["value", "sd", "n"]] = simulated.design.rows.loc[new, ["value", "sd", "n"]]
    return replace(plans.fitted.design, rows=rows)


def quick_trial(trial: Trial) -> list[Record]:
    """Measure one study by expected information, without fitting it; nobody leaves it."""
    rng = np.random.default_rng(np.random.SeedSequence(trial.seed).spawn(1)[0])
    design = trial.plans.truth.design
    draws = expected_information(design, trial.truth).posterior_draws(rng, _QUICK_DRAWS)
    return [{**record, "divergent": 0.0} for record in _measured(trial, design, draws)]


def _measured(trial: Trial, design: Design, draws: Draws) -> Iterator[Record]:
    """Yield the intervals of each drug beside the true values."""
    planned, question = trial.plans.truth, trial.question
    alone = {name: np.asarray(value)[None, None] for name, value in trial.truth.items()}
    low_end, _, high_end = equal_tailed(question.prob)
    for drug in planned.study.drugs:
        true = _answers(planned.design, alone, drug, question)
        answers = _answers(design, draws, drug, question)
        record: Record = {"trial": trial.number, "drug": drug, "problem": ""}
        for name, values in answers.items():
            low, high = quantile(values, [low_end, high_end])
            record |= {name: float(true[name][0, 0]), f"{name}_low": float(low), f"{name}_high": float(high)}
        lowest, highest = planned.tested_ranges[drug]
        record["bracketed"] = float(lowest <= record["dose"] <= highest)
        record["right"] = _right(planned.strengths(drug), record["dose"], answers["dose"], question)
        yield record


def _answers(design: Design, draws: Draws, drug: str, question: Question) -> Draws:
    curves = curve_draws(as_fit(design, draws), drugs=[drug])
    doses = curves.exposure(list(question.occupancies.values()))[..., 0, :]
    of_occupancies = dict(zip(question.occupancies, np.moveaxis(doses, -1, 0), strict=True))
    return {"ec50": np.asarray(curves.parameters["ec50"][..., 0]), **of_occupancies}


def _right(
    strengths: tuple[float, ...], true: float, draws: NDArray[np.float64], question: Question
) -> float:
    """Return whether the smallest sufficient strength, or that there is none, was found; NaN without any."""
    if not strengths:
        return np.nan
    chosen = next((s for s in strengths if np.mean(draws <= s) >= question.min_probability), np.inf)
    return float(chosen == next((s for s in strengths if true <= s), np.inf))
