"""Measure speed relative to other software.

Run ``make bench``, or ``python -m benchmarks.speed --repeat 3 --only process`` for some rows. petfit and its
peer run in turn, several times; the result is the median ratio of the pairs and its range. Writes
``benchmarks/speed.csv`` and ``benchmarks/speed.md``.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import arviz_stats
import numpy as np
import pandas as pd
import xarray as xr

from benchmarks import plain_pymc
from benchmarks.calibrate import simulate
from benchmarks.scenarios import Scenario, make_design
from petfit import fit
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.inference import log_density, sample
from petfit.inference import workers as engine
from petfit.inference.fit_file import read
from petfit.model.design import Design
from petfit.model.specification import read_model
from petfit.settings import Settings

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "tests" / "reference"
MODEL = REFERENCE / "reference_problem.toml"
TARGET_ACCEPT = 0.8
SETTINGS = Settings(draws=plain_pymc.DRAWS, tune=plain_pymc.DRAWS, cores=2, target_accept=TARGET_ACCEPT)


@dataclass(frozen=True)
class Process:
    """A process that ended: wall seconds, peak memory in MB, and its stdout."""

    seconds: float
    memory: float
    stdout: str


@dataclass(frozen=True)
class Pair:
    """The figures of petfit and of its peer, in the same unit."""

    petfit: float
    peer: float

    @property
    def ratio(self) -> float:
        """The figure of petfit over that of its peer."""
        return self.petfit / self.peer


@dataclass(frozen=True)
class Row:
    """A comparison: what is measured, against which peer, its target ratio and its unit."""

    name: str
    peer: str
    target: str
    unit: str
    measure: Callable[[int], Iterator[Pair]]

    def is_reached(self, ratio: float) -> bool:
        """Whether a ratio is on the right side of the target."""
        side, limit = self.target.rsplit(" ", 1)
        return ratio <= float(limit) if side == "at most" else ratio >= float(limit)


# --- processes ----------------------------------------------------------------------------------

MEASURE_MEMORY = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""
"""Starts the process from a small parent: peak memory includes what the parent held when it forked."""


def run(*words: object, **environment: str) -> Process:
    """Run a process and measure it."""
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-S", "-c", MEASURE_MEMORY, *map(str, words)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    seconds = time.perf_counter() - began
    if ended.returncode not in (0, 1):  # 1: a check failed
        raise RuntimeError(f"{words} ended with {ended.returncode}: {ended.stderr}")
    return Process(seconds, float(ended.stderr.rsplit(maxsplit=1)[-1]) / 1024, ended.stdout)


def run_petfit(table: Path, **environment: str) -> Process:
    """Run ``petfit fit`` on a table of the reference problem."""
    command = Path(sys.executable).with_name("petfit")
    options = ("--draws", plain_pymc.DRAWS, "--tune", plain_pymc.DRAWS, "--target-accept", TARGET_ACCEPT)
    output = ("-o", table.with_suffix(".nc"))
    return run(command, "fit", table, "--model", MODEL, *options, *output, **environment)


def run_plain_pymc(table: Path, **environment: str) -> Process:
    """Run the script in PyMC, nutpie and ArviZ on the same table."""
    output = table.with_suffix(".peer.nc")
    return run(sys.executable, "-m", "benchmarks.plain_pymc", table, 1, TARGET_ACCEPT, output, **environment)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def reference_tables(folder: Path, count: int) -> Iterator[Path]:
    """Yield tables of the reference problem, each with other noise."""
    table = pd.read_csv(REFERENCE / "reference_problem.csv").rename(columns={"occ": "value"})
    rng = np.random.default_rng(1)
    for i in range(count):
        values = (table["value"] + rng.normal(0, 0.01, len(table))).round(6)
        path = folder / f"table_{i}.csv"
        table.assign(value=values).to_csv(path, index=False)
        yield path


def both_processes(repeat: int) -> Iterator[tuple[Process, Process]]:
    """Yield the process of petfit and that of its peer on the same table; the first pair only compiles."""
    with temporary_folder() as folder:
        for i, table in enumerate(reference_tables(folder, repeat + 1)):
            pair = run_petfit(table), run_plain_pymc(table)
            if i:
                yield pair


def process_seconds(repeat: int) -> Iterator[Pair]:
    """Time whole processes on the reference problem."""
    for petfit, peer in both_processes(repeat):
        yield Pair(petfit.seconds, peer.seconds)


def process_memory(repeat: int) -> Iterator[Pair]:
    """Compare peak memory on the reference problem."""
    for petfit, peer in both_processes(repeat):
        yield Pair(petfit.memory, peer.memory)


def first_process(repeat: int) -> Iterator[Pair]:
    """Time whole processes that have to compile everything."""
    for _ in range(repeat):
        with temporary_folder() as folder:
            (table,) = reference_tables(folder, 1)
            pytensor = {"PYTENSOR_FLAGS": f"base_compiledir={folder}/pytensor"}
            petfit = run_petfit(table, NUMBA_CACHE_DIR=f"{folder}/petfit")
            peer = run_plain_pymc(table, NUMBA_CACHE_DIR=f"{folder}/peer", **pytensor)
            yield Pair(petfit.seconds, peer.seconds)


SAMPLE_SSRI = """
import pymc as pm
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model import pymc_model
from petfit.model.design import Design
from petfit.model.specification import read_model
with pymc_model.build(Design.build(read_model("ssri"), read_evidence(), read_drug_table())):
    pm.sample(1000, tune=1000, chains=4, cores=2, target_accept=0.9, progressbar=False, random_seed=1)
