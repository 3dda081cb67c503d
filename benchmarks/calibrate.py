"""Simulation-based calibration: do intervals hold truths drawn from the prior as often as they should?

Run it with ``make calibrate`` (or ``python -m benchmarks.calibrate --models emax --fits 100``). Each fit goes
through one compiled model; two processes share the fits. It renews the models asked for in
``benchmarks/calibration.csv`` and ``benchmarks/calibration.md``, and keeps the others.

References
----------
Cook, Gelman and Rubin, J Comput Graph Stat 2006;15:675-692; Talts et al., arXiv 1804.06788.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from benchmarks.designs import layout_of
from petfit import likelihood
from petfit.bundled import models_folder
from petfit.layout import Layout
from petfit.ops import NUMPY
from petfit.settings import Settings

HERE = Path(__file__).parent
CELL = 0.05
"""Width of the fixed grid whose cells are the simulated bounds of a mean; extremes are what was simulated."""

QUICK = Settings(draws=200, tune=400, chains=2, cores=1, target_accept=0.9)
"""Enough for a rank; not for an answer."""

LEVELS = (0.5, 0.9)
type Draws = dict[str, NDArray[np.float64]]


def simulate(layout: Layout, rng: np.random.Generator) -> tuple[Layout, Draws]:
    """Return the layout with simulated numbers in its rows, and the truth behind them."""
    truth = {name: values[0] for name, values in layout.draw_prior(rng, 1).items()}
    made = likelihood.simulate(rng, layout, truth)
    rows = layout.rows.copy()
    told_as_extremes = np.isfinite(made["low"])
    bounded = (rows["level"] == "range").to_numpy() & ~told_as_extremes
    rows["value"] = np.where(bounded | told_as_extremes, np.nan, made["value"])
    rows["sd"], rows["se"] = made["sd"], np.nan
    cell = np.floor(made["value"] / CELL) * CELL
    rows["low"] = np.where(bounded, cell, made["low"])
    rows["high"] = np.where(bounded, cell + CELL, made["high"])
    return replace(layout, rows=rows), truth


def quantities(layout: Layout, draws: Draws) -> Draws:
    """Return what is checked: every scalar, and EC50, Emax and the dose for 80 % of each drug."""
    found = {name: np.asarray(draws[name]) for name in layout.scalars}
    question = pd.DataFrame({"drug": list(layout.drugs)}).assign(person="", n=1.0)
    for factor in layout.spec.factors:
        if factor != "drug":
            question[factor] = layout.spec.answers_for.get(factor, "")
    leading = layout.leading(draws)
    parameters = layout.parameters(NUMPY, draws, layout.design(question))
    whole = {
        name: np.broadcast_to(values, (*leading, len(layout.drugs))) for name, values in parameters.items()
    }
    dose = layout.curve.exposure(0.8, **whole)
    for i, drug in enumerate(layout.drugs):
        found |= {f"{name} of {drug}": values[..., i] for name, values in whole.items()}
        found[f"dose for 80 % of {drug}"] = dose[..., i]
    return {name: values for name, values in found.items() if name.split()[0] not in _constants(layout)}


def _constants(layout: Layout) -> set[str]:
    return {name for name, parameter in layout.spec.parameters.items() if parameter.fixed is not None}


def fits(
    model: str, count: int, seed: int, target_accept: float = QUICK.target_accept
) -> list[dict[str, object]]:
    """Fit `count` simulated tables; return, for each quantity, where the truth ranks among its draws."""
    from petfit import sampling

    layout, rng = layout_of(model), np.random.default_rng(seed)
    found: list[dict[str, object]] = []
    for fit in range(count):
        simulated, truth = simulate(layout, rng)
        settings = replace(QUICK, seed=int(rng.integers(2**31)), target_accept=target_accept)
        sampled = sampling.sample(simulated, settings)
        divergent = int(sampled.stats["diverging"].sum())
        drawn, true = quantities(simulated, sampled.draws), quantities(simulated, truth)
        for name, draws in drawn.items():
            found.append(
                {
                    "model": model,
                    "fit": f"{seed}/{fit}",
                    "quantity": name,
                    "rank": rank(draws, true[name], rng),
                    "divergent": divergent,
                }
            )
    return found


def rank(draws: NDArray[np.float64], true: NDArray[np.float64], rng: np.random.Generator) -> float:
    """Return the share of draws below the truth; among equals, such as infinite doses, it stands anywhere."""
    return float(np.mean(draws < true) + np.mean(draws == true) * rng.random())


def coverage(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return, by model and quantity, the share of truths inside the central 50 and 90 % of the draws."""
    rows = []
    for (model, quantity), group in ranks.groupby(["model", "quantity"], sort=False):
        row: dict[str, object] = {"model": model, "quantity": quantity, "fits": len(group)}
        for level in LEVELS:
            inside = (group["rank"] - 0.5).abs() <= level / 2
            error = math.sqrt(level * (1 - level) / len(group))
            row |= {f"coverage_{level:g}": inside.mean(), f"z_{level:g}": (inside.mean() - level) / error}
        row["divergent_fits"] = float((group["divergent"] > 0).mean())
        rows.append(row)
    return pd.DataFrame(rows)


