"""What it costs to divide scans first and fit the ratios, against taking the scans: bias, coverage, width.

``make divide-first`` (or ``python -m benchmarks.divide_first --fits 20``) simulates tables of scans
(`benchmarks.scans`), fits each by every way of `WAYS`, and writes ``benchmarks/divide_first.csv``, ``.md``
and ``.svg``. The answers compared are those of a typical person.

References
----------
Cunningham et al., J Cereb Blood Flow Metab 2010;30:46-50 (the occupancy plot).
"""

from __future__ import annotations

import argparse
import subprocess
import tomllib
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import tomli_w
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks import scans
from benchmarks.calibrate import quantities
from benchmarks.scans import PEOPLE, Truth
from petfit.evidence import read_evidence
from petfit.evidence.bundled import models_folder
from petfit.evidence.drug_table import read_drugs
from petfit.model.design import Design
from petfit.model.specification import ModelSpec, parse_model, read_model
from petfit.settings import Settings

HERE = Path(__file__).parent
SETTINGS = Settings(draws=300, tune=400, chains=2, cores=1, target_accept=0.9)
LEVELS = (0.5, 0.95)
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73")
TRUTHS = {
    "bpnd": scans.EXAMPLE,
    "vt": Truth(
        baseline={"midbrain": 17.0, "putamen": 12.0, "hippocampus": 5.0, "cortex": 2.0},
        sigma=0.054,
        floor=0.0,
        v_nd=10.0,
    ),
}
QUANTITIES = {"dose for 80 %": "dose for 80 % of simulated drug", "EC50": "ec50 of simulated drug"}


# --- dividing ------------------------------------------------------------------------------------


def ratios(table: pd.DataFrame, *, borrow: bool = False) -> pd.DataFrame:
    """Return occupancies ``1 - drug / baseline`` by person, session and region, as rows of people.

    The baseline is the mean of the person's own baselines. People without one are left out, or, with
    `borrow`, given the mean of the people who have one.
    """
    pairs = _pairs(table, borrow=borrow)
    pairs["value"] = 1.0 - pairs["value"] / pairs["own"]
    return _as_people(pairs, ["study", "subject", "session", "drug", "dose", "dose_unit", "region", "value"])


def occupancy_plots(table: pd.DataFrame, *, borrow: bool = False) -> pd.DataFrame:
    """Return the slope of V_T,base - V_T,drug over V_T,base across regions, one row per person and session.

    Baselines are found as in `ratios`; the line is that of least squares, with an intercept.
    """
    pairs = _pairs(table, borrow=borrow)
    scan = ["study", "subject", "session", "drug", "dose", "dose_unit"]
    rows = [
        dict(zip(scan, key, strict=True))
        | {"value": np.polynomial.Polynomial.fit(of["own"], of["own"] - of["value"], 1).convert().coef[1]}
        for key, of in pairs.groupby(scan, sort=False)
    ]
    return _as_people(pd.DataFrame(rows), [*scan, "value"])


def _pairs(table: pd.DataFrame, *, borrow: bool) -> pd.DataFrame:
    """Return the scans under the drug with the baseline each is divided by, ``own``."""
    without = table[table["condition"] == "baseline"]
    own = without.groupby(["subject", "region"])["value"].mean().rename("own").reset_index()
    pairs = table[table["condition"] == "drug"].merge(own, on=["subject", "region"], how="left")
    if borrow:
        pairs["own"] = pairs["own"].fillna(pairs["region"].map(own.groupby("region")["own"].mean()))
    return pairs.dropna(subset=["own"])


