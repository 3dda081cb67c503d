from collections import Counter

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import PetfitError
from petfit.plots.scan_predictive import plot_scan_predictive
from petfit.results.quantiles import quantile
from tests.helpers import by_title, drawn_points, fit_from_prior


def test_every_scan_is_drawn_in_the_panel_of_its_region(scans_fit):
    rows, replicated = scans_fit.design.rows, scans_fit.posterior_predictive["value"].to_numpy()
    for region, ax in by_title(plot_scan_predictive(scans_fit)).items():
        positions = np.flatnonzero(rows["region"] == region)
        medians = quantile(replicated[..., positions], 0.5)
        expected = zip(medians, rows["value"].iloc[positions], strict=True)
        assert sorted(drawn_points(ax)) == sorted(expected)
        bars = sorted(tuple(bar[:, 0]) for lines in ax.collections for bar in lines.get_segments())
        ends = sorted(map(tuple, quantile(replicated[..., positions], [0.025, 0.975]).T))
        assert np.array(bars) == pytest.approx(np.array(ends))


def test_baseline_scans_and_scans_under_the_drug_have_different_marks(scans_fit):
    rows = scans_fit.design.rows
    for region, ax in by_title(plot_scan_predictive(scans_fit)).items():
        for condition, marker in (("baseline", "o"), ("drug", "^")):
            (line,) = [line for line in ax.get_lines() if line.get_marker() == marker]
            scans = rows[(rows["region"] == region) & (rows["condition"] == condition)]
            assert sorted(line.get_ydata()) == sorted(scans["value"])


def test_occupancies_are_left_out(both_fit):
    rows = both_fit.design.rows
    drawn = [y for ax in plot_scan_predictive(both_fit) for _, y in drawn_points(ax)]
    assert Counter(drawn) == Counter(rows.loc[rows["level"] == "scan", "value"])


def test_more_than_nine_regions_share_one_panel(scans_table):
    regions = [scans_table.assign(region=f"region {i}") for i in range(10)]
    table = pd.concat([rows.drop_duplicates(["subject", "dose"]) for rows in regions], ignore_index=True)
    (ax,) = plot_scan_predictive(fit_from_prior(petfit.read_model("scan"), table, draws=100))
    assert ax.get_title(loc="left") == "all 10 regions"
    assert len(drawn_points(ax)) == len(table)


def test_axes_name_the_quantity_and_its_unit(scans_fit, scans_table):
    assert {ax.get_xlabel() for ax in plot_scan_predictive(scans_fit)} == {"replicated BP_ND"}
    table = scans_table.assign(outcome="vt", value=scans_table["value"] + 5.0)
    axes = plot_scan_predictive(fit_from_prior(petfit.read_model("scan_vt"), table, draws=100))
    assert {ax.get_ylabel() for ax in axes} == {"observed V_T (mL/cm3)"}


def test_fit_of_occupancies_is_refused_with_the_figure_to_use(prior_fit):
    with pytest.raises(PetfitError, match="Draw the figure 'predictive'"):
        plot_scan_predictive(prior_fit)
