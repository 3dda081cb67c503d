"""Planning, measured: the assurance of a size, the next dose against fixed plans, and fits on two workers.

``python -m benchmarks.planning`` writes ``benchmarks/planning.md`` and ``benchmarks/planning.csv``; its
options say how large it is. Parts can be run alone: ``--parts workers``.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import petfit
from petfit.inference import workers as engine
from petfit.planning.evaluation import QUICK, SimulationSettings, evaluate
from petfit.planning.measures import measures
from petfit.planning.next_dose import next_doses
from petfit.planning.question import Question
from petfit.planning.sample_size import sample_size, scaled_to
from petfit.planning.simulation import simulate
from petfit.planning.study_design import Arm, StudyDesign

__all__ = ["Row", "assurance", "page", "strategies", "two_workers"]

HERE = Path(__file__).parent

CANDIDATES = (3.0, 10.0, 30.0, 60.0, 120.0)
FIRST = (5.0, 20.0, 5.0, 20.0)
"""The doses of the first four people of every simulated drug."""

PEOPLE, EACH = 10, 2
"""People in all, and how many are dosed between two looks."""

MOST = 20
"""The largest balanced study that is compared."""

STRATEGIES = ("next", "balanced", "random")


@dataclass(frozen=True)
class Row:
    """One number of the page."""

    part: str
    measure: str
    value: float
    error: float = float("nan")
    cases: int = 0


def assurance(studies: int, checked: int, workers: int) -> Iterator[Row]:
    """Compare the assurance that a size promises with that of other simulated studies of this size."""
    arms = [Arm(n=1, drug="X", doses=[dose]) for dose in (3.0, 20.0, 100.0)]
    study, question, promised = StudyDesign(arms=arms), Question(ratio=4.0), 0.8
    settings = SimulationSettings("emax", studies=studies, workers=workers, seed=1)
    size = sample_size(study, settings, question, quantity="ec50", assurance=promised)
    yield Row("assurance", "promised", promised)
    if size.n is None:
        return
    yield Row("assurance", "people", size.n)
    yield Row("assurance", "people by the quick look", size.quick_n or float("nan"))
    others = evaluate(scaled_to(study, size.n), replace(settings, studies=checked, seed=2), question)
    by_name = {(r["quantity"], r["measure"]): r for r in measures(others.simulated, "X", question)}
    reached = by_name["ec50", "P(precise)"]
    yield Row("assurance", "reached", reached["estimate"], reached["mcse"], checked)
    coverage = by_name["ec50", "coverage"]
    yield Row("assurance", "coverage of EC50", coverage["estimate"], coverage["mcse"], checked)


def strategies(drugs: int, workers: int) -> Iterator[Row]:
    """Compare the width of the interval of the dose for 70 % when the doses are chosen in three ways."""
    tasks = [(seed, strategy) for seed in range(drugs) for strategy in STRATEGIES]
    results = dict(engine.run(_final_ratios, tasks, workers=workers))
    ratios: dict[str, list[dict[int, float]]] = {name: [] for name in STRATEGIES}
    for i, (_, strategy) in enumerate(tasks):
        result = results[i]
        if isinstance(result, engine.Failure):
            raise RuntimeError(f"{tasks[i]}: {result.reason}")
        ratios[strategy].append(result)
    final = {name: np.array([by_n[PEOPLE] for by_n in values]) for name, values in ratios.items()}
    for name, values in final.items():
        yield Row("next dose", f"{name}: median ratio", _median(values), cases=drugs)
        yield Row("next dose", f"{name}: no upper end", float(np.mean(np.isinf(values))), cases=drugs)
    for other in ("balanced", "random"):
        narrower = np.mean(final["next"] < final[other])
        error = float(np.sqrt(narrower * (1 - narrower) / drugs))
        yield Row("next dose", f"narrower than {other}", float(narrower), error, drugs)
    sizes = range(PEOPLE, MOST + 1, EACH)
    medians = {n: _median(np.array([by_n[n] for by_n in ratios["balanced"]])) for n in sizes}
    target = _median(final["next"])
    enough = next((n for n in sizes if medians[n] <= target), float("inf"))
    yield Row("next dose", "people of a balanced study with the same median ratio", enough, cases=drugs)


def _median(values: NDArray[np.float64]) -> float:
    return float(np.quantile(values, 0.5, method="inverted_cdf"))


def _final_ratios(task: tuple[int, str]) -> dict[int, float]:
    """Simulate one drug, dose its people by a strategy, and return the ratio by number of people."""
    seed, strategy = task
    rng = np.random.default_rng([seed, STRATEGIES.index(strategy)])
    drug = np.random.default_rng([seed, 99])
    truth = {
        "ec50": float(np.exp(drug.normal(np.log(15.0), 0.7))),
        "emax": float(drug.uniform(0.8, 0.97)),
        "omega": 0.3,
        "sigma": 0.06,
    }
    doses, ratios = list(FIRST), {}
    people = _people(MOST, truth, seed)
    last = MOST if strategy == "balanced" else PEOPLE
    while True:
        fit = _fit(pd.concat([people(i, dose) for i, dose in enumerate(doses)]), seed)
        dose = fit.dose_for_occupancy(0.7)
        low, high = float(dose["low"].item()), float(dose["high"].item())
        ratios[len(doses)] = high / low if np.isfinite(high) else float("inf")
        if len(doses) >= last:
            return ratios
        if strategy == "next":
            question = Question(occupancy=0.7)
            doses += next_doses(
                fit, max(CANDIDATES), candidates=CANDIDATES, people=EACH, question=question, results=100,
                draws=1500,
            ).doses  # fmt: skip
        elif strategy == "random":
            doses += [float(value) for value in rng.choice(CANDIDATES, EACH)]
        else:
            doses += [CANDIDATES[(len(doses) + k) % len(CANDIDATES)] for k in range(EACH)]


def _people(most: int, truth: dict[str, float], seed: int) -> Callable[[int, float], pd.DataFrame]:
    """Return the row of a person at a dose: each has an EC50 and a noise, whatever the strategy."""
    rng = np.random.default_rng([seed, 7])
    own, noise = rng.normal(0, truth["omega"], most), rng.normal(0, truth["sigma"], most)

    def person(i: int, dose: float) -> pd.DataFrame:
        expected = truth["emax"] * dose / (truth["ec50"] * np.exp(own[i]) + dose)
        row = {"drug": "X", "dose": dose, "subject": f"{i}", "value": round(expected + noise[i], 4)}
        return pd.DataFrame([row])

    return person


def _fit(table: pd.DataFrame, seed: int) -> petfit.Fit:
    settings = replace(QUICK, draws=1000, seed=seed)
    references = pd.DataFrame({"drug": ["X"], "reference_dose": [20.0], "dose_unit": ["mg/day"]})
    return petfit.fit(table.assign(value_unit="fraction"), "emax", drug_table=references, settings=settings)


def two_workers(tables: int) -> Iterator[Row]:
    """Time the same fits on one worker, two, and a Dask scheduler with two, and compare their rows."""
    arms = [Arm(n=4, drug="X", doses=[dose]) for dose in (3.0, 20.0, 100.0)]
    given = {f"{i}": simulate(StudyDesign(arms=arms), "emax", seed=i) for i in range(tables)}
    fits = partial(petfit.fit_many, given, "emax", settings=QUICK)
    seconds, rows = {}, {}
    for name, options in _places():
        with options as where:
            began = time.perf_counter()
            rows[name] = fits(**where)
            seconds[name] = time.perf_counter() - began
    for name in rows:
        yield Row("workers", f"{name}: seconds", seconds[name], cases=tables)
    for name in list(rows)[1:]:
        yield Row("workers", f"{name}: identical rows", float(rows[name].equals(rows["one"])), cases=tables)
        yield Row("workers", f"{name}: time over that of one", seconds[name] / seconds["one"], cases=tables)


class _Local:
    def __init__(self, workers: int) -> None:
        self.workers = workers

    def __enter__(self) -> dict[str, Any]:
        return {"workers": self.workers}

    def __exit__(self, *_: object) -> None:
        return


class _Dask:
    """A scheduler and two workers in processes of their own, on loopback."""

    def __enter__(self) -> dict[str, Any]:
        import distributed

        cluster: Any = distributed.LocalCluster  # untyped
        self.cluster = cluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
        return {"scheduler": self.cluster.scheduler_address}

    def __exit__(self, *_: object) -> None:
        self.cluster.close()


def _places() -> Iterator[tuple[str, _Local | _Dask]]:
    yield "one", _Local(1)
    yield "two", _Local(2)
    try:
        import distributed  # noqa: F401
    except ImportError:
        return
    yield "Dask, two", _Dask()


def page(table: pd.DataFrame) -> str:
    """Return the page of the results."""
    lines = ["| part | measure | value | Monte Carlo error | cases |", "|---|---|---|---|---|"]
    columns = (table[name].tolist() for name in ("part", "measure", "value", "error", "cases"))
    for part, measure, value, error, cases in zip(*columns, strict=True):
        printed = "" if np.isnan(error) else f"{error:.3f}"
        lines.append(f"| {part} | {measure} | {value:.3g} | {printed} | {cases or ''} |")
    return f"{_INTRODUCTION}\n" + "\n".join(lines) + "\n"


_INTRODUCTION = f"""# Planning, measured

