"""How much a planned study will tell: simulated studies, fitted one by one, and a quick look without fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.inference import sample
from petfit.inference import workers as engine
from petfit.model.design import Design
from petfit.model.specification import ModelSpec
from petfit.planning.expected_information import expected_information
from petfit.planning.planned_study import PlannedStudy, plan_study
from petfit.planning.simulation import SimulatedStudy, simulate_study
from petfit.planning.study_design import StudyDesign
from petfit.planning.truth import Draws, as_fit, draw_truths, with_stated_values
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import PROB, check_prob, equal_tailed, quantile
from petfit.settings import Settings

__all__ = [
    "QUANTITIES",
    "QUICK",
    "Evaluation",
    "Question",
    "evaluate",
    "look",
    "measures",
    "median_error",
    "plans",
    "quick_look",
]

QUICK = Settings(draws=500, tune=400, chains=2, cores=1, target_accept=0.9)
"""Enough for the ends of an interval of a simulated study, but not for reported results."""

_QUICK_DRAWS = 1000
"""Draws of the normal posterior of the quick look."""

type Record = dict[str, Any]

_NUMBERS = ("estimate", "mcse")


@dataclass(frozen=True)
class Question:
    """What is asked of a planned study.

    Parameters
    ----------
    occupancy : float
        The target occupancy, a fraction.
    ratio : float
        Upper over lower end of an interval, below which it is precise.
    prob : float
        Probability of the equal-tailed interval.
    min_probability : float
        The strength chosen is the smallest that reaches the occupancy with this posterior probability.
    """

    occupancy: float = 0.8
    ratio: float = 2.0
    prob: float = PROB
    min_probability: float = 0.5

    def __post_init__(self) -> None:
        for name in ("occupancy", "prob", "min_probability"):
            check_prob(getattr(self, name), name)
        if not self.ratio > 1:
            raise PetfitError(
                f"ratio must be above 1, not {self.ratio:g}: upper over lower end of an interval"
            )


@dataclass(frozen=True)
class Evaluation:
    """What a planned study will tell.

    Parameters
    ----------
    study : StudyDesign
        The study.
    question : Question
        What was asked.
    simulated, quick : pandas.DataFrame
        One row for each simulated study and drug, of fits and of the quick look: the true ``ec50`` and
        ``dose`` with ``_low`` and ``_high``, the ends of their intervals; ``bracketed``, whether the true
        dose lies between the lowest and the highest exposure tested; ``right``, whether the right strength
        was chosen (NaN without strengths); ``divergent``, the share of divergent draws; ``problem``.
    given : bool
        Whether the true parameters come from a fit, whose evidence was fitted with the new study.
    """

    study: StudyDesign
    question: Question
    simulated: pd.DataFrame
    quick: pd.DataFrame
    given: bool

    @property
    def frame(self) -> pd.DataFrame:
        """The measures of each drug: simulated, with Monte Carlo errors, and of the quick look."""
        rows = []
        for drug in self.study.drugs:
            simulated, quick = (
                measures(table, drug, self.question) for table in (self.simulated, self.quick)
            )
            looked = {(row["quantity"], row["measure"]): row for row in quick}
            for row in simulated:
                other = looked.get((row["quantity"], row["measure"]), {})
                rows.append({"drug": drug, **row, **{f"quick_{key}": other.get(key) for key in _NUMBERS}})
        return pd.DataFrame(rows)

    @property
    def failed(self) -> int:
        """The number of simulated studies that could not be fitted."""
        return int((self.simulated["problem"] != "").sum())

    @property
    def n_studies(self) -> int:
        """The number of simulated studies."""
        return int(self.simulated["trial"].nunique())


@dataclass(frozen=True)
class Plans:
    """The model that studies are simulated from, and the one that they are fitted with."""

    truth: PlannedStudy
    fitted: PlannedStudy


def plans(
    study: str | Path | pd.DataFrame | StudyDesign,
    model: str | Path | ModelSpec | None,
    given: Fit | None,
    drug_table: str | Path | pd.DataFrame | None,
) -> Plans:
    """Return the plans of a study under the model of the given fit, and under the model it is fitted with."""
    fitted = plan_study(study, model, given=given, drug_table=drug_table)
    if given is None or fitted.design.spec == given.spec:
        return Plans(fitted, fitted)
    return Plans(plan_study(study, given=given, drug_table=drug_table), fitted)


def evaluate(
    study: str | Path | pd.DataFrame | StudyDesign,
    model: str | Path | ModelSpec | None = None,
    *,
    given: Fit | None = None,
    question: Question | None = None,
    studies: int = 200,
    drug_table: str | Path | pd.DataFrame | None = None,
    settings: Settings = QUICK,
    seed: int = 1,
    workers: int | None = 1,
    scheduler: Any = None,
    progress: bool = False,
) -> Evaluation:
    """Evaluate a planned study by simulation, and by expected information as a quick look.

    In each simulated study the true parameters are drawn from the priors, or from the posterior of a fit; the
    study is simulated, fitted (with the evidence that is already there) and measured.

    Parameters
    ----------
    study : str, path, DataFrame or StudyDesign
        The design of the study; see `petfit.planning.study_design.read_study_design`.
    model : str, path or ModelSpec, optional
        The model that studies are fitted with, and simulated from if there is no fit.
    given : Fit, optional
        A fit of the evidence that is already there.
    question : Question, optional
        The target occupancy, the precision asked for, and the probability of the intervals.
    studies : int
        How many studies are simulated.
    drug_table : str, path or DataFrame, optional
        Reference doses and marketed strengths.
    settings : Settings
        Of the sampler.
    seed : int
        Seed of all random numbers.
    workers, scheduler, progress
        See `petfit.fit_many`. The results do not depend on them.

    Returns
    -------
    Evaluation
        The measures, and every simulated study.

    Raises
    ------
    PetfitError
        If the design is not valid, or every fit fails.

    Examples
    --------
    >>> arms = pd.DataFrame({"n": [2, 2], "drug": "X", "doses": [5, 40]})
    >>> quick = Settings(draws=100, tune=100, chains=2, target_accept=0.8)
    >>> evaluation = evaluate(arms, "one_site", studies=3, settings=quick)
    >>> evaluation.n_studies, evaluation.failed
    (3, 0)
    """
    question = question or Question()
    if studies < 2:
        raise PetfitError(f"studies must be 2 or more, not {studies}")
    planned = plans(study, model, given, drug_table)
    trials = _trials(planned, question, studies, settings, seed)
    title = "Simulated studies" if progress else ""
    results = dict(engine.run(_fitted, trials, workers=workers, scheduler=scheduler, title=title))
    records: list[Record] = []
    for trial in trials:
        result = results[trial.number]
        if isinstance(result, engine.Failure):
            result = [{"trial": trial.number, "drug": "", "problem": result.reason}]
        records += result
    simulated = pd.DataFrame(records)
    if (simulated["problem"] != "").all():
        raise PetfitError(f"no simulated study could be fitted: {simulated['problem'].iloc[0]}")
    return Evaluation(planned.truth.study, question, simulated, _quick(trials), given is not None)


def quick_look(
    study: str | Path | pd.DataFrame | StudyDesign,
    model: str | Path | ModelSpec | None = None,
    *,
    given: Fit | None = None,
    question: Question | None = None,
    studies: int = 200,
    drug_table: str | Path | pd.DataFrame | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Return the quick look alone: a row for each true parameter and drug; see `evaluate`."""
    planned = plans(study, model, given, drug_table)
    return _quick(_trials(planned, question or Question(), studies, QUICK, seed))


