"""False alarms and power of the checks `shape` and `ignored_columns` on simulated tables.

``make check-power``, or ``python -m benchmarks.check_power --tables 20``, writes
``benchmarks/check_power.csv`` and ``.md``. False alarms are counted on tables whose model is right: tables of
each bundled model with parameters drawn from its priors, and the tables of `CASES` that have one site and one
EC50. Power is counted on the other tables of `CASES`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

import petfit
from benchmarks.calibrate import commit, simulate
from benchmarks.scenarios import SCENARIOS, Scenario, make_design
from petfit.checks import CHECKS, ignored_columns, shape
from petfit.checks.added_variable import holm, linearise
from petfit.fit import Fit
from petfit.inference import kernel, sample
from petfit.inference import workers as engine
from petfit.model.curves import CURVES
from petfit.planning.truth import as_fit
from petfit.settings import Settings

__all__ = ["CASES", "Case", "summary", "to_markdown", "try_case", "try_scenario"]

HERE = Path(__file__).parent
SETTINGS = Settings(draws=300, tune=400, chains=2, cores=1, target_accept=0.9)

type Array = NDArray[np.float64]
type Record = dict[str, object]


# --- tables --------------------------------------------------------------------------------------


def people(
    rng: np.random.Generator,
    x: Array,
    *,
    curve: str = "emax",
    ec50: Array | float,
    emax: float,
    omega: float,
    sigma: float,
    **further: float,
) -> pd.DataFrame:
    """Return the occupancy of one person at each exposure; people differ in log EC50 by the SD omega."""
    own_ec50 = ec50 * np.exp(omega * rng.standard_normal(x.size))
    expected = CURVES[curve].occupancy(x, ec50=own_ec50, emax=emax, **further)
    value = expected + sigma * rng.standard_normal(x.size)
    subject = [f"{i + 1}" for i in range(x.size)]
    return pd.DataFrame({"subject": subject, "drug": "simulated drug", "x": x, "value": value})


def doses(rng: np.random.Generator, curve: str, **further: float) -> pd.DataFrame:
    """Return four people at each of six doses; EC50 is 8 mg/day."""
    x = np.repeat([1.0, 2.0, 5.0, 10.0, 20.0, 40.0], 4)
    table = people(rng, x, ec50=8.0, emax=0.95, omega=0.3, sigma=0.05, curve=curve, **further)
    return table.rename(columns={"x": "dose"}).assign(outcome="occupancy")


def concentrations(rng: np.random.Generator, curve: str, **further: float) -> pd.DataFrame:
    """Return two people at each of fifteen concentrations; EC50 is 5.5 nM."""
    x = np.repeat([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000], 2)
    table = people(rng, x, ec50=30**0.5, emax=1.0, omega=0.2, sigma=0.03, curve=curve, **further)
    table = table.rename(columns={"x": "concentration"})
    return table.assign(concentration_unit="nM", outcome="occupancy")


def scan_times(rng: np.random.Generator, ratio: float) -> pd.DataFrame:
    """Return thirteen people, each 2.5 h and 24 h after one dose; the later EC50 is `ratio` times 0.5 mg."""
    x = np.repeat([0.5, 2.0, 4.0, 10.0, 25.0], [2, 3, 3, 3, 2])
    ec50 = 0.5 * np.exp(0.3 * rng.standard_normal(x.size))
    tables = [
        people(rng, x, ec50=factor * ec50, emax=0.95, omega=0.0, sigma=0.04).assign(time_h=time_h)
        for time_h, factor in ((2.5, 1.0), (24.0, ratio))
    ]
    return pd.concat(tables, ignore_index=True).rename(columns={"x": "dose"}).assign(outcome="occupancy")


@dataclass(frozen=True)
class Case:
    """Tables that a bundled model of one site and one EC50 is fitted to.

    Parameters
    ----------
    check : str
        The check that is tried.
    model : str
        The bundled model.
    is_right : bool
        Whether the model is right.
    table : callable
        ``table(rng)`` simulates a table.
    """

    check: str
    model: str
    is_right: bool
    table: Callable[[np.random.Generator], pd.DataFrame]


def _cases() -> Iterator[tuple[str, Case]]:
    for hill in (1.0, 2.2, 1.5, 0.6):
        table = partial(doses, curve="sigmoid_emax", hill=hill)
        yield f"24 people, Hill exponent {hill:g}", Case("shape", "emax", hill == 1.0, table)
    for hill in (1.0, 0.6, 0.45):
        table = partial(concentrations, curve="sigmoid_emax", hill=hill)
        yield f"30 people, Hill exponent {hill:g}", Case("shape", "emax_concentration", hill == 1.0, table)
    for ratio in (120.0, 30.0, 8.0):
        table = partial(concentrations, curve="two_site", ec50_ratio=ratio, high_affinity_fraction=0.5)
        yield f"30 people, two EC50s, ratio {ratio:g}", Case("shape", "emax_concentration", False, table)
    for ratio in (1.0, 5.6, 2.0):
        case = Case("ignored_columns", "emax", ratio == 1.0, partial(scan_times, ratio=ratio))
        later = "EC50 the same" if ratio == 1.0 else f"EC50 later {ratio:g} times as high"
        yield f"13 people scanned twice, {later}", case


CASES = dict(_cases())


# --- fits ----------------------------------------------------------------------------------------


def try_case(name: str, tables: int, seed: int) -> list[Record]:
    """Fit simulated tables of a case; return a record for each of them."""
    case, rng = CASES[name], np.random.default_rng([seed, list(CASES).index(name)])
    records = []
    for _ in range(tables):
        fit = petfit.fit(case.table(rng), case.model, settings=_settings(rng))
        check = CHECKS[case.check](fit)
        p, advice = float(check.table["p_adjusted"].min()), check.sentence
        suggestion = "two sites" if "Two sites explain" in advice else "both" if "two_site" in advice else ""
        records.append(_record(case.check, name, p, is_right=case.is_right, suggestion=suggestion))
    return records


def try_scenario(scenario: Scenario, tables: int, seed: int) -> list[Record]:
    """Fit simulated tables of a bundled model; return a record for each of them and each check."""
    design, rng = make_design(scenario), np.random.default_rng([seed, 100 + SCENARIOS.index(scenario)])
    records: list[Record] = []
    for _ in range(tables):
        simulated, _ = simulate(design, rng)
        sampled = sample.sample(simulated, _settings(rng))
        records += _false_alarms(as_fit(simulated, sampled.draws), str(scenario), rng)
    return records


def _settings(rng: np.random.Generator) -> Settings:
    return replace(SETTINGS, seed=int(rng.integers(2**31)))


def _false_alarms(fit: Fit, name: str, rng: np.random.Generator) -> Iterator[Record]:
    model = linearise(fit)
    tests = {test: result.p for test, result in shape.shape_tests(model).items()}
    yield _record("shape", name, min(holm(tests).values(), default=np.nan))
    columns = random_columns(model.rows["person"], rng)
    with_columns = replace(model, rows=model.rows.assign(**columns))
    table = ignored_columns.column_tests(with_columns, columns)
    yield _record("ignored_columns", name, float(table["p_adjusted"].min()))


def random_columns(person: pd.Series, rng: np.random.Generator) -> dict[str, Array | NDArray[np.str_]]:
    """Return seven columns without an effect, three of them the same in all rows of a person."""
    codes, persons = pd.factorize(person)
    by_person, by_row = np.arange(len(persons))[codes], np.arange(len(person))
    levels = np.array(["a", "b", "c", "d"])
    return {
        "number of the person": rng.normal(size=len(persons))[by_person],
        "two levels of the person": levels[rng.integers(2, size=len(persons))][by_person],
        "four levels of the person": levels[rng.integers(4, size=len(persons))][by_person],
        "number of the row": rng.normal(size=len(by_row)),
        "three times": rng.choice([2.0, 6.0, 24.0], size=len(by_row)),
        "two levels of the row": levels[rng.integers(2, size=len(by_row))],
        "four levels of the row": levels[rng.integers(4, size=len(by_row))],
    }


def _record(check: str, name: str, p: float, *, is_right: bool = True, suggestion: str = "") -> Record:
    return {"check": check, "is_right": is_right, "tables of": name, "p": p, "suggestion": suggestion}


# --- results -------------------------------------------------------------------------------------


def summary(records: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of tested tables with an objection, with a failure, and with each suggestion."""
    tested = records.dropna(subset="p").assign(
        objects=lambda table: table["p"] < shape.MIN_P_WARN,
        fails=lambda table: table["p"] < shape.MIN_P_FAIL,
        two_sites=lambda table: table["suggestion"] == "two sites",
        both_curves=lambda table: table["suggestion"] == "both",
    )
    groups = tested.groupby(["check", "is_right", "tables of"], sort=False)
    shares = groups[["objects", "fails", "two_sites", "both_curves"]].mean()
    return shares.assign(tables=groups.size()).reset_index()


