"""Simulation-based calibration: do intervals hold truths drawn from the prior as often as they should?

Run it with ``make calibrate`` (or ``python -m benchmarks.calibrate --models emax --fits 100``). The
processes share the fits. It renews the scenarios asked for in ``benchmarks/calibration.csv``,
``benchmarks/calibration.md`` and ``benchmarks/calibration/``, and keeps the others; ``--fits 0`` draws page
and figures anew from what is kept.

References
----------
Cook, Gelman and Rubin, J Comput Graph Stat 2006;15:675-692; Talts et al., arXiv 1804.06788.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, repeat
from multiprocessing import get_context
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from arviz_stats.base import array_stats
from numpy.typing import NDArray

from benchmarks.calibration_page import BIN_NAMES, BINS, write
from benchmarks.scenarios import SCENARIOS, TABLES, Scenario, make_design
from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.specification import ModelSpec
from petfit.results.curve_draws import can_predict_for, curve_draws
from petfit.results.quantiles import PROB, quantile
from petfit.settings import Settings

HERE = Path(__file__).parent
CELL = 0.05
"""Width of the fixed grid whose cells are the simulated bounds of a mean; extremes are what was simulated."""

QUICK = Settings(draws=500, tune=400, chains=2, cores=1, target_accept=0.9)
"""Enough for a rank and the ends of an interval; not for an answer."""

THINNED = 10
"""Every which draw is ranked against, so that neighbours are nearly independent, as ranks need."""

CHUNK = 50
"""Fits from one seed, done by one process."""

type Draws = dict[str, NDArray[np.float64]]


def simulate(design: Design, rng: np.random.Generator) -> tuple[Design, Draws]:
    """Return the layout with simulated numbers in its rows, and the truth behind them."""
    truth = {name: values[0] for name, values in design.draw_prior(rng, 1).items()}
    made = likelihood.simulate(rng, design, truth)
    rows = design.rows.copy()
    told_as_extremes = np.isfinite(made["low"])
    bounded = (rows["level"] == "range").to_numpy() & ~told_as_extremes
    rows["value"] = np.where(bounded | told_as_extremes, np.nan, made["value"])
    rows["sd"], rows["se"] = made["sd"], np.nan
    cell = np.floor(made["value"] / CELL) * CELL
    rows["low"] = np.where(bounded, cell, made["low"])
    rows["high"] = np.where(bounded, cell + CELL, made["high"])
    return replace(design, rows=rows), truth


@dataclass(frozen=True)
class _Fitted:
    """What answers read of a fit."""

    design: Design
    posterior: Draws
    new_levels: Draws

    @property
    def spec(self) -> ModelSpec:
        return self.design.spec


def quantities(design: Design, draws: Draws, rng: np.random.Generator | None = None) -> Draws:
    """Return what is checked: every scalar, and EC50, Emax, Hill and the dose for 80 % of each drug.

    Parameters
    ----------
    design : Design
        The model's.
    draws : dict of str to array
        Scalars and effects, with any leading axes.
    rng : numpy.random.Generator, optional
        Draws one new person for each draw, whose dose for 80 % is then told too.
    """
    found = {name: np.asarray(draws[name]) for name in design.scalar_priors}
    typical = curve_draws(_fitted(design, draws), "typical")
    for name, values in typical.parameters.items():
        if design.spec.parameters[name].fixed is None:
            found |= _by_drug(name, design, values)
    found |= _by_drug("dose for 80 %", design, typical.exposure([0.8])[..., 0])
    if rng is not None and can_predict_for(design, "new_subject"):
        newcomer = curve_draws(_fitted(design, draws, rng), "new_subject")
        found |= _by_drug("new subject's dose for 80 %", design, newcomer.exposure([0.8])[..., 0])
    return found


def _by_drug(name: str, design: Design, values: NDArray[np.float64]) -> Draws:
    return {f"{name} of {drug}": values[..., i] for i, drug in enumerate(design.drugs)}


def _fitted(design: Design, draws: Draws, rng: np.random.Generator | None = None) -> Fit:
    shape = design.draw_shape(draws)
    pools = [effect.name for effect in design.effects if effect.scale]
    new = {name: np.zeros(shape) if rng is None else rng.standard_normal(shape) for name in pools}
    return cast(Fit, _Fitted(design, draws, new))


def fits(
    scenario: Scenario, count: int, seed: tuple[int, ...], target_accept: float = QUICK.target_accept
) -> list[dict[str, object]]:
    """Fit `count` simulated tables; return, for each quantity, how the truth lies among its draws."""
    from petfit.inference import sample

    design, rng = make_design(scenario), np.random.default_rng(list(seed))
    found: list[dict[str, object]] = []
    for fit in range(count):
        simulated, truth = simulate(design, rng)
        settings = replace(QUICK, seed=int(rng.integers(2**31)), target_accept=target_accept)
        sampled = sample.sample(simulated, settings)
        run = {"fit": f"{seed} {fit}", "divergent": int(sampled.stats["diverging"].sum())}
        drawn, true = quantities(simulated, sampled.draws, rng), quantities(simulated, truth, rng)
        found += [{**run, "quantity": name, **held(drawn[name], true[name], rng)} for name in drawn]
    return found


def held(
    draws: NDArray[np.float64], true: NDArray[np.float64], rng: np.random.Generator
) -> dict[str, object]:
    """Return how a truth lies among draws (chain, draw).

    Returns
    -------
    dict
        ``rank`` among thinned draws; whether the truth is ``inside`` the 95 % interval, ends included, and
        the share of draws that are, its ``content``: more than 95 % where the upper end is infinite, as all
        infinite draws then lie on it; bulk ``ess``, of the inverse where draws are infinite.
    """
    low, high = quantile(draws, [(1 - PROB) / 2, (1 + PROB) / 2])
    finite = draws if np.isfinite(draws).all() else 1.0 / draws
    return {
        "rank": rank(draws[:, THINNED - 1 :: THINNED], true, rng),
        "inside": bool(low <= true <= high),
        "content": float(np.mean((draws >= low) & (draws <= high))),
        "ess": float(array_stats.ess(finite, method="bulk")) if np.ptp(finite) > 0 else np.nan,
    }


def rank(draws: NDArray[np.float64], true: NDArray[np.float64], rng: np.random.Generator) -> float:
    """Return the rank of a truth among draws, as a number from 0 to 1 that is uniform if calibrated.

    Ranks are whole numbers; where in its step, or among equals such as infinite doses, the truth stands is
    drawn at random.
    """
    below, equal = np.sum(draws < true), np.sum(draws == true)
    return float((below + (equal + 1) * rng.random()) / (draws.size + 1))


def summary(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return, by quantity, how often the 95 % interval held the truth, and the histogram of ranks."""
    groups = ranks.groupby("quantity", sort=False)
    table = groups.agg(
        fits=("rank", "size"), inside=("inside", "mean"), content=("content", "mean")
    ).reset_index()
    table["ess_low"] = groups["ess"].quantile(0.05).to_numpy()
    table["divergent_fits"] = float((ranks.groupby("fit")["divergent"].first() > 0).mean())
    counts = [np.histogram(group["rank"], BINS, (0.0, 1.0))[0] for _, group in groups]
    return table.join(pd.DataFrame(counts, columns=list(BIN_NAMES)))


