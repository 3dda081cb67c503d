"""Planning, measured: the assurance of a size, the next dose, and many fits on several workers.

``python -m benchmarks.planning`` measures all parts, ``python -m benchmarks.planning workers`` one of them.
Writes ``benchmarks/planning.md`` and ``benchmarks/planning.csv``, with the parts measured before.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.adaptive_doses import LOOK, PEOPLE, strategies
from benchmarks.cluster import killed_workers, scheduler_load, two_workers
from benchmarks.measured import Row
from petfit.planning.evaluation import SimulationSettings, evaluate
from petfit.planning.measures import measures
from petfit.planning.question import Question
from petfit.planning.sample_size import sample_size, scaled_to
from petfit.planning.study_design import Arm, StudyDesign

__all__ = ["assurance", "page"]

HERE = Path(__file__).parent


def assurance(studies: int, checked: int, workers: int, folder: Path | None) -> Iterator[Row]:
    """Compare the assurance that a size promises with that of other simulated studies of this size."""
    arms = [Arm(n=1, drug="X", doses=[dose]) for dose in (3.0, 20.0, 100.0)]
    study, question, promised = StudyDesign(arms=arms), Question(ratio=4.0), 0.8
    settings = SimulationSettings("emax", studies=studies, workers=workers, seed=1, folder=folder)
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

- **assurance**: `petfit design size` finds the number of people for which the ratio of upper to lower end of
  the interval of EC50 is below 4 with the promised probability, under the priors of the model `emax`;
  *reached* is the share of other simulated studies of that size. The promise itself is the share of simulated
  studies, and has a Monte Carlo error too.
- **next dose**: simulated drugs with an Emax from 0.8 to 0.97. The dose of each person is chosen by
  `petfit design next`, {LOOK} people at a time, after one person at each of two doses; or every candidate in
  turn in random order (balanced); or any candidate (random). The ratio is that of the interval of the dose
  for 70 %; fewer scans: for the median ratio that {PEOPLE} people have whose doses were chosen. Errors are
  from bootstrap samples of the drugs. *unknown EC50*: around 30 mg/day with a log SD of 1, and seven doses
  from 1 to 1000 mg/day. *known EC50*: around 15 mg/day with a log SD of 0.5, and five doses from 5 to
  120 mg/day, of which most tell something about every drug.
- **workers**: the same fits in this process, in two processes (their start included), and by a Dask scheduler
  with two workers in processes of their own on loopback.
- **killed workers**: workers are killed at random moments (SIGKILL) while the fits run on three of them.
- **scheduler**: the load of a Dask scheduler in a process of its own, from tasks without any work, for
  workers that are coroutines of another process. Its time for a task bounds the tasks a second, and so the
  number of workers that it keeps busy. The scheduler is the first to be overloaded: tasks are some kilobytes.

*Cases* says how many studies, drugs, tables or tasks each number comes from.
"""


def main() -> None:
    """Measure, and write the table and the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="assurance, next, workers, killed or scheduler"
    )
    parser.add_argument("--studies", type=int, default=200, help="for each size")
    parser.add_argument("--checked", type=int, default=300, help="studies of the size found")
    parser.add_argument("--drugs", type=int, default=200)
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="of assurance and next")
    parser.add_argument(
        "--folder", type=Path, help="keep the results of assurance and next here, to continue"
    )
    options = parser.parse_args()
    next_dose = partial(strategies, drugs=options.drugs, workers=options.workers, folder=options.folder)
    measured = {
        "assurance": partial(assurance, options.studies, options.checked, options.workers, options.folder),
        "next": partial(next_dose, "unknown EC50"),
        "next_known": partial(next_dose, "known EC50"),
        "workers": partial(two_workers, options.tables),
        "killed": partial(killed_workers, options.tables // 5),
        "scheduler": partial(scheduler_load, (50, 200), 5000),
    }
    for part in options.parts or measured:
        if part not in measured:
            parser.error(f"{part} is no part; choose from {', '.join(measured)}")
    path = HERE / "planning.csv"
    for part in options.parts or measured:
        new = pd.DataFrame(list(measured[part]()))
        old = pd.read_csv(path) if path.exists() else new.iloc[:0]
        table = pd.concat([old[~old["part"].isin(new["part"])], new]).sort_values("part", kind="stable")
        table.to_csv(path, index=False, float_format="%.6g")
        (HERE / "planning.md").write_text(page(table), encoding="utf-8")
        print(new.to_string(), flush=True)


if __name__ == "__main__":
    main()
