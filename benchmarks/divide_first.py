"""Compare fits of scans with fits of their ratios: bias, coverage and width of dose and EC50.

``make divide-first``, or ``python -m benchmarks.divide_first --fits 20``, simulates tables of scans
(`benchmarks.scans`), makes every analysis of `ANALYSES` of each, and writes ``benchmarks/divide_first.csv``,
``.md`` and ``.svg``.

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
from petfit.evidence.drug_table import read_drug_table
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


# --- ratios --------------------------------------------------------------------------------------


def ratios(table: pd.DataFrame, *, borrow: bool = False) -> pd.DataFrame:
    """Return occupancies ``1 - drug / baseline`` by subject, session and region.

    The baseline is the mean of the subject's baselines. Subjects without a baseline are dropped or, with
    `borrow`, given the mean baseline of the others.
    """
    pairs = _pairs(table, borrow=borrow)
    pairs["value"] = 1.0 - pairs["value"] / pairs["baseline"]
    return _as_subjects(
        pairs, ["study", "subject", "session", "drug", "dose", "dose_unit", "region", "value"]
    )


def occupancy_plots(table: pd.DataFrame, *, borrow: bool = False) -> pd.DataFrame:
    """Return the slope of V_T,base - V_T,drug over V_T,base across regions, by subject and session.

    Baselines are those of `ratios`; the line is fitted by least squares, with an intercept.
    """
    pairs = _pairs(table, borrow=borrow)
    scan = ["study", "subject", "session", "drug", "dose", "dose_unit"]
    slopes = pairs.groupby(scan, sort=False)[["baseline", "value"]].apply(_slope).rename("value")
    return _as_subjects(slopes.reset_index(), [*scan, "value"])


def _slope(regions: pd.DataFrame) -> float:
    change = regions["baseline"] - regions["value"]
    return float(np.polynomial.Polynomial.fit(regions["baseline"], change, 1).convert().coef[1])


def _pairs(table: pd.DataFrame, *, borrow: bool) -> pd.DataFrame:
    """Return the drug scans with the ``baseline`` that each is divided by."""
    scans = table[table["condition"] == "baseline"]
    baselines = scans.groupby(["subject", "region"])["value"].mean().rename("baseline").reset_index()
    pairs = table[table["condition"] == "drug"].merge(baselines, on=["subject", "region"], how="left")
    if borrow:
        means = baselines.groupby("region")["baseline"].mean()
        pairs["baseline"] = pairs["baseline"].fillna(pairs["region"].map(means))
    return pairs.dropna(subset=["baseline"])


def _as_subjects(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return rows[columns].assign(level="subject", outcome="occupancy")


# --- analyses ------------------------------------------------------------------------------------


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads((models_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def _ratio_model(*, shrinks: bool) -> ModelSpec:
    """Return the model `individual` with one EC50 for all regions, as in the simulation.

    Without `shrinks`, its noise is that of the model `emax`, which is the same at every occupancy.
    """
    document = _document("individual")
    del document["ec50"]["region"]
    if not shrinks:
        document["noise"] = _document("emax")["noise"]
    return parse_model(tomli_w.dumps(document))


SCANS = {"bpnd": read_model("scan"), "vt": read_model("scan_vt")}
SHRINKING, CONSTANT, BUNDLED = "ratios", "ratios, constant noise", "ratios, individual"
RATIOS = {
    SHRINKING: _ratio_model(shrinks=True),
    CONSTANT: _ratio_model(shrinks=False),
    BUNDLED: read_model("individual"),
}
ANALYSES = {
    "scans": "the model `scan` or `scan_vt`, fitted to the scans",
    SHRINKING: "the model `individual` with one EC50, fitted to the ratios; noise shrinks with occupancy",
    CONSTANT: "the same with constant noise",
    BUNDLED: "the bundled model `individual` (EC50 pooled by region), fitted to the ratios; BP_ND only",
}
MISSING_BASELINE = {
    "some without baseline": {"dropped": False, "mean of others": True},
    "controls alone": {"mean of others": True},
}
"""How subjects without a baseline are treated, by scenario; other scenarios have none."""


def analyses(
    outcome: str, scenario: str, table: pd.DataFrame
) -> Iterator[tuple[str, str, ModelSpec, pd.DataFrame]]:
    """Yield each analysis of a table: its name, the treatment of missing baselines, the model, the rows."""
    yield "scans", "", SCANS[outcome], table
    divide = ratios if outcome == "bpnd" else occupancy_plots
    for missing, borrow in MISSING_BASELINE.get(scenario, {"": False}).items():
        for analysis, spec in RATIOS.items():
            if outcome == "bpnd" or analysis != BUNDLED:
                yield analysis, missing, spec, divide(table, borrow=borrow)


# --- fits ----------------------------------------------------------------------------------------


def truths(truth: Truth) -> dict[str, float]:
    """Return the true dose for 80 % and EC50 of a typical person, in the unit of the doses."""
    return {"dose for 80 %": truth.ec50 * 0.8 / (truth.emax - 0.8), "EC50": truth.ec50}


def fit_table(spec: ModelSpec, table: pd.DataFrame, seed: int) -> tuple[dict[str, NDArray[np.float64]], bool]:
    """Return draws of dose and EC50 in the unit of the doses, and whether a draw diverged."""
    from petfit.inference import sample

    design = Design.build(spec, read_evidence(table, extra=spec.columns), read_drug_table())
    sampled = sample.sample(design, replace(SETTINGS, seed=seed))
    draws = quantities(design, sampled.draws)
    answers = {name: draws[key].ravel() for name, key in QUANTITIES.items()}
    return answers, bool(sampled.stats["diverging"].any())


def record(draws: NDArray[np.float64], truth: float) -> dict[str, float]:
    """Return the rank of the truth, and error of the median and widths of intervals on the log scale."""
    probabilities = [0.025, 0.25, 0.5, 0.75, 0.975]
    lowest, low, median, high, highest = np.log(np.quantile(draws, probabilities, method="inverted_cdf"))
    return {
        "error": median - np.log(truth),
        "rank": float(np.mean(draws < truth)),
        "width_0.5": _width(low, high),
        "width_0.95": _width(lowest, highest),
    }


def _width(low: float, high: float) -> float:
    """Return the width of an interval; infinite if its upper end is."""
    return high - low if np.isfinite(high) else np.inf


def compare(outcomes: list[str], fits: int, seed: int) -> Iterator[list[dict[str, object]]]:
    """Yield, for a simulated table of each scenario, a record for each analysis and quantity."""
    rng = np.random.default_rng(seed)
    for fit, outcome in product(range(fits), outcomes):
        records: list[dict[str, object]] = []
        truth = TRUTHS[outcome]
        for scenario in scans.SCENARIOS:
            table = scans.simulate(rng, scans.plan(scenario, regions=tuple(truth.baseline)), truth)
            fit_seed = int(rng.integers(2**31))
            for analysis, missing, spec, rows in analyses(outcome, scenario, table):
                keys = {"outcome": outcome, "scenario": scenario, "missing": missing, "analysis": analysis}
                answers, diverged = fit_table(spec, rows, fit_seed)
                records += [
                    keys
                    | {"fit": fit, "quantity": name, "diverged": diverged}
                    | record(draws, truths(truth)[name])
                    for name, draws in answers.items()
                ]
        yield records


# --- tables --------------------------------------------------------------------------------------


def summary(records: pd.DataFrame) -> pd.DataFrame:
    """Return bias, coverage and width by outcome, scenario and analysis, with Monte Carlo standard errors.

    Errors and widths are infinite where 80 % is not reached. Bias and width are therefore medians over
    tables with bootstrap standard errors, and spread is half the central 68 % of the errors.
    """
    keys = ["outcome", "scenario", "missing", "analysis", "quantity"]
    rows = []
    for key, group in records.groupby(keys, sort=False):
        count = len(group)
        row: dict[str, object] = dict(zip(keys, key, strict=True)) | {"tables": count}
        row |= _with_error("bias", group["error"])
        row["spread"] = _width(*np.quantile(group["error"], [0.16, 0.84], method="inverted_cdf")) / 2
        for level in LEVELS:
            inside = float(((group["rank"] - 0.5).abs() <= level / 2).mean())
            row |= {
                f"coverage_{level:g}": inside,
                f"coverage_{level:g}_mcse": _binomial_error(inside, count),
            }
        for level in LEVELS:
            row |= _with_error(f"width_{level:g}", group[f"width_{level:g}"])
        row["unbounded"] = float(np.isinf(group["width_0.95"]).mean())
        row["divergent"] = float(group["diverged"].mean())
        rows.append(row)
    return pd.DataFrame(rows)


def _with_error(name: str, values: pd.Series) -> dict[str, float]:
    """Return a median and its bootstrap standard error, half the central 68 %."""
    array = values.to_numpy(float)
    samples = np.random.default_rng(1).choice(array, (1000, len(array)))
    low, high = np.quantile(np.median(samples, axis=1), [0.16, 0.84], method="inverted_cdf")
    return {name: float(np.median(array)), f"{name}_mcse": _width(low, high) / 2}


def compare_with_scans(records: pd.DataFrame) -> pd.DataFrame:
    """Compare each analysis with the fit of the scans of the same tables, over all scenarios.

    ``nearer`` is the share of tables where the median from the scans is nearer to the truth on the log
    scale, ``wider`` the median ratio of the widths of the 50 % intervals, which are rarely infinite.
    """
    same_table = ["outcome", "scenario", "quantity", "fit"]
    scan_fits = records[records["analysis"] == "scans"].set_index(same_table)[["error", "width_0.5"]]
    both = records[records["analysis"] != "scans"].join(scan_fits.add_suffix("_scans"), on=same_table)
    both["nearer"] = both["error_scans"].abs() < both["error"].abs()
    both["wider"] = both["width_0.5"] / both["width_0.5_scans"]
    for level in LEVELS:
        both[f"coverage_{level:g}"] = (both["rank"] - 0.5).abs() <= level / 2
    rows = []
    for key, group in both.groupby(["outcome", "quantity", "analysis", "missing"], sort=False):
        count = len(group)
        row = dict(zip(("outcome", "quantity", "analysis", "missing"), key, strict=True)) | {"tables": count}
        for name in ("nearer", *(f"coverage_{level:g}" for level in LEVELS)):
            share = float(group[name].mean())
            row |= {name: share, f"{name}_mcse": _binomial_error(share, count)}
        rows.append(row | _with_error("wider", group["wider"].dropna()))
    return pd.DataFrame(rows)


def _binomial_error(share: float, count: int) -> float:
    """Return the standard error of a proportion, not 0 at proportions of 0 and 1."""
    return float(np.sqrt(max(share * (1 - share), 0.25 / count) / count))


def to_markdown(table: pd.DataFrame, comparison: pd.DataFrame) -> str:
    """Return the page: what was simulated, the comparison with the scans, and a table for each quantity."""
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    analyses = "\n".join(f"- {name}: {description}" for name, description in ANALYSES.items())
    parts = "".join(_section(str(outcome), rows) for outcome, rows in table.groupby("outcome", sort=False))
    return f"""# Fitting scans or their ratios: bias, coverage and width

