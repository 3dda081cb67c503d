"""Simulation-based calibration: do intervals contain parameters drawn from the prior as often as they should?

Run ``make calibrate``, or ``python -m benchmarks.calibrate --models emax --fits 100`` for some scenarios.
The results of the selected scenarios are replaced in ``benchmarks/calibration.csv``,
``benchmarks/calibration.md`` and ``benchmarks/calibration/``. ``--fits 0``
redraws page and figures from the stored results.

References
----------
Cook, Gelman and Rubin, J Comput Graph Stat 2006;15:675-692; Talts et al., arXiv 1804.06788.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from arviz_stats.base import array_stats
from numpy.typing import NDArray

from benchmarks.calibration_page import BIN_NAMES, BINS, write
from benchmarks.scenarios import SCENARIOS, TABLES, Scenario, make_design
from petfit.inference import workers as engine
from petfit.model.design import Design
from petfit.planning.simulation import with_simulated_values
from petfit.planning.truth import Draws, as_fit
from petfit.results.curve_draws import curve_draws
from petfit.results.populations import can_predict_for
from petfit.results.quantiles import PROB, quantile
from petfit.settings import Settings

HERE = Path(__file__).parent
QUICK = Settings(draws=500, tune=400, chains=2, cores=1, target_accept=0.9)
"""Enough for ranks and interval ends, but not for reported results."""

THINNING = 10
"""Thinning interval of the draws that truths are ranked among: ranks need nearly independent draws."""

CHUNK = 50
"""Number of fits that one process makes from one seed."""


def simulate(design: Design, rng: np.random.Generator) -> tuple[Design, Draws]:
    """Return the design with simulated values in its rows, and the parameters they were simulated from."""
    truth = {name: values[0] for name, values in design.draw_prior(rng, 1).items()}
    return with_simulated_values(design, truth, rng), truth


def quantities(design: Design, draws: Draws, rng: np.random.Generator | None = None) -> Draws:
    """Return the checked quantities: every scalar, and EC50, Emax, Hill and dose for 80 % of each drug.

    Parameters
    ----------
    design : Design
        The design of the fit.
    draws : dict of str to array
        Scalars and effects, with any leading axes.
    rng : numpy.random.Generator, optional
        Adds the dose for 80 % of a new subject, simulated for each draw.
    """
    values = {name: np.asarray(draws[name]) for name in design.scalar_priors}
    typical = curve_draws(as_fit(design, draws), "typical")
    for name, parameter in typical.parameters.items():
        if design.spec.parameters[name].fixed is None:
            values |= _by_drug(name, design, parameter)
    values |= _by_drug("dose for 80 %", design, typical.exposure([0.8])[..., 0])
    if rng is not None and can_predict_for(design, "new_subject"):
        subject = curve_draws(as_fit(design, draws, rng), "new_subject")
        values |= _by_drug("new subject's dose for 80 %", design, subject.exposure([0.8])[..., 0])
    return values


def _by_drug(name: str, design: Design, values: NDArray[np.float64]) -> Draws:
    return {f"{name} of {drug}": values[..., i] for i, drug in enumerate(design.drugs)}


def rank_truths(
    scenario: Scenario, count: int, seed: tuple[int, ...], target_accept: float | None = QUICK.target_accept
) -> list[dict[str, object]]:
    """Fit `count` simulated tables; return a record for each fit and quantity, see `compare_with_draws`."""
    from petfit.inference import sample

    design, rng = make_design(scenario), np.random.default_rng(list(seed))
    records: list[dict[str, object]] = []
    for fit in range(count):
        simulated, truth = simulate(design, rng)
        settings = replace(QUICK, seed=int(rng.integers(2**31)), target_accept=target_accept)
        sampled = sample.sample(simulated, settings)
        run = {"fit": f"{seed} {fit}", "divergent": int(sampled.stats["diverging"].sum())}
        draws, true = quantities(simulated, sampled.draws, rng), quantities(simulated, truth, rng)
        records += [
            {**run, "quantity": name, **compare_with_draws(draws[name], true[name], rng)} for name in draws
        ]
    return records


def compare_with_draws(
    draws: NDArray[np.float64], true: NDArray[np.float64], rng: np.random.Generator
) -> dict[str, object]:
    """Locate a true value among draws (chain, draw).

    Returns
    -------
    dict
        ``rank``, among thinned draws; ``inside``, whether the 95 % interval contains the true value;
        ``content``, the share of draws in the interval, which exceeds 95 % where its upper end is infinite;
        ``ess``, the bulk ESS, computed on the inverse where draws are infinite.
    """
    low, high = quantile(draws, [(1 - PROB) / 2, (1 + PROB) / 2])
    finite = draws if np.isfinite(draws).all() else 1.0 / draws
    return {
        "rank": rank(draws[:, THINNING - 1 :: THINNING], true, rng),
        "inside": bool(low <= true <= high),
        "content": float(np.mean((draws >= low) & (draws <= high))),
        "ess": float(array_stats.ess(finite, method="bulk")) if np.ptp(finite) > 0 else np.nan,
    }


def rank(draws: NDArray[np.float64], true: NDArray[np.float64], rng: np.random.Generator) -> float:
    """Return the rank of a true value among draws, scaled to 0 to 1: uniform if calibrated.

    Ties, such as infinite doses, are broken at random, and the rank is jittered to be continuous.
    """
    below, equal = np.sum(draws < true), np.sum(draws == true)
    return float((below + (equal + 1) * rng.random()) / (draws.size + 1))


def summary(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return, by quantity, the coverage of the 95 % interval and the histogram of ranks."""
    groups = ranks.groupby("quantity", sort=False)
    table = groups.agg(
        fits=("rank", "size"), inside=("inside", "mean"), content=("content", "mean")
    ).reset_index()
    table["ess_low"] = groups["ess"].quantile(0.05).to_numpy()
    table["divergent_fits"] = float((ranks.groupby("fit")["divergent"].first() > 0).mean())
    counts = [np.histogram(group["rank"], BINS, (0.0, 1.0))[0] for _, group in groups]
    return table.join(pd.DataFrame(counts, columns=list(BIN_NAMES)))