def to_markdown(table: pd.DataFrame, seed: int) -> str:
    """Return the page: false alarms by check and table, then power."""
    return f"""# False alarms and power of two checks

Written by `make check-power` on {datetime.now(UTC):%Y-%m-%d} at commit {commit()}, seed {seed}. Every
table is fitted with {SETTINGS.chains} chains of {SETTINGS.draws} draws after {SETTINGS.tune} warm-up draws. A
check objects if its smallest adjusted p-value is below {shape.MIN_P_WARN}, and fails below
{shape.MIN_P_FAIL}.

## False alarms

Tables of each bundled model that the compiled kernel supports, in the designs of `benchmarks/scenarios.py`,
with parameters drawn from the priors; the ignored columns are seven random ones, three of them the same in
all rows of a person. The other tables are those of the next section with one site and one EC50.

{_total(table[table["is_right"]])}

{_false_alarm_table(table[table["is_right"]])}
## Power

The models fitted are `emax` and `emax_concentration`; the tables are

- 24 people: four at each of six doses from 1 to 40 mg/day; EC50 8 mg/day, Emax 0.95, SD of log EC50 between
  people 0.3, residual SD 0.05;
- 30 people: two at each of fifteen concentrations from 0.05 to 2000 nM; EC50 5.5 nM, Emax 1, SDs 0.2 and
  0.03; of two sites, half have high affinity;
- 13 people scanned 2.5 h and 24 h after one dose from 0.5 to 25 mg; EC50 0.5 mg at 2.5 h, Emax 0.95, SDs 0.3
  and 0.04.

"Two sites": the share of tables in which the check says that two sites explain the rows better than a Hill
exponent. "Both": that in which it suggests both curves.

{_power_table(table[~table["is_right"]])}"""


