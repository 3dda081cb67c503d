"""Run a small calibration, and check that a large one would detect wrong posteriors."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.calibrate import (
    compare_with_draws,
    merge_results,
    quantities,
    rank,
    rank_truths,
    simulate,
    summary,
)
from benchmarks.calibration_page import (
    BIN_NAMES,
    confidence_bands,
    coverage,
    is_outside_band,
    to_markdown,
    write,
)
from benchmarks.scenarios import SCENARIOS, TABLES, Scenario, make_design
from petfit.evidence.bundled import models_folder

pytestmark = pytest.mark.slow

FITS = 40
EMAX = Scenario("emax", "people")
CELL = 0.05


@pytest.fixture(scope="module")
def ranks():
    return pd.DataFrame(rank_truths(EMAX, FITS, seed=(3,)))


def results_from_ranks(*ranks, names="abcdefgh"):
    """Return the results of a scenario from the ranks of its quantities."""
    rows = [
        {"fit": f"{i}", "quantity": name, "rank": value, "inside": True, "content": 0.95, "ess": 500.0}
        for name, values in zip(names, ranks, strict=False)
        for i, value in enumerate(values)
    ]
    run = {"target_accept": 0.9, "seconds": 0.1, "date": "2026-01-01", "commit": "abc"}
    return summary(pd.DataFrame(rows).assign(divergent=0)).assign(model="emax", table="people", **run)


def test_coverage_is_nominal(ranks):
    table = summary(ranks)
    for level in (0.5, 0.9):
        inside = coverage(table, level) * FITS
        low, high = stats.binom.ppf([1e-4, 1 - 1e-4], FITS, level)
        assert inside.between(low, high).all(), table


def test_mean_rank_is_one_half(ranks):
    for quantity, group in ranks.groupby("quantity"):
        error = (1 / 12 / FITS) ** 0.5
        assert abs(group["rank"].mean() - 0.5) < 4 * error, quantity


def test_ranks_are_uniform_and_dose_intervals_cover(ranks):
    table = summary(ranks)
    assert is_outside_band(table).sum() <= 1
    doses = ranks[ranks["quantity"].str.contains("dose for 80 %")]
    assert doses["inside"].sum() >= stats.binom.ppf(1e-4, len(doses), 0.9)
    assert ranks["content"].between(0.949, 1.0).all()


def test_every_fit_has_a_rank_for_every_quantity(ranks):
    assert (ranks.groupby("quantity").size() == FITS).all()
    expected = {
        "log_ec50",
        "omega",
        "sigma",
        "ec50 of A",
        "dose for 80 % of B",
        "new subject's dose for 80 % of B",
    }
    assert expected <= set(ranks["quantity"])


def test_uniform_ranks_leave_the_bands_in_one_percent_of_scenarios():
    rng = np.random.default_rng(1)
    flagged = [is_outside_band(results_from_ranks(*rng.random((8, 200)))).any() for _ in range(200)]
    assert sum(flagged) <= stats.binom.isf(1e-4, len(flagged), 0.01)


@pytest.mark.parametrize(
    ("name", "transform"),
    [
        ("shifted", lambda u: u**1.3),
        ("too narrow", lambda u: stats.norm.cdf(1.25 * stats.norm.ppf(u))),
        ("too wide", lambda u: stats.norm.cdf(0.8 * stats.norm.ppf(u))),
    ],
)
def test_non_uniform_ranks_leave_the_band_and_are_listed(name, transform):
    rng = np.random.default_rng(2)
    table = results_from_ranks(rng.random(1000), transform(rng.random(1000)), names=["uniform", name])
    assert is_outside_band(table).tolist() == [False, True]
    page = to_markdown(table)
    assert "1 of 2 outside" in page
    assert re.search(rf"\| {name} \|", page)
    assert "| uniform |" not in page


def test_dose_coverages_outside_the_accepted_range_are_listed():
    table = results_from_ranks(
        *np.random.default_rng(7).random((3, 1000)), names=["dose for 80 % of A", "x", "y"]
    )
    assert "1 of 1 coverages is outside: 1.000 (expected 0.950; emax, people: dose" in to_markdown(table)
    assert "None of 1 coverages is outside. " in to_markdown(table.assign(inside=0.95))


def test_bands_widen_with_more_quantities_and_narrow_with_more_fits():
    def width(fits, quantities):
        low, high = confidence_bands(fits, quantities)
        return (high - low).mean()

    assert width(100, 1) < width(100, 20)
    assert width(1000, 1) < width(100, 1)


def test_only_an_infinite_upper_end_covers_an_infinite_truth():
    rng = np.random.default_rng(3)
    finite = rng.lognormal(size=(2, 500))
    mixed = np.where(rng.random((2, 500)) < 0.2, np.inf, finite)
    truth = np.array(np.inf)
    assert not compare_with_draws(finite, truth, rng)["inside"]
    assert compare_with_draws(finite, truth, rng)["rank"] > 0.99
    assert compare_with_draws(mixed, truth, rng)["inside"]
    assert 0.96 < compare_with_draws(mixed, truth, rng)["content"] < 0.98
    assert compare_with_draws(np.full((2, 500), np.inf), truth, rng)["inside"]


def test_ranks_of_ties_are_uniform():
    rng = np.random.default_rng(4)
    draws = np.array([1.0, 2.0, *[np.inf] * 8])
    ranks = [rank(draws, np.array(np.inf), rng) for _ in range(2000)]
    assert stats.kstest(ranks, "uniform", (2 / 11, 9 / 11)).pvalue > 1e-4


def test_results_of_other_scenarios_are_preserved(tmp_path):
    path = tmp_path / "results.csv"
    first = results_from_ranks(np.linspace(0, 1, 50))
    other = first.assign(table="mixed")
    pd.concat([first, other, first.assign(model="ssri")]).to_csv(path, index=False)
    merged = merge_results(other.assign(commit="new"), path)
    assert dict(zip(merged["model"] + merged["table"], merged["commit"], strict=True)) == {
        "emaxpeople": "abc",
        "emaxmixed": "new",
        "ssripeople": "abc",
    }


def test_page_and_figure_are_drawn_from_stored_results(tmp_path):
    table = results_from_ranks(*np.random.default_rng(5).random((3, 100)))
    path = tmp_path / "results.csv"
    table.to_csv(path, index=False)
    write(pd.read_csv(path), tmp_path / "results", EMAX)
    assert "(results/emax-people.svg)" in (tmp_path / "results.md").read_text()
    assert (tmp_path / "results" / "emax-people.svg").stat().st_size < 100_000
    assert (table[list(BIN_NAMES)].sum(axis=1) == 100).all()


def test_every_bundled_model_is_calibrated_with_and_without_groups():
    models = {file.stem for file in models_folder().glob("*.toml")}
    assert {scenario.model for scenario in SCENARIOS} == models
    assert {scenario.table for scenario in SCENARIOS} == set(TABLES)
    for scenario in SCENARIOS:
        levels = set(make_design(scenario).rows["level"])
        without = {"people": {"subject"}, "scans": {"scan"}}.get(scenario.table)
        with_groups = {"group"} if scenario.model == "ssri_pk" else {"group", "range"}
        assert levels == without if without else with_groups <= levels


def test_a_new_subject_differs_from_the_typical_person_and_needs_a_generator():
    design, rng = make_design(EMAX), np.random.default_rng(6)
    truth = simulate(design, rng)[1]
    both = quantities(design, truth, rng)
    assert set(both) - set(quantities(design, truth)) == {f"new subject's dose for 80 % of {d}" for d in "AB"}
    dose = both["dose for 80 % of A"]
    shift = np.log(both["new subject's dose for 80 % of A"] / dose) / truth["omega"]
    assert abs(shift) < 5 or np.isinf(dose)
    assert shift != 0


def test_concentrations_are_simulated_beside_doses_and_doses_follow_from_concentrations():
    design, rng = make_design(Scenario("ssri_pk", "both")), np.random.default_rng(7)
    simulated, truth = simulate(design, rng)
    assert (simulated.rows["measured"].dropna() != design.rows["measured"].dropna()).sum() > 5
    assert simulated.rows["measured"].notna().equals(design.rows["measured"].notna())
    doses = [value for name, value in quantities(design, truth, rng).items() if "dose" in name]
    assert len(doses) == 4
    assert all(dose > 0.1 for dose in doses)


def test_simulated_ranges_are_cells_of_a_fixed_grid():
    simulated, _ = simulate(make_design(Scenario("ssri", "bundled")), np.random.default_rng(5))
    ranges = simulated.rows[simulated.rows["level"] == "range"]
    assert len(ranges)
    for end in ("low", "high"):
        cells = ranges[end] / CELL
        assert (cells - cells.round()).abs().max() < 1e-9
    assert ((ranges["high"] - ranges["low"]) - CELL).abs().max() < 1e-9


def test_simulated_extremes_differ_by_row_and_a_complete_set_shares_its_range():
    design = make_design(Scenario("meta_analysis", "mixed"))
    simulated, _ = simulate(design, np.random.default_rng(5))
    extremes = simulated.rows[simulated.rows["level"] == "extremes"]
    complete_set = simulated.rows[simulated.rows["set_complete"] == "yes"]
    assert len(extremes) == len(complete_set) == 3
    assert (extremes["low"] < extremes["high"]).all()
    assert extremes["low"].nunique() == 3
    assert complete_set["low"].nunique() == complete_set["high"].nunique() == 1
    assert (complete_set["low"] < complete_set["high"]).all()
    assert simulated.rows.loc[[*extremes.index, *complete_set.index], "value"].isna().all()


@pytest.mark.parametrize("model", ["scan", "scan_vt"])
def test_simulated_scans_have_values_only(model):
    design, rng = make_design(Scenario(model, "scans")), np.random.default_rng(5)
    assert {"baseline", "drug"} == set(design.rows["condition"])
    with_baseline = design.rows.loc[design.rows["condition"] == "baseline", "subject"].nunique()
    assert 0 < with_baseline < design.rows["subject"].nunique() == 10
    for _ in range(200):
        simulated, truth = simulate(design, rng)
        assert np.isfinite(simulated.rows["value"]).all()
        assert simulated.rows[["sd", "se", "low", "high"]].isna().all(axis=None)
        if model == "scan_vt":
            assert (simulated.rows["value"] > 0).all()
    values = quantities(design, truth)
    assert {"scan_sigma", "omega", "dose for 80 % of simulated drug"} <= set(values)
    assert "sigma" not in values
