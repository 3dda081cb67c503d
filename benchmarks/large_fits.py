"""Measure how long large meta-analyses take to fit, check, load and report, and how much memory.

Run ``python -m benchmarks.large_fits``, with ``--rows 300 1000`` for some sizes. Writes
``benchmarks/large_fits.csv`` and ``benchmarks/large_fits.md``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import petfit

HERE = Path(__file__).parent
SIZES = {300: (20, 15), 1_000: (50, 20), 3_000: (100, 30), 10_000: (200, 50), 30_000: (200, 150)}
"""Drugs and studies by the number of rows: one row of each drug in each study."""
SETTINGS = petfit.Settings(draws=100, tune=200, chains=2, target_accept=0.8)


@dataclass(frozen=True)
class Row:
    """One table: CPU seconds of each step, peak memory, and MB of the page."""

    rows: int
    drugs: int
    studies: int
    fit: float
    checks: float
    load: float
    report: float
    memory: float
    page: float


def simulate(n_drugs: int, n_studies: int) -> pd.DataFrame:
    """Simulate group means, one of each drug in each study; log EC50s of drugs have an SD of 1."""
    rng = np.random.default_rng(1)
    drug, study = (part.ravel() for part in np.indices((n_drugs, n_studies)))
    ec50 = np.exp(rng.normal(2.0, 1.0, n_drugs))[drug] * np.exp(rng.normal(0.0, 0.15, n_studies))[study]
    dose = rng.choice([5.0, 10.0, 20.0, 40.0], drug.size)
    means = 0.9 * dose / (dose + ec50) + rng.normal(0.0, 0.03, drug.size)
    names = {"study": [f"study {k}" for k in study], "drug": [f"drug {k}" for k in drug]}
    return pd.DataFrame(names).assign(dose=dose, value=means.round(3), sd=0.07, n=12)


def measure_one(n_rows: int) -> Row:
    """Fit, check, save, load and report one table in this process."""
    n_drugs, n_studies = SIZES[n_rows]
    fit, fitting = _timed(lambda: petfit.fit(simulate(n_drugs, n_studies), settings=SETTINGS))
    checked, checking = _timed(fit.with_checks)
    with TemporaryDirectory() as folder:
        path = checked.save(Path(folder) / "fit.nc")
        loaded, loading = _timed(lambda: petfit.load(path))
        page, reporting = _timed(lambda: loaded.report(Path(folder) / "report.html"))
        megabytes = page.stat().st_size / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(n_rows, n_drugs, n_studies, fitting, checking, loading, reporting, memory, megabytes)


def _timed[T](call: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    return call(), time.process_time() - start


def measure(sizes: list[int]) -> Iterator[Row]:
    """Yield one row a table, each in a process of its own."""
    for n_rows in sizes:
        command = [sys.executable, "-m", "benchmarks.large_fits", "--one", str(n_rows)]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        yield Row(**json.loads(output))


def page(rows: list[Row]) -> str:
    """Return the page with the table."""
    lines = [
        f"| {row.rows:,} | {row.drugs} | {row.studies} | {row.fit:.0f} | {row.checks:.0f} | {row.load:.1f} | "
        f"{row.report:.0f} | {row.memory:,.0f} | {row.page:.0f} |"
        for row in rows
    ]
    return f"""# Large meta-analyses

Measured by `python -m benchmarks.large_fits` on 2 cores: CPU seconds to fit group means, one of each drug in
each study, with {SETTINGS.chains} chains of {SETTINGS.draws} draws after {SETTINGS.tune} warm-up draws, to
check and load the fit and to write its report; the peak memory of all in MB, and the MB of the page. So few
draws show how the time grows, and are too few for answers: a fit with the default settings draws
{4 * 4000 // (SETTINGS.chains * (SETTINGS.draws + SETTINGS.tune))} times as many.

| rows | drugs | studies | fit, s | checks, s | load, s | report, s | memory, MB | page, MB |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(lines)}

The deviation of each group is a parameter, since integrating it out takes longer than sampling it. The page
shows the first 300 rows of each table and the 300 rows that are farthest from their predictions.
"""


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--one", type=int)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(asdict(measure_one(arguments.one))))
        return
    rows = []
    for row in measure(arguments.rows):
        print(row, flush=True)
        rows.append(row)
    pd.DataFrame([asdict(row) for row in rows]).to_csv(HERE / "large_fits.csv", index=False)
    (HERE / "large_fits.md").write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
