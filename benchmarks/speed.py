"""Time against peers, as ratios in one run: `make bench` (or ``python -m benchmarks.speed --repeat 3``).

Both sides of a ratio run one after the other, several times, on whatever else the machine does; the ratio is
that of each pair, the spread that over pairs. It writes ``benchmarks/speed.csv`` and ``benchmarks/speed.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks import plain
from benchmarks.calibrate import simulate
from benchmarks.scenarios import Scenario, lay
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drugs
from petfit.inference import log_density, sample
from petfit.model.design import Design
from petfit.model.specification import read_model
from petfit.results.diagnostics import diagnose
from petfit.settings import Settings

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "tests" / "reference"
MODEL = REFERENCE / "reference_problem.toml"
ACCEPT = 0.8
SETTINGS = Settings(draws=plain.DRAWS, tune=plain.DRAWS, cores=2, target_accept=ACCEPT)
CMDSTAN = {"ess_per_second": 1024.0, "ess": 1245.0, "plain_seconds": 7.5}
"""CmdStan's compiled program on the reference problem, and `benchmarks.plain`, on another machine."""


@dataclass(frozen=True)
class Ran:
    """One process: wall seconds, peak memory in MB, and what it printed."""

    seconds: float
    memory: float
    said: str


@dataclass(frozen=True)
class Pair:
    """Ours and theirs, in the same unit; ``ratio`` is what is wanted at most (or at least)."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.ours / self.theirs


@dataclass(frozen=True)
class Row:
    """A comparison: what, against what, which ratio is wanted, and how to measure one pair."""

    name: str
    against: str
    wanted: str
    unit: str
    pairs: Callable[[int], Iterator[Pair]]


def tables(folder: Path) -> Iterator[Path]:
    """Yield tables of the reference problem with other numbers each time."""
    table = pd.read_csv(REFERENCE / "reference_problem.csv").rename(columns={"occ": "value"})
    rng = np.random.default_rng(1)
    for i in range(10_000):
        path = folder / f"table_{i}.csv"
        table.assign(value=(table["value"] + rng.normal(0, 0.01, len(table))).round(6)).to_csv(
            path, index=False
        )
        yield path


WATCH = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""
"""Runs a process from a small one: a child's peak memory counts what its parent held when it was forked."""


def run(*words: object, **environment: str) -> Ran:
    """Run a process and measure it."""
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-S", "-c", WATCH, *map(str, words)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    seconds = time.perf_counter() - began
    if ended.returncode not in (0, 1):  # 1: a check failed
        raise RuntimeError(f"{words} ended with {ended.returncode}: {ended.stderr}")
    return Ran(seconds, float(ended.stderr.rsplit(maxsplit=1)[-1]) / 1024, ended.stdout)


def petfit(table: Path, *more: object, **environment: str) -> Ran:
    """Run ``petfit fit`` on a table of the reference problem."""
    told = ("--draws", plain.DRAWS, "--tune", plain.DRAWS, "--target-accept", ACCEPT, "--output")
    command = Path(sys.executable).with_name("petfit")
    return run(command, "fit", table, "--model", MODEL, *told, table.with_suffix(".nc"), *more, **environment)


def plain_pymc(table: Path, **environment: str) -> Ran:
    """Run the plain script on the same table."""
    return run(sys.executable, "-m", "benchmarks.plain", table, 1, ACCEPT, **environment)


def processes(repeat: int) -> Iterator[Pair]:
    """Time whole processes on the reference problem."""
    for ours, theirs in _both(repeat):
        yield Pair(ours.seconds, theirs.seconds)


def memory(repeat: int) -> Iterator[Pair]:
    """Compare the peak memory of both processes."""
    for ours, theirs in _both(repeat):
        yield Pair(ours.memory, theirs.memory)


def _both(repeat: int) -> Iterator[tuple[Ran, Ran]]:
    with tempfile.TemporaryDirectory() as folder:
        for _, table in zip(range(repeat), tables(Path(folder)), strict=False):
            yield petfit(table), plain_pymc(table)


