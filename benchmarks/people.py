"""Measure fits of many people with one scan each, against PyMC with every deviation as a parameter.

Run ``python -m benchmarks.people``, with ``--counts 30 300`` for some sizes. Writes
``benchmarks/people.csv`` and ``benchmarks/people.md``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import arviz_stats
import numpy as np
import pandas as pd
import xarray as xr

import petfit
from benchmarks.speed import run, temporary_folder
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model import pymc_model
from petfit.model.design import Design
from petfit.model.specification import read_model
from petfit.settings import TARGET_ACCEPT

HERE = Path(__file__).parent
COUNTS = (30, 300, 3000, 30_000)
LARGEST_PEER = 300
"""The most people of the peer, whose time grows with a power of their number."""

DRAWS = 1000
EC50 = {"A": 5.0, "B": 20.0, "C": 60.0}
OMEGA, EMAX, SIGMA = 0.4, 0.9, 0.06


@dataclass(frozen=True)
class Row:
    """One fit: seconds of the whole process and of sampling, peak memory in MB, and how well it went."""

    people: int
    software: str
    seconds: float
    seconds_sampling: float
    memory: float
    smallest_ess: float
    ess_of_omega: float
    smallest_e_bfmi: float
    failed_checks: str

    @property
    def ess_of_omega_per_second(self) -> float:
        """Effective draws of omega in a second of sampling."""
        return self.ess_of_omega / self.seconds_sampling


def simulate(count: int, seed: int = 1) -> pd.DataFrame:
    """Return a table of people, each with one scan under one of three drugs."""
    rng = np.random.default_rng(seed)
    drug = rng.choice(list(EC50), count)
    centre = pd.Series(drug).map(EC50).to_numpy()
    dose = (centre * rng.choice([0.3, 1.0, 3.0, 8.0], count)).round(1)
    ec50 = centre * np.exp(OMEGA * rng.standard_normal(count))
    value = EMAX * dose / (dose + ec50) + SIGMA * rng.standard_normal(count)
    subject = [f"s{i}" for i in range(count)]
    return pd.DataFrame({"subject": subject, "drug": drug, "dose": dose, "value": value.round(4)})


def fit_with_petfit(table: Path) -> Row:
    """Run ``petfit fit`` and read what it stored."""
    command = Path(sys.executable).with_name("petfit")
    file = table.with_suffix(".nc")
    process = run(command, "fit", table, "-o", file, "--model", "emax", "--draws", DRAWS, "--tune", DRAWS)
    fit = petfit.load(file)
    treatment = "integrated" if fit.attrs["people_integrated"] else "sampled"
    failed = [check.name for check in fit.check() if check.verdict == "FAIL"]
    sampling = float(fit.attrs["seconds_sampling"])
    memory, posterior = process.memory, fit.group("posterior")
    return Row(
        len(fit.design.rows),
        f"petfit, people {treatment}",
        process.seconds,
        sampling,
        memory,
        *_quality(posterior, fit.group("sample_stats")["energy"]),
        ", ".join(failed) or "none",
    )


def fit_with_pymc(table: Path) -> Row:
    """Sample the same model in PyMC through nutpie, every deviation a parameter."""
    import nutpie

    evidence = read_evidence(table)
    design = Design.build(read_model("emax"), evidence, read_drug_table())
    began = time.perf_counter()
    compiled = nutpie.compile_pymc_model(pymc_model.build(design))
    started = time.perf_counter()
    trace = nutpie.sample(
        compiled,
        draws=DRAWS,
        tune=DRAWS,
        chains=4,
        cores=2,
        target_accept=TARGET_ACCEPT,
        seed=1,
        progress_bar=False,
    )
    ended = time.perf_counter()
    energy = trace.sample_stats["energy"]
    quality = _quality(trace.posterior.to_dataset(), energy)
    return Row(len(design.rows), "PyMC and nutpie", ended - began, ended - started, np.nan, *quality, "")


def _quality(posterior: xr.Dataset, energy: xr.DataArray) -> tuple[float, float, float]:
    """Return the smallest bulk ESS of the parameters shared by all people, that of omega, and E-BFMI."""
    shared = [name for name, draws in posterior.data_vars.items() if draws.ndim == 2]
    ess = arviz_stats.ess(posterior[shared], method="bulk")
    smallest = float(ess.to_array().min())
    return smallest, float(ess["omega"]), float(np.min(arviz_stats.bfmi(energy.to_numpy())))


def measure(counts: tuple[int, ...]) -> Iterator[Row]:
    """Yield the rows of each number of people."""
    with temporary_folder() as folder:
        for count in counts:
            table = folder / f"people_{count}.csv"
            simulate(count).to_csv(table, index=False)
            yield fit_with_petfit(table)
            if count <= LARGEST_PEER:
                yield fit_with_pymc(table)


def stored(file: Path, counts: tuple[int, ...]) -> list[Row]:
    """Return the rows in a file that are of other numbers of people."""
    if not file.exists():
        return []
    table = pd.read_csv(file).fillna({"failed_checks": ""})
    rows = [Row(*cells) for cells in table[[*Row.__dataclass_fields__]].itertuples(index=False, name=None)]
    return [row for row in rows if row.people not in counts]


def page(rows: list[Row]) -> str:
    """Return the page with the table."""
    lines = [
        f"| {row.people:,} | {row.software} | {row.seconds:.1f} | {row.seconds_sampling:.1f} | "
        f"{'' if np.isnan(row.memory) else f'{row.memory:.0f}'} | {row.smallest_ess:.0f} | "
        f"{row.ess_of_omega_per_second:.0f} | {row.smallest_e_bfmi:.2f} | {row.failed_checks} |"
        for row in rows
    ]
    return f"""# Many people

Measured by `python -m benchmarks.people` on 2 cores: simulated tables of people with one scan each under
one of three drugs, fitted with the model `emax`; four chains of {DRAWS} warm-up and {DRAWS} kept draws, two
chains at a time, target acceptance {TARGET_ACCEPT:g}. petfit integrates the deviations of people out of the
likelihood; PyMC samples every one. Seconds are those of the whole process, checks, answers and file
included, and of sampling alone; PyMC's first figure is compiling and sampling. The smallest ESS is the
smallest bulk ESS of the parameters shared by all people.

| people | software | s | s sampling | peak MB | smallest ESS | ESS of omega per s | E-BFMI | failed checks |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(lines)}
"""


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS)
    counts = tuple(parser.parse_args().counts)
    rows = stored(HERE / "people.csv", counts)
    for row in measure(counts):
        print(row, flush=True)
        rows.append(row)
    rows.sort(key=lambda row: row.people)
    pd.DataFrame([asdict(row) for row in rows]).to_csv(HERE / "people.csv", index=False)
    (HERE / "people.md").write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
