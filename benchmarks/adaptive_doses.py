"""People needed when next doses are chosen by expected information, against plans fixed beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import petfit
from benchmarks.measured import Row
from petfit.inference import workers as engine
from petfit.inference.kept_results import run_missing
from petfit.planning.evaluation import QUICK
from petfit.planning.next_dose import next_doses
from petfit.planning.question import Question
from petfit.results.quantiles import interval_ratio

__all__ = ["LOOK", "PEOPLE", "people", "strategies"]

LOOK = 2
"""People who are dosed between two looks."""

PEOPLE, MOST = 10, 18
"""People in all of the adaptive plan, and of the largest of the plans that it is compared with."""

STRATEGIES = ("next", "balanced", "random")


@dataclass(frozen=True)
class Drugs:
    """Simulated drugs: how well their EC50 is known beforehand, and the doses that are allowed."""

    ec50: float
    log_sd: float
    first: tuple[float, float]
    doses: tuple[float, ...]


DRUGS = {
    "unknown EC50": Drugs(30.0, 1.0, (30.0, 300.0), (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)),
    "known EC50": Drugs(15.0, 0.5, (15.0, 60.0), (5.0, 15.0, 30.0, 60.0, 120.0)),
}


def strategies(kind: str, *, drugs: int, workers: int, folder: Path | None = None) -> Iterator[Row]:
    """Compare the interval of the dose for 70 % when the doses of the people are chosen in three ways."""
    tasks = [(kind, seed, strategy) for seed in range(drugs) for strategy in STRATEGIES]
    names = ["-".join(map(str, task)).replace(" ", "-") for task in tasks]
    results = run_missing(_records, tasks, names, folder, ["people", "ratio"], workers=workers)
    ratios: dict[str, list[dict[int, float]]] = {name: [] for name in STRATEGIES}
    for i, (_, _, strategy) in enumerate(tasks):
        result = results[i]
        if isinstance(result, engine.Failure):
            raise RuntimeError(f"{tasks[i]}: {result.reason}")
        ratios[strategy].append({row["people"]: row["ratio"] for row in result})
    part, target = f"next dose, {kind}", _median(ratios["next"], PEOPLE)
    yield Row(part, f"next: median ratio of {PEOPLE} people", target, cases=drugs)
    rng = np.random.default_rng(1)
    for name in STRATEGIES[1:]:
        needed = _people_needed(ratios[name], target)
        saved = [
            1
            - PEOPLE
            / _people_needed(_chosen(ratios[name], rows), _median(_chosen(ratios["next"], rows), PEOPLE))
            for rows in rng.integers(drugs, size=(400, drugs))
        ]
        yield Row(
            part, f"{name}: median ratio of {PEOPLE} people", _median(ratios[name], PEOPLE), cases=drugs
        )
        yield Row(part, f"{name}: people for the same median ratio", needed, cases=drugs)
        yield Row(part, f"fewer scans than {name}", 1 - PEOPLE / needed, float(np.std(saved)), drugs)
    for name in STRATEGIES:
        unknown = np.isinf([by_n[PEOPLE] for by_n in ratios[name]]).mean()
        yield Row(part, f"{name}: no upper end with {PEOPLE} people", float(unknown), cases=drugs)


def _chosen(ratios: list[dict[int, float]], rows: NDArray[np.int_]) -> list[dict[int, float]]:
    return [ratios[i] for i in rows]


def _median(ratios: list[dict[int, float]], n: int) -> float:
    return float(np.quantile([by_n[n] for by_n in ratios], 0.5, method="inverted_cdf"))


def _people_needed(ratios: list[dict[int, float]], target: float) -> float:
    """Return the number of people with a median ratio, linear between the numbers that were simulated."""
    sizes = sorted(ratios[0])
    medians = np.log(np.minimum.accumulate([_median(ratios, n) for n in sizes]))
    return float(np.interp(-np.log(target), -medians, sizes))


def _records(task: tuple[str, int, str]) -> list[dict[str, Any]]:
    return [{"people": people, "ratio": ratio} for people, ratio in _ratios(task).items()]


def _ratios(task: tuple[str, int, str]) -> dict[int, float]:
    """Simulate one drug, dose its people by a strategy, and return the ratio by number of people."""
    kind, seed, strategy = task
    drugs = DRUGS[kind]
    rng = np.random.default_rng([seed, STRATEGIES.index(strategy)])
    drug = np.random.default_rng([seed, 99])
    truth = {
        "ec50": float(np.exp(drug.normal(np.log(drugs.ec50), drugs.log_sd))),
        "emax": float(drug.uniform(0.8, 0.97)),
        "omega": 0.3,
        "sigma": 0.06,
    }
    person = people(MOST, truth, seed)
    if strategy == "next":
        doses = list(drugs.first)
        while len(doses) < PEOPLE:
            fit = _fit(person, doses, drugs, seed)
            doses += next_doses(
                fit, max(drugs.doses), candidates=drugs.doses, people=LOOK,
                question=Question(occupancy=0.7), results=150, draws=1500,
            ).doses  # fmt: skip
        return {PEOPLE: _ratio(_fit(person, doses, drugs, seed))}
    if strategy == "balanced":
        blocks = [rng.permutation(drugs.doses) for _ in range(MOST)]
        doses = np.concatenate(blocks)[:MOST].tolist()
    else:
        doses = rng.choice(drugs.doses, MOST).tolist()
    return {n: _ratio(_fit(person, doses[:n], drugs, seed)) for n in range(PEOPLE, MOST + 1, LOOK)}


def _ratio(fit: petfit.Fit) -> float:
    dose = fit.dose_for_occupancy(0.7)
    return float(interval_ratio(dose["low"].item(), dose["high"].item()))


def people(most: int, truth: dict[str, float], seed: int) -> Callable[[int, float], pd.DataFrame]:
    """Return the row of a person at a dose: each has an EC50 and a noise, whatever the strategy."""
    rng = np.random.default_rng([seed, 7])
    own, noise = rng.normal(0, truth["omega"], most), rng.normal(0, truth["sigma"], most)

    def person(i: int, dose: float) -> pd.DataFrame:
        expected = truth["emax"] * dose / (truth["ec50"] * np.exp(own[i]) + dose)
        row = {"drug": "X", "dose": dose, "subject": f"{i}", "value": round(expected + noise[i], 4)}
        return pd.DataFrame([row])

    return person


def _fit(
    person: Callable[[int, float], pd.DataFrame], doses: list[float], drugs: Drugs, seed: int
) -> petfit.Fit:
    table = pd.concat([person(i, dose) for i, dose in enumerate(doses)]).assign(value_unit="fraction")
    references = pd.DataFrame({"drug": ["X"], "reference_dose": [drugs.ec50], "dose_unit": ["mg/day"]})
    settings = replace(QUICK, draws=1000, seed=seed)
    return petfit.fit(table, "emax", drug_table=references, settings=settings)
