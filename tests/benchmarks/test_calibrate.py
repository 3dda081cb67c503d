"""A small calibration, and whether a large one would notice what is wrong."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.calibrate import CELL, fits, held, kept, quantities, rank, simulate, summary
from benchmarks.calibration_page import BIN_NAMES, bands, coverage, outside, page, write
from benchmarks.scenarios import SCENARIOS, TABLES, Scenario, make_design
from petfit.evidence.bundled import models_folder

FITS = 40
EMAX = Scenario("emax", "people")


@pytest.fixture(scope="module")
def ranks():
    return pd.DataFrame(fits(EMAX, FITS, seed=(3,)))


def of_ranks(*ranks, names="abcdefgh"):
    """Return a scenario's results from the ranks of its quantities."""
    rows = [
        {"fit": f"{i}", "quantity": name, "rank": one, "inside": True, "content": 0.95, "ess": 500.0}
        for name, of_name in zip(names, ranks, strict=False)
        for i, one in enumerate(of_name)
    ]
    run = {"target_accept": 0.9, "seconds": 0.1, "date": "2026-01-01", "commit": "abc"}
    return summary(pd.DataFrame(rows).assign(divergent=0)).assign(model="emax", table="people", **run)


def test_no_interval_holds_the_truth_too_rarely_or_too_often(ranks):
    table = summary(ranks)
    for level in (0.5, 0.9):
        inside = coverage(table, level) * FITS
        low, high = stats.binom.ppf([1e-4, 1 - 1e-4], FITS, level)
        assert inside.between(low, high).all(), table


def test_truths_rank_in_the_middle_on_average(ranks):
    for quantity, group in ranks.groupby("quantity"):
        error = (1 / 12 / FITS) ** 0.5
        assert abs(group["rank"].mean() - 0.5) < 4 * error, quantity


def test_no_rank_leaves_its_band_by_far_and_doses_are_held(ranks):
    table = summary(ranks)
    assert outside(table).sum() <= 1
    doses = ranks[ranks["quantity"].str.contains("dose for 80 %")]
    assert doses["inside"].sum() >= stats.binom.ppf(1e-4, len(doses), 0.9)
    assert ranks["content"].between(0.949, 1.0).all()


def test_every_fit_is_ranked_for_every_quantity(ranks):
    assert (ranks.groupby("quantity").size() == FITS).all()
    told = {
        "log_ec50",
        "omega",
        "sigma",
        "ec50 of A",
        "dose for 80 % of B",
        "new subject's dose for 80 % of B",
    }
    assert told <= set(ranks["quantity"])


def test_uniform_ranks_stay_inside_their_bands_as_often_as_said():
    rng = np.random.default_rng(1)
    left = [outside(of_ranks(*rng.random((8, 200)))).any() for _ in range(200)]
    assert sum(left) <= stats.binom.isf(1e-4, len(left), 0.01)


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("shifted", lambda u: u**1.3),
        ("too narrow", lambda u: stats.norm.cdf(1.25 * stats.norm.ppf(u))),
        ("too wide", lambda u: stats.norm.cdf(0.8 * stats.norm.ppf(u))),
    ],
)
def test_ranks_that_are_not_uniform_leave_their_band_and_are_named(what, wrong):
    rng = np.random.default_rng(2)
    table = of_ranks(rng.random(1000), wrong(rng.random(1000)), names=["right", what])
    assert outside(table).tolist() == [False, True]
    written = page(table)
    assert "1 of 2 outside" in written
    assert re.search(rf"\| {what} \|", written)
    assert "| right |" not in written


def test_a_coverage_of_doses_that_is_not_as_wanted_is_named():
    table = of_ranks(*np.random.default_rng(7).random((3, 1000)), names=["dose for 80 % of A", "x", "y"])
    assert "Of 1 coverages 1 is outside: 1.000 where 0.950 is expected" in page(table)
    assert "Of 1 coverages none is outside. " in page(table.assign(inside=0.95))


def test_bands_widen_with_more_quantities_and_narrow_with_more_fits():
    def width(*numbers):
        low, high = bands(*numbers)
        return (high - low).mean()

    assert width(100, 1) < width(100, 20)
    assert width(1000, 1) < width(100, 1)


