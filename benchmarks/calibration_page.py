"""Are ranks uniform? Bands for their distribution function, verdicts, figures and the page of `calibrate`.

References
----------
Säilynoja, Bürkner and Vehtari, Stat Comput 2022;32:32 (arXiv 2103.10522), for the simultaneous bands.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from arviz_stats.ecdf_utils import get_pointwise_confidence_band, simulate_confidence_bands
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.scenarios import TABLES, Scenario
from petfit.settings import Settings

__all__ = ["BINS", "BIN_NAMES", "bands", "coverage", "figure", "outside", "page", "write"]

BINS = 20
BIN_NAMES = tuple(f"rank_{i + 1:02d}" for i in range(BINS))
BAND = 0.99
"""Probability that no distribution function of a calibrated scenario leaves its band anywhere."""

WANTED = (0.93, 0.97)
"""Coverage of the dose's 95 % intervals that calls for no explanation."""

_EDGES = np.arange(1, BINS) / BINS
_SIMULATIONS = 20_000
_DOSES = {"typical person": "dose for 80 % of ", "new subject": "new subject's dose for 80 % of "}
_INK, _GREY, _ALARM = "#0072B2", "#D9DEE3", "#D55E00"


@lru_cache
def bands(fits: int, quantities: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and the highest of a distribution function at the inner edges of the bins.

    Parameters
    ----------
    fits : int
        Ranks.
    quantities : int
        Functions that share the error of 1 % (Bonferroni).
    """
    prob, rng = 1 - (1 - BAND) / quantities, np.random.default_rng(1)
    pointwise = simulate_confidence_bands(fits, 1, _EDGES, prob, _SIMULATIONS, rng)
    low, high = get_pointwise_confidence_band(pointwise, fits, _EDGES)
    return np.asarray(low), np.asarray(high)


def _distribution(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return the share of ranks below each inner edge: quantities by edges."""
    counts = table[list(BIN_NAMES)].to_numpy(float)
    return np.asarray(counts.cumsum(axis=1)[:, :-1] / counts.sum(axis=1, keepdims=True))


def outside(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which quantities of one scenario have ranks whose distribution function leaves the band."""
    low, high = bands(int(table["fits"].iloc[0]), len(table))
    found = _distribution(table)
    slack = 1e-9
    return np.asarray(((found < low - slack) | (found > high + slack)).any(axis=1))


def coverage(table: pd.DataFrame, level: float) -> pd.Series:
    """Return how often the central intervals of a level, a multiple of two bins, held the truth."""
    tail = round(BINS * (1 - level) / 2)
    return table[list(BIN_NAMES[tail : BINS - tail])].sum(axis=1) / table["fits"]


def figure(scenario: Scenario, table: pd.DataFrame, columns: int = 6) -> Figure:
    """Return, for each quantity of a scenario, the histogram of ranks over the distribution's difference."""
    down = -(-len(table) // columns)
    drawn = Figure(figsize=(11, 0.7 + 1.7 * down), layout="constrained")
    drawn.suptitle(f"{scenario.model}, {scenario.table}: {table['fits'].iloc[0]} fits", fontsize=10)
    grid = drawn.subplots(2 * down, columns, squeeze=False)
    low, high = bands(int(table["fits"].iloc[0]), len(table))
    away, differences = outside(table), _distribution(table) - _EDGES
    reach = 1.1 * max(float(np.abs(differences).max()), float((high - _EDGES).max()))
    counts = table[list(BIN_NAMES)].to_numpy(float)
    for i in range(down * columns):
        upper, lower = grid[2 * (i // columns), i % columns], grid[2 * (i // columns) + 1, i % columns]
        for axes in (upper, lower):
            axes.set_axis_off()
        if i < len(table):
            colour = _ALARM if away[i] else _INK
            _histogram(upper, counts[i], colour)
            upper.set_title(table["quantity"].iloc[i], fontsize=6.5, color=_ALARM if away[i] else "black")
            _difference(lower, differences[i], low - _EDGES, high - _EDGES, colour)
            lower.set_ylim(-reach, reach)
    return drawn


def _histogram(axes: Axes, counts: NDArray[np.float64], colour: str) -> None:
    axes.stairs(counts, np.linspace(0, 1, BINS + 1), fill=True, color=colour, alpha=0.75)
    axes.axhline(counts.mean(), color="black", linewidth=0.6)
    axes.set_ylim(0, 2.0 * counts.mean())


def _difference(
    axes: Axes,
    difference: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    colour: str,
) -> None:
    at = np.concatenate([[0.0], _EDGES, [1.0]])
    axes.fill_between(at, np.pad(low, 1), np.pad(high, 1), color=_GREY, linewidth=0)
    axes.plot(at, np.pad(difference, 1), color=colour, linewidth=1.1)
    axes.axhline(0.0, color="black", linewidth=0.4)


_COLUMNS = (
    "model",
    "table",
    "fits",
    "verdict",
    "in 50 %",
    "in 90 %",
    "typical person's dose in 95 %",
    "new subject's dose in 95 %",
    "divergent",
    "target acceptance",
    "s/fit",
    "when",
    "commit",
)


def page(table: pd.DataFrame, folder: str = "calibration") -> str:
    """Return the verdicts as Markdown; the figures are in a folder beside it."""
    groups = [(Scenario(str(m), str(t)), group) for (m, t), group in table.groupby(["model", "table"])]
    rows = "".join(_row(scenario, group) for scenario, group in groups)
    named = "".join(_deviations(scenario, group) for scenario, group in groups)
    held = "\n".join(f"- {name}: {what}." for name, what in TABLES.items())
    deviations = (
        "Outside their bands:\n\n| model | table | quantity | in 50 % | in 90 % | in 95 % | low ESS |\n"
        f"|---|---|---|---|---|---|---|\n{named}"
        if named
        else "No quantity is outside its band.\n"
    )
    return f"""# Calibration of the bundled models

By `make calibrate`. Truths are drawn from each model's priors, tables simulated from them, and fitted. Ranks
of the truths among the draws are uniform if the fits are calibrated. The tables hold:

{held}

Simulated ranges are cells of a grid of 5 points, never intervals around what was drawn. `scan` and `scan_vt`
have no table of people alone: their rows are scans.

| {" | ".join(_COLUMNS)} |
|{"---|" * len(_COLUMNS)}
{rows}
The verdict is "uniform" if the distribution function of no quantity's ranks leaves its band at any of
{BINS - 1} points; the bands hold all of a calibrated scenario with probability {BAND:g}. Beside it: how often
the 50 % and the 90 % interval held the truth, the mean over quantities.

The dose is that for 80 % occupancy; each range is over the drugs. An infinite truth is held only by an
infinite upper end. In brackets the mean share of draws in the interval, which is what a calibrated interval
holds: more than 95 % where the upper end is infinite, as all infinite draws then lie on it.
Wanted are {100 * WANTED[0]:.0f} to {100 * WANTED[1]:.0f} %. {_coverage_of_doses(table)}

"Divergent" is the share of fits with at least one divergent draw at these quick settings; none is left out.
petfit itself samples at a target acceptance of {Settings().target_accept:g}. Ranks are among every tenth
draw; "low ESS" is the bulk ESS that 95 % of the fits exceed: below 100, ranks pile up at the ends. A scenario
whose chains are too slow for that at 0.9 is to be run at a higher acceptance, which its row shows.

{deviations}
## Ranks

Above, the histogram of ranks in {BINS} bins; below, their distribution function minus the uniform one, with
its band.

{"".join(f"![{scenario}]({folder}/{scenario}.svg){chr(10)}{chr(10)}" for scenario, _ in groups)}"""


def _coverage_of_doses(table: pd.DataFrame) -> str:
    """Say which coverages of doses are not as wanted, and how far any is from what its draws promise."""
    doses = table[table["quantity"].str.contains("dose for 80 %")]
    if doses.empty:
        return ""
    error = np.sqrt(doses["content"] * (1 - doses["content"]) / doses["fits"])
    most = float(((doses["inside"] - doses["content"]).abs() / error).max())
    odd = doses[~doses["inside"].between(*WANTED)]
    names = "; ".join(
        f"{row['inside']:.3f} where {row['content']:.3f} is expected ({row['model']}, {row['table']}: "
        f"{row['quantity']})"
        for _, row in odd.iterrows()
    )
    said = f"Of {len(doses)} coverages {len(odd) or 'none'} {'are' if len(odd) > 1 else 'is'} outside"
    by_whose = {name: doses[doses["quantity"].str.startswith(prefix)] for name, prefix in _DOSES.items()}
    all_in_all = " and ".join(
        f"{group['inside'].mean():.3f} for a {name} ({group['content'].mean():.3f} expected)"
        for name, group in by_whose.items()
    )
    farthest = (
        f"All in all {all_in_all}. The farthest from what is expected is {most:.1f} standard errors off."
    )
    return f"{said}: {names}. {farthest}" if names else f"{said}. {farthest}"


def _row(scenario: Scenario, table: pd.DataFrame) -> str:
    first, away = table.iloc[0], outside(table)
    verdict = f"{away.sum()} of {len(table)} outside" if away.any() else f"uniform ({len(table)} quantities)"
    inside = [f"{coverage(table, level).mean():.3f}" for level in (0.5, 0.9)]
    doses = [_doses(table, prefix) for prefix in _DOSES.values()]
    run = [f"{100 * first['divergent_fits']:.0f} %", f"{first['target_accept']:g}", f"{first['seconds']:.2f}"]
    cells = [scenario.model, scenario.table, first["fits"], verdict, *inside, *doses, *run]
    return f"| {' | '.join(map(str, [*cells, first['date'], first['commit']]))} |\n"


def _doses(table: pd.DataFrame, prefix: str) -> str:
    of = table[table["quantity"].str.startswith(prefix)]
    if of.empty:
        return "none"
    least, most = of["inside"].min(), of["inside"].max()
    span = f"{least:.3f}" if len(of) == 1 else f"{least:.3f} to {most:.3f}"
    return f"{span} ({of['content'].mean():.3f})"


def _deviations(scenario: Scenario, table: pd.DataFrame) -> str:
    return "".join(
        f"| {scenario.model} | {scenario.table} | {row['quantity']} | {row['half']:.3f} | {row['most']:.3f} "
        f"| {row['inside']:.3f} | {row['ess_low']:.0f} |\n"
        for _, row in table.assign(half=coverage(table, 0.5), most=coverage(table, 0.9))[
            outside(table)
        ].iterrows()
    )


def write(table: pd.DataFrame, output: Path, scenario: Scenario) -> None:
    """Write the page of all results, and the figure of one scenario if there are results of it."""
    output.with_suffix(".md").write_text(page(table, output.name), encoding="utf-8")
    chosen = table[(table["model"] == scenario.model) & (table["table"] == scenario.table)]
    if len(chosen):
        output.mkdir(exist_ok=True)
        with mpl.rc_context({"svg.hashsalt": "petfit", "svg.fonttype": "none", "text.parse_math": False}):
            figure(scenario, chosen).savefig(output / f"{scenario}.svg", metadata={"Date": None})