def first_time(repeat: int) -> Iterator[Pair]:
    """Time whole processes where nothing was compiled before."""
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            table = next(tables(Path(folder)))
            theirs = {
                "PYTENSOR_FLAGS": f"base_compiledir={folder}/pytensor",
                "NUMBA_CACHE_DIR": f"{folder}/numba",
            }
            yield Pair(
                petfit(table, PETFIT_CACHE_DIR=f"{folder}/petfit").seconds,
                plain_pymc(table, **theirs).seconds,
            )


SSRI = """
import pymc as pm
from petfit.model import pymc_model
from petfit.evidence.drug_table import read_drugs
from petfit.evidence import read_evidence
from petfit.model.design import Design
from petfit.model.specification import read_model
layout = Design.build(read_model("ssri"), read_evidence(), read_drugs())
with pymc_model.build(layout):
    pm.sample(1000, tune=1000, chains=4, cores=2, target_accept=0.9, progressbar=False, random_seed=1)
"""


def ssri(_: int) -> Iterator[Pair]:
    """Time the bundled model as a process against ``pm.sample`` of the same model, once: it takes minutes."""
    with tempfile.TemporaryDirectory() as folder:
        told = ("--draws", 1000, "--tune", 1000, "--target-accept", 0.9, "-o", Path(folder) / "fit.nc")
        run(sys.executable, "-c", SSRI)  # compiles for the next one
        ours = run(Path(sys.executable).with_name("petfit"), "fit", *told)
        yield Pair(ours.seconds, run(sys.executable, "-c", SSRI).seconds)


def ess_per_second(repeat: int) -> Iterator[Pair]:
    """Compare effective draws per second of the whole process with CmdStan's, scaled to this machine."""
    from petfit import load

    with tempfile.TemporaryDirectory() as folder:
        for _, table in zip(range(repeat), tables(Path(folder)), strict=False):
            ours, theirs = petfit(table), plain_pymc(table)
            ess = smallest_ess(load(table.with_suffix(".nc")).posterior)
            slower = theirs.seconds / CMDSTAN["plain_seconds"]
            yield Pair(ess / ours.seconds, CMDSTAN["ess_per_second"] / slower)


def smallest_ess(draws: Mapping[str, NDArray[np.float64]]) -> float:
    """Return the smallest bulk ESS over all unknowns; chain, draw, then levels."""
    return min(float(diagnose(values)["ess_bulk"].min()) for values in draws.values())


def effective(repeat: int) -> Iterator[Pair]:
    """Compare the smallest bulk ESS of as many draws, sampling the same tables."""
    for design, compiled, i in _plain_and_ours(repeat):
        theirs = plain.sample(compiled, i, ACCEPT).posterior
        named = {str(name): values.to_numpy() for name, values in theirs.data_vars.items()}
        ours = sample.sample(design, replace(SETTINGS, seed=i)).draws
        yield Pair(smallest_ess(ours), smallest_ess(named))


def refit(repeat: int) -> Iterator[Pair]:
    """Time sampling alone, code ready in the process."""
    for design, compiled, i in _plain_and_ours(repeat):
        sample.sample(design, replace(SETTINGS, draws=100, tune=100))
        ours = _seconds(partial(sample.sample, design, replace(SETTINGS, seed=i)))
        yield Pair(ours, _seconds(partial(plain.sample, compiled, i, ACCEPT)))


def _plain_and_ours(repeat: int) -> Iterator[tuple[Design, Any, int]]:
    import nutpie

    with tempfile.TemporaryDirectory() as folder:
        for i, path in zip(range(repeat), tables(Path(folder)), strict=False):
            yield reference(path), nutpie.compile_pymc_model(plain.build(pd.read_csv(path))), i


