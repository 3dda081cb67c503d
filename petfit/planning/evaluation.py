"""How much a planned study will tell: simulated studies, fitted one by one, and a quick look without fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.inference import workers as engine
from petfit.inference.kept_results import digest, run_missing
from petfit.model.specification import ModelSpec
from petfit.planning.measures import measures
from petfit.planning.planned_study import PlannedStudy, plan_study
from petfit.planning.question import Question
from petfit.planning.study_design import StudyDesign
from petfit.planning.trial import Plans, Trial, fit_trial, quick_trial
from petfit.planning.truth import Draws, draw_truths, with_stated_values
from petfit.settings import Settings

__all__ = ["QUICK", "Evaluation", "SimulationSettings", "evaluate", "quick_look"]

QUICK = Settings(draws=500, tune=400, chains=2, cores=1, target_accept=0.9)
"""Enough for the ends of an interval of a simulated study, but not for reported results."""

_NUMBERS = ("estimate", "mcse")


@dataclass(frozen=True)
class SimulationSettings:
    """How planned studies are simulated and fitted.

    Parameters
    ----------
    model : str, path or ModelSpec, optional
        The model that studies are fitted with, and simulated from if there is no fit.
    given : Fit, optional
        A fit of the evidence that is already there.
    studies : int
        How many studies are simulated.
    drug_table : str, path or DataFrame, optional
        Reference doses and marketed strengths.
    sampler : Settings
        Of the sampler.
    seed : int
        Seed of all random numbers.
    folder, workers, scheduler, progress
        See `petfit.fit_many`. The results do not depend on them.
    """

    model: str | Path | ModelSpec | None = None
    given: Fit | None = None
    studies: int = 200
    drug_table: str | Path | pd.DataFrame | None = None
    sampler: Settings = QUICK
    seed: int = 1
    folder: str | Path | None = None
    workers: int | None = 1
    scheduler: Any = None
    progress: bool = False

    def __post_init__(self) -> None:
        if self.studies < 2:
            raise PetfitError(f"studies must be 2 or more, not {self.studies}")


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
        ``dose`` (with a window ``lower_dose`` and ``upper_dose`` too) with ``_low`` and ``_high``, the ends
        of their intervals; ``bracketed``, whether the true dose lies between the lowest and the highest
        exposure tested; ``right``, whether the right strength was chosen (NaN without strengths);
        ``divergent``, the share of divergent draws; ``problem``.
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


def evaluate(
    study: str | Path | pd.DataFrame | StudyDesign,
    settings: SimulationSettings | None = None,
    question: Question | None = None,
) -> Evaluation:
    """Evaluate a planned study by simulation, and by expected information as a quick look.

    In each simulated study the true parameters are drawn from the priors, or from the posterior of a fit; the
    study is simulated, fitted (with the evidence that is already there) and measured.

    Parameters
    ----------
    study : str, path, DataFrame or StudyDesign
        The design of the study; see `petfit.planning.read_study_design.read_study_design`.
    settings : SimulationSettings, optional
        The model, how many studies are simulated, and how they are fitted.
    question : Question, optional
        The target occupancy, the precision asked for, and the probability of the intervals.

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
    >>> sampler = Settings(draws=100, tune=100, chains=2, target_accept=0.8)
    >>> evaluation = evaluate(arms, SimulationSettings("one_site", studies=3, sampler=sampler))
    >>> evaluation.n_studies, evaluation.failed
    (3, 0)
    """
    settings, question = settings or SimulationSettings(), question or Question()
    plans = _plans(study, settings)
    trials = _trials(plans, question, settings)
    title = "Simulated studies" if settings.progress else ""
    workers, scheduler = settings.workers, settings.scheduler
    results = run_missing(
        fit_trial,
        trials,
        _digests(trials),
        settings.folder,
        ("trial", "drug", "problem"),
        workers=workers,
        scheduler=scheduler,
        title=title,
    )
    records = []
    for trial in trials:
        result = results[trial.number]
        if isinstance(result, engine.Failure):
            result = [{"trial": trial.number, "drug": "", "problem": result.reason}]
        records += result
    simulated = pd.DataFrame(records)
    if (simulated["problem"] != "").all():
        raise PetfitError(f"no simulated study could be fitted: {simulated['problem'].iloc[0]}")
    return Evaluation(plans.truth.study, question, simulated, _quick(trials), settings.given is not None)


def quick_look(
    study: str | Path | pd.DataFrame | StudyDesign, settings: SimulationSettings, question: Question
) -> pd.DataFrame:
    """Return the quick look alone: a row for each true parameter and drug; see `evaluate`."""
    return _quick(_trials(_plans(study, settings), question, settings))


def _plans(study: str | Path | pd.DataFrame | StudyDesign, settings: SimulationSettings) -> Plans:
    """Return the plans of a study under the model of the given fit, and under the model it is fitted with."""
    given, drug_table = settings.given, settings.drug_table
    fitted = plan_study(study, settings.model, given=given, drug_table=drug_table)
    if given is None or fitted.design.spec == given.spec:
        return Plans(fitted, fitted)
    return Plans(plan_study(study, given=given, drug_table=drug_table), fitted)


def _trials(plans: Plans, question: Question, settings: SimulationSettings) -> list[Trial]:
    # Workers do not need the fit that was given.
    light = Plans(replace(plans.truth, given=None), replace(plans.fitted, given=None))
    return [
        Trial(i, light, truth, question, settings.sampler, (settings.seed, 1, i))
        for i, truth in enumerate(_truths(plans.truth, settings.studies, settings.seed))
    ]


def _digests(trials: list[Trial]) -> list[str]:
    """Return what the result of each trial depends on."""
    first = trials[0]
    common = [first.question, first.settings, first.plans.truth.study, version("petfit")]
    for planned in (first.plans.truth, first.plans.fitted):
        common += [planned.design.spec.to_toml(), planned.design.rows.to_csv(), planned.drug_table.to_csv()]
    of_all = digest(*map(str, common))
    return [digest(of_all, f"{trial.seed}", _exact(trial.truth)) for trial in trials]


def _exact(truth: Draws) -> str:
    return repr({name: np.asarray(value).tolist() for name, value in truth.items()})


def _quick(trials: list[Trial]) -> pd.DataFrame:
    return pd.DataFrame([record for trial in trials for record in quick_trial(trial)])


def _truths(planned: PlannedStudy, size: int, seed: int) -> list[Draws]:
    rng = np.random.default_rng(np.random.SeedSequence([seed, 0]))
    draws = draw_truths(planned.design, planned.given, rng, size)
    draws = with_stated_values(planned.design, draws, planned.study.truth)
    return [{name: values[i] for name, values in draws.items()} for i in range(size)]