def test_an_infinite_truth_is_held_by_an_infinite_upper_end_alone():
    rng = np.random.default_rng(3)
    finite = rng.lognormal(size=(2, 500))
    some = np.where(rng.random((2, 500)) < 0.2, np.inf, finite)
    truth = np.array(np.inf)
    assert not held(finite, truth, rng)["inside"]
    assert held(finite, truth, rng)["rank"] > 0.99
    assert held(some, truth, rng)["inside"]
    assert 0.96 < held(some, truth, rng)["content"] < 0.98
    assert held(np.full((2, 500), np.inf), truth, rng)["inside"]


def test_ranks_among_equals_are_uniform():
    rng = np.random.default_rng(4)
    draws = np.array([1.0, 2.0, *[np.inf] * 8])
    found = [rank(draws, np.array(np.inf), rng) for _ in range(2000)]
    assert stats.kstest(found, "uniform", (2 / 11, 9 / 11)).pvalue > 1e-4


def test_results_of_other_designs_are_kept(tmp_path):
    path = tmp_path / "results.csv"
    first = of_ranks(np.linspace(0, 1, 50))
    other = first.assign(table="mixed")
    pd.concat([first, other, first.assign(model="ssri")]).to_csv(path, index=False)
    found = kept(other.assign(commit="new"), path)
    assert dict(zip(found["model"] + found["table"], found["commit"], strict=True)) == {
        "emaxpeople": "abc",
        "emaxmixed": "new",
        "ssripeople": "abc",
    }


def test_page_and_figure_come_from_what_is_kept(tmp_path):
    table = of_ranks(*np.random.default_rng(5).random((3, 100)))
    path = tmp_path / "results.csv"
    table.to_csv(path, index=False)
    write(pd.read_csv(path), tmp_path / "results", EMAX)
    assert "(results/emax-people.svg)" in (tmp_path / "results.md").read_text()
    assert (tmp_path / "results" / "emax-people.svg").stat().st_size < 100_000
    assert (table[list(BIN_NAMES)].sum(axis=1) == 100).all()


def test_every_bundled_model_is_calibrated_with_and_without_groups():
    assert {scenario.model for scenario in SCENARIOS} == {
        file.stem for file in models_folder().glob("*.toml")
    }
    assert {scenario.table for scenario in SCENARIOS} == set(TABLES)
    for scenario in SCENARIOS:
        levels = set(make_design(scenario).rows["level"])
        without = {"people": {"subject"}, "scans": {"scan"}}.get(scenario.table)
        assert levels == without if without else {"group", "range"} <= levels


def test_a_new_person_is_drawn_only_where_people_differ_and_chance_is_given():
    design, rng = make_design(EMAX), np.random.default_rng(6)
    truth = simulate(design, rng)[1]
    both = quantities(design, truth, rng)
    assert set(both) - set(quantities(design, truth)) == {f"new subject's dose for 80 % of {d}" for d in "AB"}
    dose = both["dose for 80 % of A"]
    shift = np.log(both["new subject's dose for 80 % of A"] / dose) / truth["omega"]
    assert abs(shift) < 5 or np.isinf(dose)
    assert shift != 0


def test_simulated_ranges_are_cells_of_a_fixed_grid():
    simulated, _ = simulate(make_design(Scenario("ssri", "bundled")), np.random.default_rng(5))
    ranges = simulated.rows[simulated.rows["level"] == "range"]
    assert len(ranges)
    for end in ("low", "high"):
        cells = ranges[end] / CELL
        assert (cells - cells.round()).abs().max() < 1e-9
    assert ((ranges["high"] - ranges["low"]) - CELL).abs().max() < 1e-9


def test_simulated_extremes_are_told_as_they_are_and_one_set_has_one_range():
    design = make_design(Scenario("meta_analysis", "mixed"))
    simulated, _ = simulate(design, np.random.default_rng(5))
    extremes = simulated.rows[simulated.rows["level"] == "extremes"]
    of_set = simulated.rows[simulated.rows["set_complete"] == "yes"]
    assert len(extremes) == len(of_set) == 3
    assert (extremes["low"] < extremes["high"]).all()
    assert extremes["low"].nunique() == 3
    assert of_set["low"].nunique() == of_set["high"].nunique() == 1
    assert (of_set["low"] < of_set["high"]).all()
    assert simulated.rows.loc[[*extremes.index, *of_set.index], "value"].isna().all()


@pytest.mark.parametrize("model", ["scan", "scan_vt"])
def test_simulated_scans_are_what_the_model_says_and_all_that_is_in_their_rows(model):
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
    told = quantities(design, truth)
    assert {"scan_sigma", "omega", "dose for 80 % of simulated drug"} <= set(told)
    assert "sigma" not in told
