"""A small calibration: intervals hold truths drawn from the prior about as often as they say."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.calibrate import CELL, coverage, fits, quantities, simulate
from benchmarks.designs import layout_of

FITS = 40


@pytest.fixture(scope="module")
def ranks():
    return pd.DataFrame(fits("emax", FITS, seed=3))


def test_no_interval_holds_the_truth_too_rarely_or_too_often(ranks):
    table = coverage(ranks)
    for level in (0.5, 0.9):
        inside = table[f"coverage_{level:g}"] * FITS
        low, high = stats.binom.ppf([1e-4, 1 - 1e-4], FITS, level)
        assert inside.between(low, high).all(), table


def test_truths_rank_in_the_middle_on_average(ranks):
    for quantity, group in ranks.groupby("quantity"):
        error = (1 / 12 / FITS) ** 0.5
        assert abs(group["rank"].mean() - 0.5) < 4 * error, quantity


def test_every_fit_is_ranked_for_every_quantity(ranks):
    assert (ranks.groupby("quantity").size() == FITS).all()
    assert {"log_ec50", "omega", "sigma", "ec50 of A", "dose for 80 % of B"} <= set(ranks["quantity"])


def test_simulated_ranges_are_cells_of_a_fixed_grid():
    simulated, _ = simulate(layout_of("ssri"), np.random.default_rng(5))
    ranges = simulated.rows[simulated.rows["level"] == "range"]
    assert len(ranges)
    for end in ("low", "high"):
        cells = ranges[end] / CELL
        assert (cells - cells.round()).abs().max() < 1e-9
    assert ((ranges["high"] - ranges["low"]) - CELL).abs().max() < 1e-9


def test_simulated_extremes_are_told_as_they_are_and_one_set_has_one_range():
    layout = layout_of("meta_analysis")
    simulated, _ = simulate(layout, np.random.default_rng(5))
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
    layout, rng = layout_of(model), np.random.default_rng(5)
    assert {"baseline", "drug"} == set(layout.rows["condition"])
    with_baseline = layout.rows.loc[layout.rows["condition"] == "baseline", "subject"].nunique()
    assert 0 < with_baseline < layout.rows["subject"].nunique() == 10
    for _ in range(200):
        simulated, truth = simulate(layout, rng)
        assert np.isfinite(simulated.rows["value"]).all()
        assert simulated.rows[["sd", "se", "low", "high"]].isna().all(axis=None)
        if model == "scan_vt":
            assert (simulated.rows["value"] > 0).all()
    told = quantities(layout, truth)
    assert {"scan_sigma", "omega", "dose for 80 % of simulated drug"} <= set(told)
    assert "sigma" not in told