Written by `make divide-first` on {datetime.now(UTC):%Y-%m-%d} at commit {commit}. Tables of scans of {PEOPLE}
subjects are simulated from fixed parameters in the scenarios of `benchmarks/scans.py`, and fitted with
{SETTINGS.chains} chains of {SETTINGS.draws} draws after {SETTINGS.tune} warm-up draws, at a target
acceptance of {SETTINGS.target_accept:g}:

{analyses}

A ratio is 1 - drug / mean baseline of the subject, one row per subject, scan and region. For V_T it is
the slope of the occupancy plot (V_T,base - V_T,drug over V_T,base, least squares over the regions), one row
per subject and scan. Subjects without a baseline are dropped or given the mean baseline of the others.

Results are for a typical person. Bias is the median over tables of log(posterior median / truth); spread is
half the central 68 % of that error. Coverage is the share of tables whose equal-tailed interval contains the
truth. Width is the median width of the interval of log dose or log EC50. "No upper end" is the share of
tables whose 95 % interval is unbounded, because Emax may be below 80 %. Monte Carlo standard errors follow
+-. The true parameters are near the centre of the priors, not drawn from them, so the coverage of a
calibrated fit may exceed the nominal level in every analysis.

![Bias and coverage by scenario](divide_first.svg)

Hollow marks: subjects without a baseline dropped. Bars: two Monte Carlo standard errors.