"""


def ssri_process(_: int) -> Iterator[Pair]:
    """Time the bundled model as a process, once: the peer takes minutes."""
    with temporary_folder() as folder:
        options = ("--draws", 1000, "--tune", 1000, "--target-accept", 0.9, "-o", folder / "fit.nc")
        fit = (Path(sys.executable).with_name("petfit"), "fit", *options)
        peer = (sys.executable, "-c", SAMPLE_SSRI)
        run(*fit), run(*peer)  # these compile
        yield Pair(run(*fit).seconds, run(*peer).seconds)


# --- sampling within the process ----------------------------------------------------------------


def elapsed(work: Callable[[], object]) -> float:
    """Return the seconds that a function takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def reference_design(path: Path) -> Design:
    """Return the design of the reference problem for a table."""
    table = pd.read_csv(path, dtype={"drug": str, "subject": str})
    return Design.build(read_model(MODEL), read_evidence(table), read_drug_table())


def both_compiled(repeat: int) -> Iterator[tuple[Design, Any, int]]:
    """Yield the design, the peer's compiled model of the same table, and a seed."""
    import nutpie

    with temporary_folder() as folder:
        for seed, path in enumerate(reference_tables(folder, repeat)):
            peer = nutpie.compile_pymc_model(plain_pymc.build(pd.read_csv(path)))
            yield reference_design(path), peer, seed


def smallest_ess(posterior: xr.Dataset) -> float:
    """Return the smallest bulk ESS over all parameters."""
    return float(arviz_stats.ess(posterior, method="bulk").to_array().min())


def effective_draws(repeat: int) -> Iterator[Pair]:
    """Compare the smallest bulk ESS of as many draws of the same posterior."""
    for design, compiled, seed in both_compiled(repeat):
        draws = sample.sample(design, replace(SETTINGS, seed=seed)).draws
        arrays = {
            name: (("chain", "draw", *(f"{name}_{i}" for i in range(values.ndim - 2))), values)
            for name, values in draws.items()
        }
        peer = plain_pymc.sample(compiled, seed, TARGET_ACCEPT).posterior.to_dataset()
        yield Pair(smallest_ess(xr.Dataset(arrays)), smallest_ess(peer))


def sampling_seconds(repeat: int) -> Iterator[Pair]:
    """Time sampling alone, with compiled code at hand."""
    for design, compiled, seed in both_compiled(repeat):
        sample.sample(design, replace(SETTINGS, draws=100, tune=100))
        petfit = elapsed(partial(sample.sample, design, replace(SETTINGS, seed=seed)))
        yield Pair(petfit, elapsed(partial(plain_pymc.sample, compiled, seed, TARGET_ACCEPT)))


def ssri_sampling_seconds(repeat: int) -> Iterator[Pair]:
    """Time sampling of the bundled model alone, with the kernel and with nutpie's code of the PyMC graph."""
    design = make_design(Scenario("ssri", "bundled"))
    design = replace(design, given_effects=tuple(replace(effect, centred=False) for effect in design.effects))
    settings = replace(SETTINGS, target_accept=0.9)
    pymc_density = log_density.from_pymc(design)
    for seed in range(repeat):
        work = partial(sample.sample, design, replace(settings, seed=seed))
        petfit = elapsed(work)
        with patch.object(sample, "log_density", lambda *_: pymc_density):
            yield Pair(petfit, elapsed(work))


