"""Page and figures of the calibration: rank histograms, simultaneous bands of the ECDF, coverage.

References
----------
Säilynoja, Bürkner and Vehtari, Stat Comput 2022;32:32 (arXiv 2103.10522): simultaneous bands.
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
from petfit.settings import CAUTIOUS_TARGET_ACCEPT, TARGET_ACCEPT

__all__ = [
    "BINS",
    "BIN_NAMES",
    "confidence_bands",
    "coverage",
    "figure",
    "is_outside_band",
    "to_markdown",
    "write",
]

BINS = 20
BIN_NAMES = tuple(f"rank_{i + 1:02d}" for i in range(BINS))
BAND = 0.99
"""Probability that all ECDFs of a calibrated scenario stay inside their bands."""

ACCEPTED_COVERAGE = (0.93, 0.97)
"""Coverage of a dose's 95 % interval that is not listed on the page."""

_EDGES = np.arange(1, BINS) / BINS
_SIMULATIONS = 20_000
_DOSES = {"typical person": "dose for 80 % of ", "new subject": "new subject's dose for 80 % of "}
_INK, _GREY, _ALARM = "#0072B2", "#D9DEE3", "#D55E00"


@lru_cache
def confidence_bands(fits: int, quantities: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper limit of the ECDF of uniform ranks at the inner edges of the bins.

    Parameters
    ----------
    fits : int
        Number of ranks.
    quantities : int
        Number of ECDFs that share the error of 1 % (Bonferroni).
    """
    prob, rng = 1 - (1 - BAND) / quantities, np.random.default_rng(1)
    pointwise = simulate_confidence_bands(fits, 1, _EDGES, prob, _SIMULATIONS, rng)
    low, high = get_pointwise_confidence_band(pointwise, fits, _EDGES)
    return np.asarray(low), np.asarray(high)


def _ecdf(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return the share of ranks below each inner edge of the bins (quantity, edge)."""
    counts = table[list(BIN_NAMES)].to_numpy(float)
    return np.asarray(counts.cumsum(axis=1)[:, :-1] / counts.sum(axis=1, keepdims=True))


def is_outside_band(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return, for each quantity of a scenario, whether the ECDF of its ranks leaves the band."""
    low, high = confidence_bands(int(table["fits"].iloc[0]), len(table))
    ecdf, tolerance = _ecdf(table), 1e-9
    return np.asarray(((ecdf < low - tolerance) | (ecdf > high + tolerance)).any(axis=1))


def coverage(table: pd.DataFrame, level: float) -> pd.Series:
    """Return the coverage of the central interval of a level, which must be a multiple of two bins."""
    tail = round(BINS * (1 - level) / 2)
    return table[list(BIN_NAMES[tail : BINS - tail])].sum(axis=1) / table["fits"]


def figure(scenario: Scenario, table: pd.DataFrame, columns: int = 6) -> Figure:
    """Return, for each quantity of a scenario, the histogram of ranks and the ECDF minus the uniform one."""
    n_rows = -(-len(table) // columns)
    canvas = Figure(figsize=(11, 0.7 + 1.7 * n_rows), layout="constrained")
    canvas.suptitle(f"{scenario.model}, {scenario.table}: {table['fits'].iloc[0]} fits", fontsize=10)
    grid = canvas.subplots(2 * n_rows, columns, squeeze=False)
    low, high = confidence_bands(int(table["fits"].iloc[0]), len(table))
    flagged, differences = is_outside_band(table), _ecdf(table) - _EDGES
    limit = 1.1 * max(float(np.abs(differences).max()), float((high - _EDGES).max()))
    counts = table[list(BIN_NAMES)].to_numpy(float)
    for i in range(n_rows * columns):
        upper, lower = grid[2 * (i // columns), i % columns], grid[2 * (i // columns) + 1, i % columns]
        for axes in (upper, lower):
            axes.set_axis_off()
        if i < len(table):
            colour = _ALARM if flagged[i] else _INK
            _histogram(upper, counts[i], colour)
            upper.set_title(table["quantity"].iloc[i], fontsize=6.5, color=_ALARM if flagged[i] else "black")
            _difference(lower, differences[i], low - _EDGES, high - _EDGES, colour)
            lower.set_ylim(-limit, limit)
    return canvas


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
    x = np.concatenate([[0.0], _EDGES, [1.0]])
    axes.fill_between(x, np.pad(low, 1), np.pad(high, 1), color=_GREY, linewidth=0)
    axes.plot(x, np.pad(difference, 1), color=colour, linewidth=1.1)
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
    "date",
    "commit",
)


def to_markdown(table: pd.DataFrame, folder: str = "calibration") -> str:
    """Return the page, which shows the figures in a folder next to it."""
    groups = [(Scenario(str(m), str(t)), group) for (m, t), group in table.groupby(["model", "table"])]
    rows = "".join(_row(scenario, group) for scenario, group in groups)
    deviating = "".join(_deviations(scenario, group) for scenario, group in groups)
    used = {scenario.table for scenario, _ in groups}
    kinds = "\n".join(f"- {name}: {contents}." for name, contents in TABLES.items() if name in used)
    deviations = (
        "Outside their bands, with the 5 % quantile of the bulk ESS over fits (below 100, ranks pile up at "
        "the ends):\n\n| model | table | quantity | in 50 % | in 90 % | in 95 % | low ESS |\n"
        f"|---|---|---|---|---|---|---|\n{deviating}"
        if deviating
        else "No quantity is outside its band.\n"
    )
    return f"""# Calibration of the bundled models

Written by `make calibrate`. Parameters are drawn from the priors of each model, tables are simulated from
them, and the model is fitted to each table. If the fits are calibrated, the ranks of the true parameters
among the posterior draws are uniform (simulation-based calibration). The tables contain:

{kinds}

Simulated ranges are cells of a fixed grid 5 percentage points wide, not intervals around the simulated mean.
`scan` and `scan_vt` are fitted to scans, so they have no table "people".

| {" | ".join(_COLUMNS)} |
|{"---|" * len(_COLUMNS)}
{rows}
The verdict is "uniform" if the empirical distribution function of the ranks stays inside its band at all
{BINS - 1} points for every quantity. With probability {BAND:g} no quantity of a calibrated scenario leaves
its band. "In 50 %" and "in 90 %" are the coverages of these intervals, averaged over quantities.

The dose is the dose for 80 % occupancy, and its coverages are a range over drugs. An infinite true dose is
covered only by an infinite upper end. The number in brackets is the expected coverage, the mean share of
draws in the interval: it exceeds 95 % because an interval with an infinite upper end contains all infinite
draws. Coverages from {100 * ACCEPTED_COVERAGE[0]:.0f} to {100 * ACCEPTED_COVERAGE[1]:.0f} % are not listed.
{_coverage_of_doses(table)}

"Divergent" is the share of fits with at least one divergent draw at these quick settings; no fit is excluded.
By default petfit samples at a target acceptance of {TARGET_ACCEPT:g},
and again at {CAUTIOUS_TARGET_ACCEPT:g} if a draw diverges. Ranks are computed among
every tenth draw. Scenarios that mix too slowly at 0.9 are run at the higher target acceptance shown in their
row.

{deviations}
## Ranks

Top: histogram of the ranks in {BINS} bins. Bottom: empirical distribution function of the ranks minus the
uniform one, with its band.

{"".join(f"![{scenario}]({folder}/{scenario}.svg){chr(10)}{chr(10)}" for scenario, _ in groups)}"""


def _coverage_of_doses(table: pd.DataFrame) -> str:
    """Name the coverages outside `ACCEPTED_COVERAGE` and give the largest deviation from the expected."""
    doses = table[table["quantity"].str.contains("dose for 80 %")]
    if doses.empty:
        return ""
    error = np.sqrt(doses["content"] * (1 - doses["content"]) / doses["fits"])
    largest = float(((doses["inside"] - doses["content"]).abs() / error).max())
    listed = doses[~doses["inside"].between(*ACCEPTED_COVERAGE)]
    names = "; ".join(
        f"{row['inside']:.3f} (expected {row['content']:.3f}; {row['model']}, {row['table']}: "
        f"{row['quantity']})"
        for _, row in listed.iterrows()
    )
    count = f"{len(listed) or 'None'} of {len(doses)} coverages {'are' if len(listed) > 1 else 'is'} outside"
    groups = {name: doses[doses["quantity"].str.startswith(prefix)] for name, prefix in _DOSES.items()}
    means = " and ".join(
        f"{group['inside'].mean():.3f} for a {name} (expected {group['content'].mean():.3f})"
        for name, group in groups.items()
    )
    return (
        f"{count}{':' if names else ''} {names}. ".replace(" . ", ". ")
        + f"The mean coverage is {means}. The largest deviation from an expected coverage is {largest:.1f} "
        "standard errors."
    )


def _row(scenario: Scenario, table: pd.DataFrame) -> str:
    first, flagged = table.iloc[0], is_outside_band(table)
    verdict = (
        f"{flagged.sum()} of {len(table)} outside" if flagged.any() else f"uniform ({len(table)} quantities)"
    )
    inside = [f"{coverage(table, level).mean():.3f}" for level in (0.5, 0.9)]
    doses = [_dose_coverage(table, prefix) for prefix in _DOSES.values()]
    run = [f"{100 * first['divergent_fits']:.0f} %", f"{first['target_accept']:g}", f"{first['seconds']:.2f}"]
    cells = [scenario.model, scenario.table, first["fits"], verdict, *inside, *doses, *run]
    return f"| {' | '.join(map(str, [*cells, first['date'], first['commit']]))} |\n"


def _dose_coverage(table: pd.DataFrame, prefix: str) -> str:
    doses = table[table["quantity"].str.startswith(prefix)]
    if doses.empty:
        return "none"
    lowest, highest = doses["inside"].min(), doses["inside"].max()
    span = f"{lowest:.3f}" if len(doses) == 1 else f"{lowest:.3f} to {highest:.3f}"
    return f"{span} ({doses['content'].mean():.3f})"


def _deviations(scenario: Scenario, table: pd.DataFrame) -> str:
    return "".join(
        f"| {scenario.model} | {scenario.table} | {row['quantity']} "
        f"| {row['in_50']:.3f} | {row['in_90']:.3f} "
        f"| {row['inside']:.3f} | {row['ess_low']:.0f} |\n"
        for _, row in table.assign(in_50=coverage(table, 0.5), in_90=coverage(table, 0.9))[
            is_outside_band(table)
        ].iterrows()
    )


def write(table: pd.DataFrame, output: Path, scenario: Scenario) -> None:
    """Write the page of all results, and the figure of a scenario that has results."""
    output.with_suffix(".md").write_text(to_markdown(table, output.name), encoding="utf-8")
    results = table[(table["model"] == scenario.model) & (table["table"] == scenario.table)]
    if len(results):
        output.mkdir(exist_ok=True)
        with mpl.rc_context({"svg.hashsalt": "petfit", "svg.fonttype": "none", "text.parse_math": False}):
            figure(scenario, results).savefig(output / f"{scenario}.svg", metadata={"Date": None})