def _trials(planned: Plans, question: Question, studies: int, settings: Settings, seed: int) -> list[_Trial]:
    light = _light(planned)
    return [
        _Trial(i, light, truth, question, settings, np.random.SeedSequence([seed, 1, i]))
        for i, truth in enumerate(_truths(planned.truth, studies, seed))
    ]


def _quick(trials: list[_Trial]) -> pd.DataFrame:
    return pd.DataFrame([record for trial in trials for record in look(trial)])


@dataclass(frozen=True)
class _Trial:
    """One simulated study."""

    number: int
    plans: Plans
    truth: Draws
    question: Question
    settings: Settings
    seed: np.random.SeedSequence


def _truths(planned: PlannedStudy, size: int, seed: int) -> list[Draws]:
    rng = np.random.default_rng(np.random.SeedSequence([seed, 0]))
    draws = draw_truths(planned.design, planned.given, rng, size)
    draws = with_stated_values(planned.design, draws, planned.study.truth)
    return [{name: values[i] for name, values in draws.items()} for i in range(size)]


def _light(planned: Plans) -> Plans:
    """Return the plans without the fit that was given, which workers do not need."""
    return Plans(replace(planned.truth, given=None), replace(planned.fitted, given=None))


def _fitted(trial: _Trial) -> list[Record]:
    """Simulate, fit and measure one study, in a worker."""
    noise, sampling = trial.seed.spawn(2)
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


def look(trial: _Trial) -> list[Record]:
    """Measure one study by expected information, without fitting it; nobody leaves it."""
    rng = np.random.default_rng(trial.seed.spawn(1)[0])
    design = trial.plans.truth.design
    draws = expected_information(design, trial.truth).posterior_draws(rng, _QUICK_DRAWS)
    return [{**record, "divergent": 0.0} for record in _measured(trial, design, draws)]