def refits_on_two_cores(_: int) -> Iterator[Pair]:
    """Time a thousand refits of simulated tables on two cores and on one, once: it takes minutes."""
    seeds = range(1000)
    batches = [seeds[i : i + 20] for i in seeds[::20]]
    list(engine.run(refit_simulated, batches[:2], workers=1))
    one_core = elapsed(lambda: list(engine.run(refit_simulated, batches, workers=1)))
    yield Pair(elapsed(lambda: list(engine.run(refit_simulated, batches, workers=2))), one_core)


def refit_simulated(seeds: range) -> None:
    """Fit simulated tables, one chain after the other."""
    design = make_design(Scenario("emax", "people"))
    settings = replace(SETTINGS, draws=200, tune=400, chains=2, cores=1)
    for seed in seeds:
        simulated, _ = simulate(design, np.random.default_rng(seed))
        sample.sample(simulated, settings)


def loading(repeat: int) -> Iterator[Pair]:
    """Time the loading of the bundled fit against opening it with xarray, in CPU seconds of ten turns."""
    with temporary_folder() as folder:
        file = fit(settings=SETTINGS).with_checks().save(folder / "fit.nc")

        def by_xarray() -> xr.DataTree:
            with xr.open_datatree(io.BytesIO(file.read_bytes()), engine="h5netcdf") as tree:
                return tree.load()

        for _ in range(repeat):
            turns = [(cpu_seconds(lambda: read(file)), cpu_seconds(by_xarray)) for _ in range(10)]
            ours, theirs = zip(*turns, strict=True)
            yield Pair(float(np.median(ours)), float(np.median(theirs)))


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds that a function takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def step_of_many_people(repeat: int) -> Iterator[Pair]:
    """Time a step of the sampler with 30,000 people against a thousand steps with 30."""
    small, large = (design_of_people(count) for count in (30, 30_000))
    for seed in range(repeat):
        yield Pair(seconds_per_step(large, seed), 1000 * seconds_per_step(small, seed))


def design_of_people(count: int) -> Design:
    """Return a design of people without differences between them."""
    rows = pd.DataFrame({"drug": "1", "dose": np.geomspace(1, 100, count), "value": 0.5})
    return Design.build(read_model(MODEL), read_evidence(rows), read_drug_table())


def seconds_per_step(design: Design, seed: int) -> float:
    """Return the seconds of one leapfrog step."""
    sampled = sample.sample(design, replace(SETTINGS, draws=200, tune=100, seed=seed))
    return sampled.seconds["sampling"] / float(sampled.stats["n_steps"].sum())


ROWS = (
    Row(
        "whole process, reference problem: fit, summary, LOO, save",
        "PyMC, nutpie and ArviZ as a script, compiled before",
        "at most 0.40",
        "s",
        process_seconds,
    ),
    Row(
        "whole process, bundled SSRI model",
        "`pm.sample` of the same model",
        "at most 0.40",
        "s",
        ssri_process,
    ),
    Row(
        "whole process, nothing compiled before",
        "the same script, the same",
        "at most 1.0",
        "s",
        first_process,
    ),
    Row(
        "sampling alone, reference problem",
        "nutpie on the plain PyMC model",
        "at most 0.50",
        "s",
        sampling_seconds,
    ),
    Row(
        "sampling alone, bundled SSRI model",
        "the same sampler on nutpie's code of its PyMC graph",
        "at most 0.50",
        "s",
        ssri_sampling_seconds,
    ),
    Row(
        "smallest bulk ESS of 4000 draws, reference problem",
        "nutpie on the plain PyMC model",
        "at least 1.0",
        "draws",
        effective_draws,
    ),
    Row("1000 refits on two cores", "the same on one core", "at most 0.55", "s", refits_on_two_cores),
    Row(
        "peak memory of a process",
        "the script in PyMC, nutpie and ArviZ",
        "at most 1.0",
        "MB",
        process_memory,
    ),
    Row(
        "loading the bundled fit, its checksum and schema verified",
        "xarray, which verifies neither",
        "at most 1.1",
        "s",
        loading,
    ),
    Row(
        "a step of the sampler with 30,000 people",
        "a thousand steps with 30",
        "at most 1.2",
        "s",
        step_of_many_people,
    ),
)