def refit_ssri(repeat: int) -> Iterator[Pair]:
    """Time sampling alone of the bundled model, by the kernel and by nutpie on its PyMC graph."""
    asked = Design.build(read_model("ssri"), read_evidence(), read_drugs())
    design = replace(asked, known=tuple(replace(effect, centred=False) for effect in asked.effects))
    settings = replace(SETTINGS, target_accept=0.9)
    of_graph = log_density.of_pymc(design)
    for i in range(repeat):
        ours = _seconds(partial(sample.sample, design, replace(settings, seed=i)))
        with patch.object(sample, "density", lambda *_: of_graph):
            yield Pair(ours, _seconds(partial(sample.sample, design, replace(settings, seed=i))))


def reference(path: Path) -> Design:
    """Return the reference problem laid over a table."""
    table = pd.read_csv(path, dtype={"drug": str, "subject": str})
    return Design.build(read_model(MODEL), read_evidence(table), read_drugs())


def many(_: int) -> Iterator[Pair]:
    """Time refits of simulated tables on two cores against one, once: it takes minutes."""
    whole = range(1000)
    batches = [whole[i : i + 20] for i in whole[::20]]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(refits, batches[:2]))
        one = _seconds(lambda: list(pool.map(refits, [whole])))
        yield Pair(_seconds(lambda: list(pool.map(refits, batches))), one)


def refits(tables: range) -> None:
    """Fit simulated tables, one chain after the other."""
    design, settings = (
        lay(Scenario("emax", "people")),
        replace(SETTINGS, draws=200, tune=400, chains=2, cores=1),
    )
    for i in tables:
        simulated, _ = simulate(design, np.random.default_rng(i))
        sample.sample(simulated, settings)


def growth(repeat: int) -> Iterator[Pair]:
    """Time sampling with 30,000 people, per step of the sampler, against a thousand times that with 30."""
    few, lot = (people(count) for count in (30, 30_000))
    for i in range(repeat):
        yield Pair(_step(lot, i), 1000 * _step(few, i))


def people(count: int) -> Design:
    """Return a model of people who share what they do not differ in."""
    rows = pd.DataFrame({"drug": "1", "dose": np.geomspace(1, 100, count), "value": 0.5})
    return Design.build(read_model(MODEL), read_evidence(rows), read_drugs())


def _step(design: Design, seed: int) -> float:
    settings = replace(SETTINGS, draws=200, tune=100, seed=seed)
    sampled = sample.sample(design, settings)
    return sampled.seconds["sampling"] / float(sampled.stats["n_steps"].sum())


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


ROWS = (
    Row(
        "whole process, reference problem, other data, code kept",
        "PyMC + nutpie as a script, compiled before",
        "at most 0.20",
        "s",
        processes,
    ),
    Row("whole process, bundled SSRI model", "`pm.sample` of the same model", "at most 0.20", "s", ssri),
    Row(
        "smallest bulk ESS per second of the process, reference problem",
        "CmdStan's compiled program, scaled to this machine",
        "at least 1.0",
        "ESS/s",
        ess_per_second,
    ),
    Row(
        "smallest bulk ESS of 4000 draws, reference problem",
        "nutpie on the plain PyMC model",
        "at least 1.0",
        "draws",
        effective,
    ),
    Row("whole process, nothing compiled before", "PyMC + nutpie, the same", "at most 0.70", "s", first_time),
    Row("sampling alone, reference problem", "nutpie on the plain PyMC model", "at most 0.50", "s", refit),
    Row(
        "sampling alone, bundled SSRI model",
        "the same sampler on nutpie's code of its PyMC graph",
        "at most 0.50",
        "s",
        refit_ssri,
    ),
    Row("1000 refits on two cores", "the same on one core", "at most 0.55", "s", many),
    Row("peak memory of a fit", "the plain PyMC script", "at most 0.80", "MB", memory),
    Row("a step of the sampler with 30,000 people", "a thousand with 30", "at most 1.2", "s", growth),
)