def _measured(trial: _Trial, design: Design, draws: Draws) -> Iterator[Record]:
    """Yield the intervals of each drug beside the true values."""
    planned, question = trial.plans.truth, trial.question
    alone = {name: np.asarray(value)[None, None] for name, value in trial.truth.items()}
    low_end, _, high_end = equal_tailed(question.prob)
    for drug in planned.study.drugs:
        true = _answers(planned.design, alone, drug, question.occupancy)
        answers = _answers(design, draws, drug, question.occupancy)
        record: Record = {"trial": trial.number, "drug": drug, "problem": ""}
        for name, values in answers.items():
            low, high = quantile(values, [low_end, high_end])
            record |= {name: float(true[name][0, 0]), f"{name}_low": float(low), f"{name}_high": float(high)}
        lowest, highest = planned.tested_ranges[drug]
        record["bracketed"] = float(lowest <= record["dose"] <= highest)
        record["right"] = _right(planned.strengths(drug), record["dose"], answers["dose"], question)
        yield record


def _answers(design: Design, draws: Draws, drug: str, occupancy: float) -> Draws:
    curves = curve_draws(as_fit(design, draws), drugs=[drug])
    return {
        "ec50": np.asarray(curves.parameters["ec50"][..., 0]),
        "dose": np.asarray(curves.exposure([occupancy])[..., 0, 0]),
    }


def _right(
    strengths: tuple[float, ...], true: float, draws: NDArray[np.float64], question: Question
) -> float:
    """Return whether the smallest sufficient strength, or that there is none, was found; NaN without any."""
    if not strengths:
        return np.nan
    chosen = next((s for s in strengths if np.mean(draws <= s) >= question.min_probability), np.inf)
    return float(chosen == next((s for s in strengths if true <= s), np.inf))


QUANTITIES = ("ec50", "dose")


def measures(table: pd.DataFrame, drug: str, question: Question) -> list[Record]:
    """Return the measures of simulated studies of one drug.

    Parameters
    ----------
    table : pandas.DataFrame
        Simulated studies, as in `Evaluation`.
    drug : str
        The drug.
    question : Question
        What was asked.

    Returns
    -------
    list of dict
        ``quantity`` (ec50, dose or study), ``measure``, ``estimate`` and its Monte Carlo standard error
        ``mcse``. The ratio of an interval without an upper end is infinite: quantiles of the ratio are order
        statistics in which it counts, and it is not below any limit.
    """
    trials = table[(table["drug"] == drug) & (table["problem"] == "")]
    rows: list[Record] = []
    for name in QUANTITIES:
        low, high = trials[f"{name}_low"].to_numpy(float), trials[f"{name}_high"].to_numpy(float)
        ratio = np.where(np.isfinite(high), high / np.where(np.isfinite(low), low, 1.0), np.inf)
        for label, q in (("median ratio", 0.5), ("10 % of ratios", 0.1), ("90 % of ratios", 0.9)):
            rows.append({"quantity": name, "measure": label, **_order_statistic(ratio, q)})
        inside = (low <= trials[name].to_numpy(float)) & (trials[name].to_numpy(float) <= high)
        for label, holds in (
            ("P(precise)", ratio < question.ratio),
            ("P(no upper end)", ~np.isfinite(high)),
            ("coverage", inside),
        ):
            rows.append({"quantity": name, "measure": label, **_share(holds)})
    rows.append({"quantity": "study", "measure": "P(bracketed)", **_share(trials["bracketed"])})
    if trials["right"].notna().any():
        rows.append({"quantity": "study", "measure": "P(right strength)", **_share(trials["right"])})
    return rows


def _share(holds: Any) -> Record:
    """Return a share with its binomial error, which is not 0 where all or none hold (Agresti and Coull)."""
    values = np.asarray(holds, float)
    n = len(values) + 4.0
    adjusted = (values.sum() + 2.0) / n
    return {"estimate": float(values.mean()), "mcse": float(np.sqrt(adjusted * (1 - adjusted) / n))}


def _order_statistic(values: NDArray[np.float64], q: float) -> Record:
    return {
        "estimate": float(np.quantile(values, q, method="inverted_cdf")),
        "mcse": median_error(values, q),
    }


def median_error(values: NDArray[np.float64], q: float = 0.5) -> float:
    """Return the Monte Carlo standard error of a quantile of independent draws, which may be infinite.

    Half the distance between the order statistics that are one SE of the rank away (Vehtari et al. 2021,
    Bayesian Analysis 16:667-718, for independent draws); infinite if one of them is.

    Examples
    --------
    >>> median_error(np.arange(1.0, 101.0))
    4.5
    """
    n = len(values)
    rank = stats.beta(n * q + 1, n * (1 - q) + 1)
    low, high = (
        float(np.quantile(values, rank.ppf(stats.norm.cdf(z)), method="inverted_cdf")) for z in (-1.0, 1.0)
    )
    return (high - low) / 2 if np.isfinite(high) else float("inf")