def _total(table: pd.DataFrame) -> str:
    """Return, by check, how many tables it objects to."""
    lines = []
    for check, rows in table.groupby("check", sort=False):
        count, alarms = int(rows["tables"].sum()), round(float((rows["objects"] * rows["tables"]).sum()))
        low, high = stats.binomtest(alarms, count).proportion_ci(0.95)
        lines.append(
            f"- `{check}`: {alarms} of {count} tables, {100 * alarms / count:.1f} % (95 % interval "
            f"{100 * low:.1f} to {100 * high:.1f} %)"
        )
    return "\n".join(lines)


def _false_alarm_table(table: pd.DataFrame) -> str:
    """Return the shares of tables that each check objects to, one line for each kind of table."""
    lines = []
    for name, rows in table.groupby("tables of", sort=False):
        by_check = rows.set_index("check")
        cells = [
            f"{_percent(by_check['objects'][check])} of {by_check['tables'][check]}"
            if check in by_check.index
            else ""
            for check in ("shape", "ignored_columns")
        ]
        lines.append([str(name), *cells])
    return _markdown(["tables of", "`shape`", "`ignored_columns`"], lines)


def _power_table(table: pd.DataFrame) -> str:
    lines = [
        [f"`{row['check']}`", row["tables of"], str(row["tables"])]
        + [_percent(row[name]) for name in ("objects", "fails", "two_sites", "both_curves")]
        for row in table.to_dict("records")
    ]
    return _markdown(["check", "tables of", "tables", "objects", "fails", "two sites", "both"], lines)


def _markdown(headings: list[str], lines: list[list[str]]) -> str:
    rows = [headings, ["---"] * len(headings), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def main() -> None:
    """Try the checks; write after every kind of table, so that a run can be stopped early."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tables", type=int, default=100, help="of each case")
    parser.add_argument("--bundled-tables", type=int, default=50, help="of each design of a bundled model")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=HERE / "check_power")
    options = parser.parse_args()
    scenarios = [scenario for scenario in SCENARIOS if kernel.is_supported(make_design(scenario))]
    tasks: list[partial[list[Record]]] = [partial(try_case, c, options.tables, options.seed) for c in CASES]
    tasks += [partial(try_scenario, s, options.bundled_tables, options.seed) for s in scenarios]
    parts: dict[int, list[Record]] = {}
    for i, results in engine.run(call, tasks, workers=options.processes):
        if isinstance(results, engine.Failure):
            raise RuntimeError(f"{tasks[i]}: {results.reason}")
        parts[i] = results
        records = [record for _, part in sorted(parts.items()) for record in part]
        table = summary(pd.DataFrame(records))
        table.to_csv(options.output.with_suffix(".csv"), index=False, float_format="%.4f")
        page = to_markdown(table, options.seed)
        options.output.with_suffix(".md").write_text(page, encoding="utf-8")
        print(f"{results[0]['tables of']}: {len(records)} records", flush=True)


def call(task: partial[list[Record]]) -> list[Record]:
    """Run one task."""
    return task()


if __name__ == "__main__":
    main()