## Comparison with the scans of the same tables

"Scans nearer": share of tables in which the estimate from the scans is nearer to the truth. "Relative width":
width of the 50 % interval divided by that from the scans.

{_comparison_table(comparison)}{parts}"""


def _comparison_table(comparison: pd.DataFrame) -> str:
    columns = (
        "outcome | quantity | analysis | missing baseline | tables | scans nearer | relative width | in 50 % "
        "| in 95 %"
    )
    lines = [f"| {columns} |", "|---" * (columns.count("|") + 1) + "|"]
    for row in comparison.to_dict("records"):
        names = [row["outcome"], row["quantity"], row["analysis"], row["missing"] or "none", row["tables"]]
        numbers = [_with_mcse(row, name) for name in ("nearer", "wider", "coverage_0.5", "coverage_0.95")]
        lines.append(f"| {' | '.join(map(str, [*names, *numbers]))} |")
    return "\n".join(lines) + "\n"


def _section(outcome: str, table: pd.DataFrame) -> str:
    truth = TRUTHS[outcome]
    regions = ", ".join(f"{region} {value:g}" for region, value in truth.baseline.items())
    v_nd = f"; V_ND {truth.v_nd:g} (SD of log {truth.v_nd_sd:g})" if truth.v_nd else ""
    outcome_symbol = "V_T" if truth.v_nd else "BP_ND"
    doses = ", ".join(f"{dose:g}" for dose in scans.DOSES)
    head = f"""
