import numpy as np
import pandas as pd
import pytest

from benchmarks.divide_first import (
    LEVELS,
    RATIOS,
    TRUTHS,
    analyses,
    compare_with_scans,
    figure,
    occupancy_plots,
    ratios,
    record,
    summary,
    to_markdown,
)
from benchmarks.scans import SCENARIOS, plan, simulate
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model.design import Design
from tests.helpers import slow_but

OCCUPANCY = {3.0: 0.2, 10.0: 0.45, 30.0: 0.7, 100.0: 0.84}
BASELINE = {"midbrain": 2.4, "putamen": 1.5, "thalamus": 1.0}


def noiseless_scans(scenario, v_nd=0.0, between=0.1):
    """Return scans without noise of subjects who differ in baseline and V_ND."""
    table = plan(scenario, regions=tuple(BASELINE))
    number = table["subject"].astype(float)
    baseline = table["region"].map(BASELINE) * np.exp(between * np.sin(number))
    specific = baseline * (1.0 - table["dose"].map(OCCUPANCY).fillna(0.0))
    return table.assign(value=v_nd * (1.0 + between * np.cos(number)) + specific)


@pytest.mark.parametrize("scenario", ["own baseline", "several baselines", "one baseline for two drug scans"])
@pytest.mark.parametrize("divide", [ratios, occupancy_plots])
def test_ratios_of_noiseless_scans_are_the_occupancy(scenario, divide):
    table = noiseless_scans(scenario, v_nd=0.0 if divide is ratios else 5.0)
    rows = divide(table)
    drug_scans = table[table["condition"] == "drug"]
    assert len(rows) == len(drug_scans) // (1 if divide is ratios else len(BASELINE))
    assert rows["value"].to_numpy() == pytest.approx(rows["dose"].map(OCCUPANCY).to_numpy(), rel=1e-12)


def test_baselines_of_a_subject_are_averaged():
    table = noiseless_scans("several baselines")
    first = (table["condition"] == "baseline") & (table["session"] == "1")
    unbalanced = table.assign(value=table["value"] + np.where(first, 0.2, 0.0))
    second = (table["condition"] == "baseline") & (table["session"] == "2")
    balanced = unbalanced.assign(value=unbalanced["value"] - np.where(second, 0.2, 0.0))
    pd.testing.assert_frame_equal(ratios(balanced), ratios(table))
    assert (ratios(unbalanced)["value"] > ratios(table)["value"]).all()


@pytest.mark.parametrize("divide", [ratios, occupancy_plots])
def test_subjects_without_a_baseline_are_dropped_or_borrow_the_mean(divide):
    table = noiseless_scans("some without baseline", between=0.0)
    assert divide(table)["subject"].nunique() == 8
    borrowed = divide(table, borrow=True)
    assert borrowed["subject"].nunique() == 12
    assert borrowed["value"].to_numpy() == pytest.approx(borrowed["dose"].map(OCCUPANCY).to_numpy())
    assert divide(noiseless_scans("controls alone"), borrow=True)["subject"].nunique() == 8


@pytest.mark.parametrize("outcome", TRUTHS)
@pytest.mark.parametrize("scenario", slow_but(list(SCENARIOS)[:2], SCENARIOS))
def test_every_analysis_can_be_fitted(outcome, scenario):
    truth = TRUTHS[outcome]
    table = simulate(np.random.default_rng(1), plan(scenario, regions=tuple(truth.baseline)), truth)
    names = []
    for analysis, missing, spec, rows in analyses(outcome, scenario, table):
        design = Design.build(spec, read_evidence(rows, extra=spec.columns), read_drug_table())
        assert design.drugs == ("simulated drug",)
        assert ("sigma" in design.scalar_priors) == (analysis in RATIOS)
        names.append((analysis, missing))
    assert len(names) == len(set(names)) > 2


def test_infinite_doses_give_infinite_widths():
    draws = np.array([10.0, 20.0, 40.0, 80.0, np.inf, np.inf, np.inf, np.inf])
    unbounded = record(draws, 20.0)
    assert unbounded["rank"] == 1 / 8
    assert unbounded["error"] == pytest.approx(np.log(80.0 / 20.0))
    assert unbounded["width_0.5"] == unbounded["width_0.95"] == np.inf
    bounded = record(np.exp(np.linspace(0.0, 1.0, 1001)), 1.0)
    assert bounded["width_0.5"] == pytest.approx(0.5, abs=0.002)
    assert bounded["width_0.95"] == pytest.approx(0.95, abs=0.002)


@pytest.fixture(scope="module")
def records():
    rng = np.random.default_rng(3)
    keys = [
        (outcome, scenario, missing, analysis)
        for outcome in TRUTHS
        for scenario, missing in (("own baseline", ""), ("some without baseline", "dropped"))
        for analysis in ("scans", "ratios")
    ]
    return pd.DataFrame(
        [
            {
                **dict(zip(("outcome", "scenario", "missing", "analysis"), key, strict=True)),
                "quantity": "dose for 80 %",
                "fit": fit,
                "diverged": False,
                **record(np.exp(rng.normal(rng.normal(), 1.0, 400)), 1.0),
            }
            for key in keys
            for fit in range(400)
        ]
    )


def test_the_summary_of_calibrated_fits_is_nominal(records):
    table = summary(records)
    assert (table["tables"] == 400).all()
    for level in LEVELS:
        assert ((table[f"coverage_{level:g}"] - level).abs() < 4 * table[f"coverage_{level:g}_mcse"]).all()
    assert (table["bias"].abs() < 4 * table["bias_mcse"]).all()
    assert table["spread"].to_numpy() == pytest.approx(1.0, abs=0.2)
    assert table["width_0.95"].to_numpy() == pytest.approx(3.9, abs=0.1)


def test_analyses_are_compared_with_the_scans_of_the_same_table(records):
    scans = records[(records["analysis"] == "scans") & (records["scenario"] == "own baseline")]
    worse = scans.assign(
        analysis="ratios", error=scans["error"] * 2, **{"width_0.5": scans["width_0.5"] * 1.5}
    )
    table = compare_with_scans(pd.concat([scans, worse]))
    assert len(table) == len(TRUTHS)
    assert (table["nearer"] == 1.0).all()
    assert table["wider"].to_numpy() == pytest.approx(1.5)
    equal = compare_with_scans(records)
    assert ((equal["nearer"] - 0.5).abs() < 4 * equal["nearer_mcse"]).all()


def test_page_and_figure_show_every_scenario(records):
    table = summary(records)
    page = to_markdown(table, compare_with_scans(records))
    assert page.count("| own baseline | ") == 4
    assert page.count("| some without baseline, dropped | ") == 4
    assert "nan" not in page
    assert len(figure(table).axes) == 6