`python -m benchmarks.planning` writes this page.

- **assurance**: `petfit.planning.sample_size.sample_size` finds the number of people for which the ratio of
  upper to lower end of the interval of EC50 is below 4 with the promised probability, under the priors of
  the model `emax`; *reached* is the share of other simulated studies of that size.
- **next dose**: simulated drugs with EC50 around 15 mg/day (log SD 0.7) and Emax from 0.8 to 0.97. After
  four people at 5 and 20 mg/day, {EACH} people at a time are dosed up to {PEOPLE}: by `next_doses`, in turn
  at every candidate (balanced), or at random. The ratio is that of the interval of the dose for 70 %. The
  people are the same whatever the strategy.
- **workers**: the same fits in this process, in two processes (their start included), and by a Dask scheduler
  with two workers on loopback (their start not included).

*Cases* says how many studies, drugs or tables each number comes from. Seconds are of a machine with two cores
on which other programs ran at the same time, so that they compare the three ways but roughly; the rows do not
depend on it.
"""


def main() -> None:
    """Measure, and write the table and the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--parts", nargs="+", default=["assurance", "next dose", "workers"])
    parser.add_argument("--studies", type=int, default=200, help="for each size")
    parser.add_argument("--checked", type=int, default=300, help="studies of the size found")
    parser.add_argument("--drugs", type=int, default=200)
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    made = {
        "assurance": partial(assurance, options.studies, options.checked, options.workers),
        "next dose": partial(strategies, options.drugs, options.workers),
        "workers": partial(two_workers, options.tables),
    }
    path = HERE / "planning.csv"
    for part in options.parts:
        new = pd.DataFrame(list(made[part]()))
        old = pd.read_csv(path) if path.exists() else new.iloc[:0]
        table = pd.concat([old[old["part"] != part], new]).sort_values("part", kind="stable")
        table.to_csv(path, index=False, float_format="%.4f")
        (HERE / "planning.md").write_text(page(table), encoding="utf-8")
        print(new.to_string(), flush=True)


if __name__ == "__main__":
    main()