def measure(row: Row, repeat: int) -> dict[str, object]:
    """Measure a row: the median ratio of the pairs, and their range."""
    pairs = list(row.measure(repeat))
    ratios = [pair.ratio for pair in pairs]
    median = float(np.median(ratios))
    return {
        "what": row.name,
        "peer": row.peer,
        "unit": row.unit,
        "petfit_value": np.median([pair.petfit for pair in pairs]),
        "peer_value": np.median([pair.peer for pair in pairs]),
        "ratio": median,
        "lowest": min(ratios),
        "highest": max(ratios),
        "pairs": len(pairs),
        "target": row.target,
        "reached": "yes" if row.is_reached(median) else "no",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


STAGES = """
import sys, time
def stage(name, began):
    print(f"{name}\\t{time.perf_counter() - began:.2f}", flush=True)
    return time.perf_counter()
began = time.perf_counter()
import numpy, pandas, xarray
began = stage("import NumPy, pandas, xarray", began)
import nutpie
began = stage("import nutpie (numba, ArviZ)", began)
from petfit import fit
fit = petfit.fit(sys.argv[1], sys.argv[2], settings=petfit.Settings(draws=1000, tune=1000, target_accept=0.8))
seconds = fit.attrs["seconds_sampling"]
began = stage(f"read, load compiled code, sample ({seconds:.2f} s of it), assemble", began)
fit.check()
began = stage("checks", began)
fit.dose_for_occupancy()
fit.save(sys.argv[3])
stage("answers, save", began)
"""


def stages() -> pd.DataFrame:
    """Return the seconds of each stage of a process."""
    with temporary_folder() as folder:
        (table,) = reference_tables(folder, 1)
        run_petfit(table)
        stdout = run(sys.executable, "-c", STAGES, table, MODEL, folder / "fit.nc").stdout
    return pd.DataFrame([line.split("\t") for line in stdout.splitlines()], columns=["stage", "seconds"])


def to_markdown(results: pd.DataFrame, stage_seconds: pd.DataFrame, cores: int | None) -> str:
    """Return the results as Markdown."""
    rows = "".join(
        f"| {row['what']} | {row['peer']} | {row['petfit_value']:.3g} | {row['peer_value']:.3g} "
        f"{row['unit']} "
        f"| **{row['ratio']:.2g}** ({row['lowest']:.2g} to {row['highest']:.2g}, {row['pairs']}) "
        f"| {row['target']} | {row['reached']} | {row['date']} |\n"
        for _, row in results.iterrows()
    )
    parts = "".join(f"| {row['stage']} | {row['seconds']} |\n" for _, row in stage_seconds.iterrows())
    return f"""# Speed

Measured by `make bench` on {cores} cores with Python {platform.python_version()}. Both sides of a ratio ran
one after the other; the ratio is the median over pairs, with its range and the number of pairs. Four chains
of 1000 warm-up and 1000 kept draws, two chains at a time, the same target acceptance. `petfit fit` reads the
table, samples, runs the checks, prints the answers and saves the fit; the peer samples, computes a summary
with R-hat and ESS and LOO, and saves the fit.

| what | peer | petfit | peer | ratio | target | reached | date |
|---|---|---|---|---|---|---|---|
{rows}
## Stages of a process

The reference problem, with code that an earlier process compiled.

| stage | s |
|---|---|
{parts}"""


def read_results(file: Path) -> dict[str, dict[str, object]]:
    """Return the stored results by row name; none if there is no file."""
    rows = pd.read_csv(file).to_dict("records") if file.exists() else []
    return {row["what"]: {str(name): value for name, value in row.items()} for row in rows}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--output", type=Path, default=HERE / "speed")
    parser.add_argument("--only", default="", help="measure the rows whose name contains this text")
    options = parser.parse_args()
    file = options.output.with_suffix(".csv")
    stored = read_results(file)
    for row in ROWS:
        if options.only in row.name:
            stored[row.name] = measure(row, options.repeat)
            print(*stored[row.name].values(), sep="  ", flush=True)
    table = pd.DataFrame([stored[row.name] for row in ROWS if row.name in stored])
    table.to_csv(file, index=False, float_format="%.4g")
    options.output.with_suffix(".md").write_text(
        to_markdown(table, stages(), os.cpu_count()), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