def kept(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the results in a file, those of the models in `table` replaced by it."""
    if not path.exists():
        return table
    older = pd.read_csv(path, dtype={"commit": str})
    return pd.concat([older[~older["model"].isin(table["model"])], table], ignore_index=True)


_COLUMNS = (
    "model",
    "fits",
    "quantities",
    "in 50 %: mean (range)",
    "in 90 %: mean (range)",
    "largest z",
    "divergent",
    "target acceptance",
    "s/fit",
    "when",
    "commit",
)


def page(table: pd.DataFrame) -> str:
    """Return the verdicts as Markdown."""
    head = f"""# Calibration of the bundled models

By `make calibrate`. Truths are drawn from each model's priors, tables simulated from them (ranges as cells
of a grid of {100 * CELL:g} points), and fitted with {QUICK.chains} chains of {QUICK.draws} draws. A
calibrated model holds the truth in its 50 % interval half of the time and in its 90 % interval nine times in
ten.

| {" | ".join(_COLUMNS)} |
|{"---|" * len(_COLUMNS)}
"""
    rows = "".join(_verdict(str(model), group) for model, group in table.groupby("model"))
    worst = table.assign(z=_largest_z(table)).nlargest(10, "z")
    named = "".join(
        f"| {row['model']} | {row['quantity']} | {row['coverage_0.5']:.3f} | {row['coverage_0.9']:.3f} "
        f"| {row['z']:.1f} |\n"
        for _, row in worst.iterrows()
    )
    count = len(LEVELS) * len(table)
    limit = float(stats.norm.isf(0.005 / count))
    return f"""{head}{rows}
"Divergent" is the share of fits with at least one divergent draw at these quick settings; none is left out.
Draws of a small residual SD are what diverges: a quick sampler shies away from the corner where sigma is near
0, which the prior of `ssri` leaves open, so that sigma is held too rarely there. petfit itself samples at a
target acceptance of {Settings().target_accept:g}.

The ten quantities farthest from their nominal coverage:

| model | quantity | 50 % | 90 % | z |
|---|---|---|---|---|
{named}
Of {count} coverages all are expected within {limit:.1f} standard errors, with probability 0.99.
"""


def _verdict(model: str, group: pd.DataFrame) -> str:
    cells = [group[f"coverage_{level:g}"] for level in LEVELS]
    spans = " | ".join(f"{cell.mean():.3f} ({cell.min():.3f} to {cell.max():.3f})" for cell in cells)
    first = group.iloc[0]
    counts, worst = f"{first['fits']} | {len(group)}", f"{_largest_z(group).max():.1f}"
    run = f"{100 * first['divergent_fits']:.0f} % | {first['target_accept']:g} | {first['seconds']:.2f}"
    return f"| {model} | {counts} | {spans} | {worst} | {run} | {first['date']} | {first['commit']} |\n"


def _commit() -> str:
    git = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _largest_z(table: pd.DataFrame) -> pd.Series:
    return table[[f"z_{level:g}" for level in LEVELS]].abs().max(axis=1)


def _shares(count: int, processes: int) -> Iterator[int]:
    for i in range(processes):
        yield count // processes + (i < count % processes)


def main() -> None:
    """Calibrate the models asked for and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    every = sorted(file.stem for file in models_folder().glob("*.toml"))
    parser.add_argument("--models", nargs="+", default=every, choices=every)
    parser.add_argument("--fits", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target-accept", type=float, default=QUICK.target_accept)
    parser.add_argument("--output", type=Path, default=HERE / "calibration")
    asked = parser.parse_args()
    path = asked.output.with_suffix(".csv")
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        for model in asked.models:
            began = time.perf_counter()
            shares = list(_shares(asked.fits, asked.processes))
            seeds = [asked.seed + 1000 * i for i in range(len(shares))]
            accept = [asked.target_accept] * len(shares)
            parts = pool.map(fits, [model] * len(shares), shares, seeds, accept)
            found = coverage(pd.DataFrame([row for part in parts for row in part])).assign(
                target_accept=asked.target_accept,
                seconds=(time.perf_counter() - began) / asked.fits,
                date=f"{datetime.now(UTC):%Y-%m-%d}",
                commit=_commit(),
            )
            table = kept(found, path)
            table.to_csv(path, index=False, float_format="%.4f")
            asked.output.with_suffix(".md").write_text(page(table), encoding="utf-8")
            print(f"{model}: {found['seconds'].iloc[0]:.2f} s a fit", flush=True)


if __name__ == "__main__":
    main()