def _as_people(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return rows[columns].assign(level="subject", outcome="occupancy")


# --- ways ----------------------------------------------------------------------------------------


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads((models_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def _of_ratios(*, shrinks: bool) -> ModelSpec:
    """Return the model `individual` with one EC50 for all regions, as scans are taken to have.

    Without `shrinks` its noise is that of the model `emax`, the same at every occupancy.
    """
    document = _document("individual")
    del document["ec50"]["region"]
    if not shrinks:
        document["noise"] = _document("emax")["noise"]
    return parse_model(tomli_w.dumps(document))


SCANS = {"bpnd": read_model("scan"), "vt": read_model("scan_vt")}
FAIR, CONSTANT, BUNDLED = "ratios", "ratios, constant noise", "ratios, individual"
RATIOS = {
    FAIR: _of_ratios(shrinks=True),
    CONSTANT: _of_ratios(shrinks=False),
    BUNDLED: read_model("individual"),
}
WAYS = {
    "scans": "the scans themselves: the model `scan` or `scan_vt`",
    FAIR: "divided first: the model `individual` with one EC50 for all regions; noise shrinks with occupancy",
    CONSTANT: "the same with constant noise",
    BUNDLED: "divided first: the model `individual` as bundled, EC50 pooled by region (BP_ND alone)",
}
MISSING = {
    "some without baseline": {"dropped": False, "mean of others": True},
    "controls alone": {"mean of others": True},
}
"""What is done, by scenario, with people who have no baseline of their own; others need nothing."""


def ways(
    outcome: str, scenario: str, table: pd.DataFrame
) -> Iterator[tuple[str, str, ModelSpec, pd.DataFrame]]:
    """Yield each way to fit a table: its name, what is done without own baseline, the model, the rows."""
    yield "scans", "", SCANS[outcome], table
    divide = ratios if outcome == "bpnd" else occupancy_plots
    for missing, borrow in MISSING.get(scenario, {"": False}).items():
        for way, spec in RATIOS.items():
            if outcome == "bpnd" or way != BUNDLED:
                yield way, missing, spec, divide(table, borrow=borrow)


# --- fits ----------------------------------------------------------------------------------------


def truths(truth: Truth) -> dict[str, float]:
    """Return the right answers for a typical person, in the doses' unit."""
    return {"dose for 80 %": truth.ec50 * 0.8 / (truth.emax - 0.8), "EC50": truth.ec50}


def fitted(spec: ModelSpec, table: pd.DataFrame, seed: int) -> tuple[dict[str, NDArray[np.float64]], bool]:
    """Return the draws of the answers in the doses' unit, and whether a draw diverged."""
    from petfit.inference import sample

    design = Design.build(spec, read_evidence(table, extra=spec.columns), read_drugs())
    sampled = sample.sample(design, replace(SETTINGS, seed=seed))
    drawn = quantities(design, sampled.draws)
    answers = {name: drawn[key].ravel() for name, key in QUANTITIES.items()}
    return answers, bool(sampled.stats["diverging"].any())


def record(draws: NDArray[np.float64], truth: float) -> dict[str, float]:
    """Return error of the median, rank of the truth and widths on the log scale, infinite as doses may be."""
    quantile = [0.025, 0.25, 0.5, 0.75, 0.975]
    lowest, low, middle, high, highest = np.log(np.quantile(draws, quantile, method="inverted_cdf"))
    return {
        "error": middle - np.log(truth),
        "rank": float(np.mean(draws < truth)),
        "width_0.5": _width(low, high),
        "width_0.95": _width(lowest, highest),
    }


def _width(low: float, high: float) -> float:
    """Return the width of an interval, infinite where its upper end is."""
    return high - low if np.isfinite(high) else np.inf


def compared(outcomes: list[str], fits: int, seed: int) -> Iterator[list[dict[str, object]]]:
    """Yield, for one simulated table of each scenario in turn, a record for each way and quantity."""
    rng = np.random.default_rng(seed)
    for fit, outcome in product(range(fits), outcomes):
        found: list[dict[str, object]] = []
        truth = TRUTHS[outcome]
        for scenario in scans.SCENARIOS:
            table = scans.simulate(rng, scans.plan(scenario, regions=tuple(truth.baseline)), truth)
            sampled = int(rng.integers(2**31))
            for way, missing, spec, rows in ways(outcome, scenario, table):
                where = {"outcome": outcome, "scenario": scenario, "missing": missing, "way": way, "fit": fit}
                answers, diverged = fitted(spec, rows, sampled)
                found += [
                    where | {"quantity": name, "diverged": diverged} | record(draws, truths(truth)[name])
                    for name, draws in answers.items()
                ]
        yield found


# --- tables --------------------------------------------------------------------------------------


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Return bias, coverage and width by outcome, scenario and way, with Monte Carlo standard errors.

    Errors and widths may be infinite, where a dose for 80 % is not reached: bias and width are medians
    over the tables, with the standard error of a bootstrap, and the error's spread half its central 68 %.
    """
    keys = ["outcome", "scenario", "missing", "way", "quantity"]
    rows = []
    for key, group in found.groupby(keys, sort=False):
        count = len(group)
        row: dict[str, object] = dict(zip(keys, key, strict=True)) | {"tables": count}
        row |= _with_error("bias", group["error"])
        row["spread"] = _width(*np.quantile(group["error"], [0.16, 0.84], method="inverted_cdf")) / 2
        for level in LEVELS:
            inside = float(((group["rank"] - 0.5).abs() <= level / 2).mean())
            row |= {
                f"coverage_{level:g}": inside,
                f"coverage_{level:g}_mcse": _error_of_share(inside, count),
            }
        for level in LEVELS:
            row |= _with_error(f"width_{level:g}", group[f"width_{level:g}"])
        row["unbounded"] = float(np.isinf(group["width_0.95"]).mean())
        row["divergent"] = float(group["diverged"].mean())
        rows.append(row)
    return pd.DataFrame(rows)


def _with_error(name: str, values: pd.Series) -> dict[str, float]:
    """Return a median and its bootstrap standard error, half the central 68 %; infinite where that is."""
    numbers = values.to_numpy(float)
    again = np.random.default_rng(1).choice(numbers, (1000, len(numbers)))
    low, high = np.quantile(np.median(again, axis=1), [0.16, 0.84], method="inverted_cdf")
    return {name: float(np.median(numbers)), f"{name}_mcse": _width(low, high) / 2}


def against_scans(found: pd.DataFrame) -> pd.DataFrame:
    """Return, table by table, how each way fares against the scans of the same table, over all scenarios.

    ``nearer`` is the share of tables where the scans' median lies nearer to the truth on the log scale,
    ``wider`` the median ratio of the widths of the 50 % intervals, which are seldom infinite.
    """
    same_table = ["outcome", "scenario", "quantity", "fit"]
    of_scans = found[found["way"] == "scans"].set_index(same_table)[["error", "width_0.5"]]
    both = found[found["way"] != "scans"].join(of_scans.add_suffix("_scans"), on=same_table)
    both["nearer"] = both["error_scans"].abs() < both["error"].abs()
    both["wider"] = both["width_0.5"] / both["width_0.5_scans"]
    for level in LEVELS:
        both[f"coverage_{level:g}"] = (both["rank"] - 0.5).abs() <= level / 2
    rows = []
    for key, group in both.groupby(["outcome", "quantity", "way", "missing"], sort=False):
        count = len(group)
        row = dict(zip(("outcome", "quantity", "way", "missing"), key, strict=True)) | {"tables": count}
        for name in ("nearer", *(f"coverage_{level:g}" for level in LEVELS)):
            share = float(group[name].mean())
            row |= {name: share, f"{name}_mcse": _error_of_share(share, count)}
        rows.append(row | _with_error("wider", group["wider"].dropna()))
    return pd.DataFrame(rows)


def _error_of_share(share: float, count: int) -> float:
    """Return the standard error of a share of `count`, that of 1 in 4 of one where the share is 0 or 1."""
    return float(np.sqrt(max(share * (1 - share), 0.25 / count) / count))


def page(table: pd.DataFrame, against: pd.DataFrame) -> str:
    """Return the tables as Markdown, dated, with what was simulated and a verdict."""
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    told = "\n".join(f"- {way}: {what}" for way, what in WAYS.items())
    parts = "".join(_part(str(outcome), rows) for outcome, rows in table.groupby("outcome", sort=False))
    return f"""# Scans, or ratios of scans: bias, coverage and width

{datetime.now(UTC):%Y-%m-%d}, commit {commit}, by `python -m benchmarks.divide_first`. Tables of scans of
{PEOPLE} people are simulated from one truth, with the scenarios of `benchmarks/scans.py`, and fitted with
{SETTINGS.chains} chains of {SETTINGS.draws} draws after {SETTINGS.tune}, at target acceptance
{SETTINGS.target_accept:g}:

{told}

A ratio is 1 - drug / mean of the person's own baselines, one row per person, scan and region. For V_T it is
the slope of the occupancy plot (V_T,base - V_T,drug over V_T,base, least squares over the regions), one row
per person and scan. People without a baseline are left out ("dropped") or given the mean of those who have
one.

The answers are those of a typical person. Bias is the median over tables of the log of (posterior median /
truth); spread is half the central 68 % of that error. Coverage is the share of tables whose equal-tailed
interval holds the truth, width the median width of log dose or log EC50, "no upper end" the share of tables
whose 95 % interval has no upper end because the ceiling may lie below 80 %. After +- stands the Monte Carlo
standard error. The truth is one point near the middle of the priors, not drawn from them: a calibrated
program may hold it more often than nominal, and all ways gain from that. The noise, too, is what the priors
expect.

![Bias and coverage by scenario](divide_first.svg)

Hollow marks: people without a baseline dropped. Bars: two Monte Carlo standard errors.

## Against the scans of the same tables

Over the scenarios that need the way: in how many tables the scans' answer was nearer to the truth, and how
wide the way's 50 % interval was in units of theirs.

{_verdict(against)}{parts}"""


def _verdict(against: pd.DataFrame) -> str:
    columns = (
        "outcome | answer | way | no baseline | tables | scans nearer | relative width | in 50 % | in 95 %"
    )
    lines = [f"| {columns} |", "|---" * (columns.count("|") + 1) + "|"]
    for row in against.to_dict("records"):
        names = [row["outcome"], row["quantity"], row["way"], row["missing"] or "nobody", row["tables"]]
        numbers = [_told(row, name) for name in ("nearer", "wider", "coverage_0.5", "coverage_0.95")]
        lines.append(f"| {' | '.join(map(str, [*names, *numbers]))} |")
    return "\n".join(lines) + "\n"


def _part(outcome: str, table: pd.DataFrame) -> str:
    truth = TRUTHS[outcome]
    regions = ", ".join(f"{region} {value:g}" for region, value in truth.baseline.items())
    v_nd = f"; V_ND {truth.v_nd:g} (SD of log {truth.v_nd_sd:g})" if truth.v_nd else ""
    of = "V_T" if truth.v_nd else "BP_ND"
    doses = ", ".join(f"{dose:g}" for dose in scans.DOSES)
    head = f"""
## {of}

Truth: EC50 {truth.ec50:g} mg/day (SD of log EC50 between people {truth.omega:g}), Emax {truth.emax:g}, dose
for 80 % {truths(truth)["dose for 80 %"]:.1f} mg/day, doses {doses}; specific binding {regions} (SD of log
between people {truth.between:g}, beyond that between their regions {truth.within:g}){v_nd}; noise
sd^2 = {truth.floor:g}^2 + ({truth.sigma:g} mean)^2.
"""
    return head + "".join(
        f"\n### {of}: {quantity}\n\n{_markdown(rows)}"
        for quantity, rows in table.groupby("quantity", sort=False)
    )


def _markdown(table: pd.DataFrame) -> str:
    columns = (
        "scenario | way | tables | bias | spread | in 50 % | in 95 % | width 50 % | width 95 % | no upper end"
    )
    count = columns.count("|") + 1
    lines = [f"| {columns} |", "|---" * count + "|"]
    for row in table.to_dict("records"):
        scenario = f"{row['scenario']}, {row['missing']}" if row["missing"] else row["scenario"]
        cells = [scenario, row["way"], row["tables"], _told(row, "bias", "+.2f"), f"{row['spread']:.2f}"]
        cells += [_told(row, f"coverage_{level:g}") for level in LEVELS]
        cells += [_told(row, f"width_{level:g}") for level in LEVELS]
        lines.append(f"| {' | '.join(map(str, [*cells, format(row['unbounded'], '.2f')]))} |")
    return "\n".join(lines) + "\n"


def _told(row: Mapping[Hashable, Any], name: str, form: str = ".2f") -> str:
    return f"{row[name]:{form}} +- {row[f'{name}_mcse']:.2f}" if np.isfinite(row[name]) else "infinite"


def figure(table: pd.DataFrame, quantity: str = "dose for 80 %") -> Figure:
    """Return bias and coverage by scenario: a row of panels for each outcome, a mark for each way."""
    table = table[table["quantity"] == quantity]
    outcomes = list(table["outcome"].unique())
    drawn = Figure(figsize=(11, 3.6 * len(outcomes)), layout="constrained")
    panels = drawn.subplots(len(outcomes), 3, squeeze=False, sharey="row")
    columns = {
        "bias": f"bias of log {quantity}",
        "coverage_0.5": "coverage of the 50 % interval",
        "coverage_0.95": "coverage of the 95 % interval",
    }
    for outcome, row in zip(outcomes, panels, strict=True):
        rows = table[table["outcome"] == outcome]
        for (column, label), axes in zip(columns.items(), row, strict=True):
            _panel(axes, rows, column)
            axes.set_xlabel(label)
        row[0].set_title("V_T" if TRUTHS[outcome].v_nd else "BP_ND", loc="left")
    drawn.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(WAYS))
    return drawn


def _panel(axes: Axes, table: pd.DataFrame, column: str) -> None:
    """Draw one column, with bars of two Monte Carlo standard errors; hollow where people were dropped."""
    scenarios = list(table["scenario"].unique())
    for i, way in enumerate(WAYS):
        for hollow, rows in table[table["way"] == way].groupby(table["missing"] == "dropped"):
            y = [
                scenarios.index(scenario) + 0.17 * (i - 1.5) + (0.08 if hollow else 0.0)
                for scenario in rows["scenario"]
            ]
            axes.errorbar(
                rows[column],
                y,
                xerr=2 * rows[f"{column}_mcse"],
                fmt="osD^"[i],
                markersize=4,
                color=COLOURS[i],
                markerfacecolor="white" if hollow else COLOURS[i],
                label="_" if hollow else way,
            )
    axes.axvline(float(column.partition("_")[2] or 0), color="0.6", linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(scenarios)), scenarios)
    axes.set_ylim(len(scenarios) - 0.5, -0.5)
    if column != "bias":
        axes.set_xlim(right=1.01)


def write(found: pd.DataFrame, output: Path) -> None:
    """Write the table, its page and its figure."""
    table = summary(found)
    table.to_csv(output.with_suffix(".csv"), index=False, float_format="%.4f")
    output.with_suffix(".md").write_text(page(table, against_scans(found)), encoding="utf-8")
    with mpl.rc_context({"svg.hashsalt": "petfit", "svg.fonttype": "none"}):
        figure(table).savefig(output.with_suffix(".svg"), metadata={"Date": None})


def main() -> None:
    """Compare, and write after every round, so that a run may be stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--fits", type=int, default=100)
    parser.add_argument("--outcomes", nargs="+", default=list(TRUTHS), choices=list(TRUTHS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=HERE / "divide_first")
    asked = parser.parse_args()
    found: list[dict[str, object]] = []
    for records in compared(asked.outcomes, asked.fits, asked.seed):
        found += records
        write(pd.DataFrame(found), asked.output)
        print(f"{len(found)} records", flush=True)
    print(asked.output.with_suffix(".md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
