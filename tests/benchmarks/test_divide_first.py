import numpy as np
import pandas as pd
import pytest

from benchmarks.divide_first import (
    LEVELS,
    RATIOS,
    TRUTHS,
    against_scans,
    figure,
    occupancy_plots,
    page,
    ratios,
    record,
    summary,
    ways,
)
from benchmarks.scans import SCENARIOS, plan, simulate
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drugs
from petfit.model.design import Design

OCCUPANCY = {3.0: 0.2, 10.0: 0.45, 30.0: 0.7, 100.0: 0.84}
BASELINE = {"midbrain": 2.4, "putamen": 1.5, "thalamus": 1.0}


def exact(scenario, v_nd=0.0, between=0.1):
    """Scans without noise: people differ in baseline and V_ND, and occupancy is that of the dose."""
    table = plan(scenario, regions=tuple(BASELINE))
    person = table["subject"].astype(float)
    specific = table["region"].map(BASELINE) * np.exp(between * np.sin(person))
    left = 1.0 - table["dose"].map(OCCUPANCY).fillna(0.0)
    return table.assign(value=v_nd * (1.0 + between * np.cos(person)) + specific * left)


@pytest.mark.parametrize("scenario", ["own baseline", "several baselines", "one baseline for two drug scans"])
@pytest.mark.parametrize("divide", [ratios, occupancy_plots])
def test_without_noise_the_occupancy_comes_out(scenario, divide):
    table = exact(scenario, v_nd=0.0 if divide is ratios else 5.0)
    found = divide(table)
    under_drug = table[table["condition"] == "drug"]
    assert len(found) == len(under_drug) // (1 if divide is ratios else len(BASELINE))
    assert found["value"].to_numpy() == pytest.approx(found["dose"].map(OCCUPANCY).to_numpy(), rel=1e-12)


def test_own_baselines_are_averaged():
    table = exact("several baselines")
    first = (table["condition"] == "baseline") & (table["session"] == "1")
    apart = table.assign(value=table["value"] + np.where(first, 0.2, 0.0))
    second = (table["condition"] == "baseline") & (table["session"] == "2")
    balanced = apart.assign(value=apart["value"] - np.where(second, 0.2, 0.0))
    pd.testing.assert_frame_equal(ratios(balanced), ratios(table))
    assert (ratios(apart)["value"] > ratios(table)["value"]).all()


@pytest.mark.parametrize("divide", [ratios, occupancy_plots])
def test_people_without_baseline_are_dropped_or_borrow_the_mean(divide):
    table = exact("some without baseline", between=0.0)
    assert divide(table)["subject"].nunique() == 8
    borrowed = divide(table, borrow=True)
    assert borrowed["subject"].nunique() == 12
    assert borrowed["value"].to_numpy() == pytest.approx(borrowed["dose"].map(OCCUPANCY).to_numpy())
    assert divide(exact("controls alone"), borrow=True)["subject"].nunique() == 8


@pytest.mark.parametrize("outcome", TRUTHS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_way_has_rows_that_suit_its_model(outcome, scenario):
    truth = TRUTHS[outcome]
    table = simulate(np.random.default_rng(1), plan(scenario, regions=tuple(truth.baseline)), truth)
    names = []
    for way, missing, spec, rows in ways(outcome, scenario, table):
        design = Design.build(spec, read_evidence(rows, extra=spec.columns), read_drugs())
        assert design.drugs == ("simulated drug",)
        assert ("sigma" in design.scalar_priors) == (way in RATIOS)
        names.append((way, missing))
    assert len(names) == len(set(names)) > 2


def test_infinite_doses_count_as_they_are():
    draws = np.array([10.0, 20.0, 40.0, 80.0, np.inf, np.inf, np.inf, np.inf])
    told = record(draws, 20.0)
    assert told["rank"] == 1 / 8
    assert told["error"] == pytest.approx(np.log(80.0 / 20.0))
    assert told["width_0.5"] == told["width_0.95"] == np.inf
    bounded = record(np.exp(np.linspace(0.0, 1.0, 1001)), 1.0)
    assert bounded["width_0.5"] == pytest.approx(0.5, abs=0.002)
    assert bounded["width_0.95"] == pytest.approx(0.95, abs=0.002)


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(3)
    keys = [
        (outcome, scenario, missing, way)
        for outcome in TRUTHS
        for scenario, missing in (("own baseline", ""), ("some without baseline", "dropped"))
        for way in ("scans", "ratios")
    ]
    return pd.DataFrame(
        [
            {
                **dict(zip(("outcome", "scenario", "missing", "way"), key, strict=True)),
                "quantity": "dose for 80 %",
                "fit": fit,
                "diverged": False,
                **record(np.exp(rng.normal(rng.normal(), 1.0, 400)), 1.0),
            }
            for key in keys
            for fit in range(400)
        ]
    )


def test_the_summary_of_calibrated_fits_is_nominal(found):
    table = summary(found)
    assert (table["tables"] == 400).all()
    for level in LEVELS:
        assert ((table[f"coverage_{level:g}"] - level).abs() < 4 * table[f"coverage_{level:g}_mcse"]).all()
    assert (table["bias"].abs() < 4 * table["bias_mcse"]).all()
    assert table["spread"].to_numpy() == pytest.approx(1.0, abs=0.2)
    assert table["width_0.95"].to_numpy() == pytest.approx(3.9, abs=0.1)


def test_ratios_are_held_against_the_scans_of_the_same_table(found):
    scans = found[(found["way"] == "scans") & (found["scenario"] == "own baseline")]
    worse = scans.assign(way="ratios", error=scans["error"] * 2, **{"width_0.5": scans["width_0.5"] * 1.5})
    table = against_scans(pd.concat([scans, worse]))
    assert len(table) == len(TRUTHS)
    assert (table["nearer"] == 1.0).all()
    assert table["wider"].to_numpy() == pytest.approx(1.5)
    even = against_scans(found)
    assert ((even["nearer"] - 0.5).abs() < 4 * even["nearer_mcse"]).all()


def test_the_page_and_the_figure_hold_every_design(found):
    table = summary(found)
    told = page(table, against_scans(found))
    assert told.count("| own baseline | ") == 4
    assert told.count("| some without baseline, dropped | ") == 4
    assert "nan" not in told
    assert len(figure(table).axes) == 6