## {outcome_symbol}

Truth: EC50 {truth.ec50:g} mg/day (SD of log EC50 between subjects {truth.omega:g}), Emax {truth.emax:g}, dose
for 80 % {truths(truth)["dose for 80 %"]:.1f} mg/day; doses {doses}; specific binding {regions} (SD of log
between subjects {truth.between:g}, between regions of a subject {truth.within:g}){v_nd}; noise
sd^2 = {truth.floor:g}^2 + ({truth.sigma:g} mean)^2.
"""
    return head + "".join(
        f"\n### {outcome_symbol}: {quantity}\n\n{_markdown(rows)}"
        for quantity, rows in table.groupby("quantity", sort=False)
    )


def _markdown(table: pd.DataFrame) -> str:
    columns = (
        "scenario | analysis | tables | bias | spread | in 50 % | in 95 % | width 50 % | width 95 % "
        "| no upper end"
    )
    count = columns.count("|") + 1
    lines = [f"| {columns} |", "|---" * count + "|"]
    for row in table.to_dict("records"):
        scenario = f"{row['scenario']}, {row['missing']}" if row["missing"] else row["scenario"]
        cells = [
            scenario,
            row["analysis"],
            row["tables"],
            _with_mcse(row, "bias", "+.2f"),
            f"{row['spread']:.2f}",
        ]
        cells += [_with_mcse(row, f"coverage_{level:g}") for level in LEVELS]
        cells += [_with_mcse(row, f"width_{level:g}") for level in LEVELS]
        lines.append(f"| {' | '.join(map(str, [*cells, format(row['unbounded'], '.2f')]))} |")
    return "\n".join(lines) + "\n"


def _with_mcse(row: Mapping[Hashable, Any], name: str, form: str = ".2f") -> str:
    return f"{row[name]:{form}} +- {row[f'{name}_mcse']:.2f}" if np.isfinite(row[name]) else "infinite"


def figure(table: pd.DataFrame, quantity: str = "dose for 80 %") -> Figure:
    """Draw bias and coverage by scenario: a row of panels for each outcome, a mark for each analysis."""
    table = table[table["quantity"] == quantity]
    outcomes = list(table["outcome"].unique())
    canvas = Figure(figsize=(11, 3.6 * len(outcomes)), layout="constrained")
    panels = canvas.subplots(len(outcomes), 3, squeeze=False, sharey="row")
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
    canvas.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(ANALYSES))
    return canvas


def _panel(axes: Axes, table: pd.DataFrame, column: str) -> None:
    """Draw a column with bars of two Monte Carlo standard errors; hollow if subjects were dropped."""
    scenarios = list(table["scenario"].unique())
    for i, analysis in enumerate(ANALYSES):
        for hollow, rows in table[table["analysis"] == analysis].groupby(table["missing"] == "dropped"):
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
                label="_" if hollow else analysis,
            )
    axes.axvline(float(column.partition("_")[2] or 0), color="0.6", linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(scenarios)), scenarios)
    axes.set_ylim(len(scenarios) - 0.5, -0.5)
    if column != "bias":
        axes.set_xlim(right=1.01)


def write(records: pd.DataFrame, output: Path) -> None:
    """Write table, page and figure."""
    table = summary(records)
    table.to_csv(output.with_suffix(".csv"), index=False, float_format="%.4f")
    output.with_suffix(".md").write_text(to_markdown(table, compare_with_scans(records)), encoding="utf-8")
    with mpl.rc_context({"svg.hashsalt": "petfit", "svg.fonttype": "none"}):
        figure(table).savefig(output.with_suffix(".svg"), metadata={"Date": None})


def main() -> None:
    """Compare the analyses; write after every table, so that a run can be stopped early."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--fits", type=int, default=100)
    parser.add_argument("--outcomes", nargs="+", default=list(TRUTHS), choices=list(TRUTHS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=HERE / "divide_first")
    options = parser.parse_args()
    records: list[dict[str, object]] = []
    for new_records in compare(options.outcomes, options.fits, options.seed):
        records += new_records
        write(pd.DataFrame(records), options.output)
        print(f"{len(records)} records", flush=True)
    print(options.output.with_suffix(".md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