def kept(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the results in a file, those of the scenarios in `table` replaced by it."""
    if not path.exists():
        return table
    older = pd.read_csv(path, dtype={"commit": str})
    renewed = set(zip(table["model"], table["table"], strict=True))
    others = [pair not in renewed for pair in zip(older["model"], older["table"], strict=True)]
    return pd.concat([older[others], table], ignore_index=True)


def calibrate(scenario: Scenario, asked: argparse.Namespace, pool: Executor) -> pd.DataFrame:
    """Fit the simulated tables of one scenario, shared by the processes, and sum them up."""
    began = time.perf_counter()
    counts = [min(CHUNK, asked.fits - done) for done in range(0, asked.fits, CHUNK)]
    seeds = [(asked.seed, i) for i in range(len(counts))]
    parts = pool.map(fits, repeat(scenario), counts, seeds, repeat(asked.target_accept))
    records: list[dict[str, object]] = []
    for count, part in zip(accumulate(counts), parts, strict=True):
        records += part
        print(f"{scenario}: {count} of {asked.fits}", flush=True)
    found = summary(pd.DataFrame(records))
    run: Mapping[str, object] = {
        "target_accept": asked.target_accept,
        "seconds": (time.perf_counter() - began) / asked.fits,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": _commit(),
    }
    return pd.DataFrame({"model": scenario.model, "table": scenario.table, **found, **run})


def _commit() -> str:
    git = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def main() -> None:
    """Calibrate the scenarios asked for, write their ranks, and draw page and figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    models = list(dict.fromkeys(scenario.model for scenario in SCENARIOS))
    parser.add_argument("--models", nargs="+", default=models, choices=models)
    parser.add_argument("--tables", nargs="+", default=list(TABLES), choices=list(TABLES))
    parser.add_argument("--fits", type=int, default=1000, help="0 draws page and figures anew")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target-accept", type=float, default=QUICK.target_accept)
    parser.add_argument("--output", type=Path, default=HERE / "calibration")
    asked = parser.parse_args()
    path = asked.output.with_suffix(".csv")
    chosen = [one for one in SCENARIOS if one.model in asked.models and one.table in asked.tables]
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        for scenario in chosen:
            if asked.fits:
                found = calibrate(scenario, asked, pool)
                kept(found, path).to_csv(path, index=False, float_format="%.4f")
                print(f"{scenario}: {found['seconds'].iloc[0]:.2f} s a fit", flush=True)
            write(pd.read_csv(path, dtype={"commit": str}), asked.output, scenario)


if __name__ == "__main__":
    main()