def merge_results(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the results in a file, with those of the scenarios in `table` replaced."""
    if not path.exists():
        return table
    stored = pd.read_csv(path, dtype={"commit": str})
    scenarios = set(zip(table["model"], table["table"], strict=True))
    others = [pair not in scenarios for pair in zip(stored["model"], stored["table"], strict=True)]
    return pd.concat([stored[others], table], ignore_index=True)


type Chunk = tuple[Scenario, int, tuple[int, ...], float]
"""The arguments of `rank_truths`."""


def rank_chunk(chunk: Chunk) -> list[dict[str, object]]:
    """Fit the tables of one chunk."""
    return rank_truths(*chunk)


def calibrate(scenario: Scenario, options: argparse.Namespace) -> pd.DataFrame:
    """Fit the simulated tables of a scenario in worker processes, and summarise them."""
    began = time.perf_counter()
    counts = [min(CHUNK, options.fits - done) for done in range(0, options.fits, CHUNK)]
    chunks = [(scenario, count, (options.seed, i), options.target_accept) for i, count in enumerate(counts)]
    parts = dict(
        engine.run(
            rank_chunk,
            chunks,
            workers=options.processes,
            scheduler=options.scheduler,
            title=str(scenario),
        )
    )
    records: list[dict[str, object]] = []
    for i in range(len(chunks)):
        part = parts[i]
        if isinstance(part, engine.Failure):
            raise RuntimeError(f"{scenario}, fits from {CHUNK * i}: {part.reason}")
        records += part
    results = summary(pd.DataFrame(records))
    run: Mapping[str, object] = {
        "target_accept": options.target_accept,
        "seconds": (time.perf_counter() - began) / options.fits,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit(),
    }
    return pd.DataFrame({"model": scenario.model, "table": scenario.table, **results, **run})


def commit() -> str:
    """Return the commit of the working tree."""
    git = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def main() -> None:
    """Calibrate the selected scenarios and write results, page and figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    models = list(dict.fromkeys(scenario.model for scenario in SCENARIOS))
    parser.add_argument("--models", nargs="+", default=models, choices=models)
    parser.add_argument("--tables", nargs="+", default=list(TABLES), choices=list(TABLES))
    parser.add_argument("--fits", type=int, default=1000, help="tables per scenario; 0 redraws the page")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--scheduler", help="the address of a Dask scheduler instead of processes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target-accept", type=float, default=QUICK.target_accept)
    parser.add_argument("--output", type=Path, default=HERE / "calibration")
    options = parser.parse_args()
    path = options.output.with_suffix(".csv")
    scenarios = [s for s in SCENARIOS if s.model in options.models and s.table in options.tables]
    for scenario in scenarios:
        if options.fits:
            results = calibrate(scenario, options)
            merge_results(results, path).to_csv(path, index=False, float_format="%.4f")
            print(f"{scenario}: {results['seconds'].iloc[0]:.2f} s a fit", flush=True)
        write(pd.read_csv(path, dtype={"commit": str}), options.output, scenario)


if __name__ == "__main__":
    main()