def measure(row: Row, repeat: int) -> dict[str, object]:
    """Measure a row: the median ratio of the pairs, and their spread."""
    pairs = list(row.pairs(repeat))
    ratios = [pair.ratio for pair in pairs]
    word, limit = row.wanted.rsplit(" ", 1)
    middle = float(np.median(ratios))
    reached = middle <= float(limit) if word == "at most" else middle >= float(limit)
    return {
        "what": row.name,
        "against": row.against,
        "unit": row.unit,
        "ours": np.median([pair.ours for pair in pairs]),
        "theirs": np.median([pair.theirs for pair in pairs]),
        "ratio": middle,
        "lowest": min(ratios),
        "highest": max(ratios),
        "pairs": len(pairs),
        "wanted": row.wanted,
        "reached": "yes" if reached else "no",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


STAGES = """
import time
def told(name, since):
    print(f"{name}\t{time.perf_counter() - since:.3f}", flush=True)
    return time.perf_counter()
began = time.perf_counter()
import numpy, pandas, xarray
began = told("import NumPy, pandas, xarray", began)
import scipy.special, llvmlite.binding
began = told("import SciPy's special functions, llvmlite", began)
import petfit, petfit.api, petfit.sampling, petfit.terminal, petfit.tables, sys
began = told("import petfit", began)
from petfit.inference import kernel
kernel.compiled()
began = told("load the kept code", began)
fit = petfit.fit(sys.argv[1], sys.argv[2], settings=petfit.Settings(draws=1000, tune=1000, target_accept=0.8))
notes = fit.tree.attrs
began = told(f"read, sample ({notes['seconds_sampling']:.2f} s of it), assemble", began)
fit.check()
began = told("checks", began)
fit.dose_for_occupancy()
fit.save(sys.argv[3])
told("answers, save", began)
"""


def stages() -> pd.DataFrame:
    """Return where the time of a process goes."""
    with tempfile.TemporaryDirectory() as folder:
        table = next(tables(Path(folder)))
        petfit(table)
        said = run(sys.executable, "-c", STAGES, table, MODEL, Path(folder) / "fit.nc").said
    lines = [line.split("\t") for line in said.splitlines()]
    return pd.DataFrame(lines, columns=["stage", "seconds"])


def page(found: pd.DataFrame, where: pd.DataFrame, cores: int | None) -> str:
    """Return the results as Markdown."""
    rows = "".join(
        f"| {row['what']} | {row['against']} | {row['ours']:.3g} | {row['theirs']:.3g} {row['unit']} "
        f"| **{row['ratio']:.2g}** ({row['lowest']:.2g} to {row['highest']:.2g}, {row['pairs']}) "
        f"| {row['wanted']} | {row['reached']} | {row['date']} |\n"
        for _, row in found.iterrows()
    )
    parts = "".join(f"| {row['stage']} | {row['seconds']} |\n" for _, row in where.iterrows())
    return f"""# Speed

By `make bench`, {cores} cores, Python {platform.python_version()}. Both sides
of a ratio ran one after the other; the ratio is the median over pairs, with the lowest, the highest and the
number of pairs. Four chains of 1000 and 1000 draws, two at a time, the same target acceptance. `petfit fit`
reads the table, samples, checks the fit, prints the answers and saves the fit; the peers' scripts sample and
print a summary.

| what | against | ours | theirs | ratio | wanted | reached | on |
|---|---|---|---|---|---|---|---|
{rows}
## Where the time of a process goes

The reference problem, code kept by an earlier process.

| stage | s |
|---|---|
{parts}"""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--output", type=Path, default=HERE / "speed")
    parser.add_argument("--only", default="", help="measure rows with this in their name; the others stay")
    asked = parser.parse_args()
    file = asked.output.with_suffix(".csv")
    kept = pd.read_csv(file).set_index("what").to_dict("index") if asked.only else {}
    found = []
    for row in ROWS:
        here = asked.only in row.name
        found.append(measure(row, asked.repeat) if here else {"what": row.name, **kept[row.name]})
        print(*found[-1].values(), sep="  ", flush=True)
    table = pd.DataFrame(found)
    table.to_csv(file, index=False, float_format="%.4g")
    asked.output.with_suffix(".md").write_text(page(table, stages(), os.cpu_count()), encoding="utf-8")


if __name__ == "__main__":
    main()
