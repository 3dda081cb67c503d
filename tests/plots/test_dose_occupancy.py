from collections import Counter

import numpy as np
import pandas as pd
import pytest
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

import petfit
from petfit.plots.dose_occupancy import plot_dose_occupancy
from petfit.results.quantiles import quantile
from petfit.results.scan_occupancy import scan_occupancy
from tests.helpers import by_title, drawn_points, drawn_ranges, fit_from_prior, legend_labels, tick_labels
from tests.plasma_model import MODEL as PLASMA_MODEL
from tests.plasma_model import TABLE as PLASMA_TABLE


def curve(ax):
    """The x and y of the median curve."""
    return max(ax.get_lines(), key=lambda line: (len(line.get_xdata()), line.get_linewidth())).get_data()


def scan_bars(ax):
    return [tuple(line.get_ydata()) for line in ax.get_lines() if line.get_linewidth() == 0.6]


@pytest.mark.parametrize("fixture", ["ssri_fit", "prior_fit"])
def test_every_row_is_drawn_once_in_the_panel_of_its_drug(fixture, request):
    fit = request.getfixturevalue(fixture)
    panels, rows = by_title(plot_dose_occupancy(fit)), fit.design.rows
    assert list(panels) == list(fit.design.drugs)
    for drug, ax in panels.items():
        drug_rows = rows[rows["drug"] == drug]
        is_range = drug_rows["level"] == "range"
        assert Counter(y for _, y in drawn_points(ax)) == Counter(drug_rows.loc[~is_range, "value"])
        ends = zip(drug_rows.loc[is_range, "low"], drug_rows.loc[is_range, "high"], strict=True)
        assert Counter((low, high) for _, low, high in drawn_ranges(ax)) == Counter(ends)


def test_rows_stand_near_their_dose_and_apart_from_each_other(ssri_fit):
    rows = ssri_fit.design.rows
    for drug, ax in by_title(plot_dose_occupancy(ssri_fit)).items():
        marks = [*drawn_points(ax), *drawn_ranges(ax)]
        positions = [x for x, *_ in marks]
        doses = np.log10(rows.loc[rows["drug"] == drug, "dose"].to_numpy())
        assert len(set(marks)) == len(marks)
        assert all(np.abs(doses - x).min() <= 0.125 for x in positions)


def test_dose_of_0_has_a_tick_of_its_own_behind_a_break(prior_fit):
    panels = by_title(plot_dose_occupancy(prior_fit))
    for drug, ax in panels.items():  # only A was given at dose 0
        assert ("0" in tick_labels(ax)) is (drug == "A")
        assert ("//" in [text.get_text() for text in ax.texts]) is (drug == "A")
    ax = panels["A"]
    assert (ax.get_xticks()[tick_labels(ax).index("0")], 0.02) in drawn_points(ax)


def test_curve_is_the_median_for_a_typical_person(ssri_fit):
    for drug, ax in by_title(plot_dose_occupancy(ssri_fit)).items():
        x, y = (values[::20] for values in curve(ax))
        draws = ssri_fit.occupancy_draws(10**x).sel(drug=drug).to_numpy()
        assert y == pytest.approx(quantile(draws, 0.5), rel=1e-9)


def test_curve_follows_the_levels_asked_for(ssri_fit):
    (usual,) = plot_dose_occupancy(ssri_fit, drugs=["sertraline"])
    (single,) = plot_dose_occupancy(ssri_fit, drugs=["sertraline"], at={"regimen": "single"})
    assert not np.allclose(curve(usual)[1], curve(single)[1])


def test_horizontal_axis_names_the_exposure_and_its_unit(ssri_fit):
    assert {ax.get_xlabel() for ax in plot_dose_occupancy(ssri_fit)} == {"dose (mg/day)"}


def test_legend_names_every_study_regimen_and_tracer(ssri_fit):
    labels = " | ".join(legend_labels(plot_dose_occupancy(ssri_fit)[0]))
    rows = ssri_fit.design.rows
    assert all(name in labels for name in {*rows["study"], *rows["regimen"], *rows["tracer"]})


def test_scans_under_the_drug_are_drawn_by_their_derived_occupancy(scans_fit):
    (ax,) = plot_dose_occupancy(scans_fit)
    occupancies = scan_occupancy(scans_fit)
    assert Counter(y for _, y in drawn_points(ax)) == Counter(occupancies["median"])
    assert Counter(scan_bars(ax)) == Counter(zip(occupancies["low"], occupancies["high"], strict=True))


def test_long_bar_of_a_scan_does_not_extend_the_axis(scans_table):
    fit = fit_from_prior(petfit.read_model("scan"), scans_table)
    occupancies = scan_occupancy(fit)
    (ax,) = plot_dose_occupancy(fit)
    lowest = min(-0.5, occupancies["median"].min())
    assert occupancies["low"].min() < lowest - 1.0
    assert lowest - 0.5 < ax.get_ylim()[0] <= lowest


def test_the_legend_of_a_model_with_kinetics_says_when_curve_and_marks_hold():
    axes = plot_dose_occupancy(fit_from_prior(PLASMA_MODEL, PLASMA_TABLE, draws=100), at={"when": "peak"})
    labels = legend_labels(axes[0])
    assert {"typical at peak, 50 and 95 %", "marks: at their scan's time"} <= set(labels)
    assert "median, the other regimen" not in labels  # which the model does not distinguish


def test_legend_names_only_the_studies_of_the_drugs_shown(ssri_fit):
    rows = ssri_fit.design.rows
    shown = set(rows.loc[rows["drug"] == "paroxetine", "study"])
    labels = " | ".join(legend_labels(plot_dose_occupancy(ssri_fit, drugs=["paroxetine"])[0]))
    assert {study for study in set(rows["study"]) if study in labels} == shown


def test_legend_of_given_axes_stands_below_them(prior_fit):
    figure = Figure(figsize=(7, 5), layout="constrained")
    given = figure.subplots(1, 2)
    plot_dose_occupancy(prior_fit, ax=given)
    figure.draw_without_rendering()
    box = given[-1].get_legend().get_window_extent()
    assert 0 <= box.y0 < box.y1 < given[-1].bbox.y0


def test_legend_explains_only_the_levels_in_the_fit(scans_fit, both_fit, prior_fit):
    derived = "scan, occupancy derived from the fitted baseline"
    for fit, levels in (
        (scans_fit, {derived}),
        (both_fit, {derived, "one person"}),
        (prior_fit, {"one person"}),
    ):
        labels = set(legend_labels(plot_dose_occupancy(fit)[0]))
        assert labels & {derived, "one person"} == levels


def test_reported_occupancies_and_scans_are_drawn_together(both_fit):
    rows, occupancies = both_fit.design.rows, scan_occupancy(both_fit)
    for drug, ax in by_title(plot_dose_occupancy(both_fit)).items():
        drug_rows = rows[rows["drug"] == drug]
        reported = drug_rows.loc[~drug_rows["level"].isin(["scan", "range"]), "value"]
        scans = occupancies.loc[drug_rows.index[drug_rows["condition"] == "drug"], "median"]
        assert Counter(y for _, y in drawn_points(ax)) == Counter([*reported, *scans])


def test_extremes_have_dashed_bars_and_ranges_of_a_mean_solid_ones(extremes_fit):
    (ax,) = plot_dose_occupancy(extremes_fit)
    is_dashed = Counter(
        (line.get_ydata()[0], line.is_dashed())
        for line in ax.get_lines()
        if len(line.get_ydata()) == 2 and line.get_linewidth() > 2
    )
    assert is_dashed == Counter([(0.2, True), (0.3, True), (0.3, True), (0.4, False)])
    assert {"range of the mean", "lowest and highest"} <= set(legend_labels(ax))


def test_study_is_numbered_once_at_each_dose():
    rows = [
        {"study": study, "region": region, "drug": "A", "dose": 10.0, "value": value, "sd": 0.1, "n": 5}
        for study, value in (("one", 0.5), ("two", 0.6))
        for region in ("midbrain", "striatum")
    ]
    fit = fit_from_prior(petfit.read_model("emax"), pd.DataFrame(rows), draws=100)
    (ax,) = plot_dose_occupancy(fit)
    assert sorted(text.get_text() for text in ax.texts) == ["1", "2"]


@pytest.fixture(scope="module")
def studies_fit():
    """Many studies, two of them at a dose far from the others."""
    doses = [5.0] * 20 + [80.0] * 2
    rows = [
        {"study": f"study {i}", "drug": "A", "dose": dose, "value": 0.3 + i / 50, "sd": 0.1, "n": 5}
        for i, dose in enumerate(doses)
    ]
    return fit_from_prior(petfit.read_model("emax"), pd.DataFrame(rows), draws=100)


@pytest.mark.parametrize("fixture", ["ssri_fit", "studies_fit"])
def test_no_number_of_a_study_is_drawn_over_another(fixture, request):
    axes = plot_dose_occupancy(request.getfixturevalue(fixture))
    axes[0].figure.draw_without_rendering()
    for ax in axes:
        boxes = [text.get_window_extent() for text in ax.texts]
        assert boxes
        assert sum(box.count_overlaps(boxes) for box in boxes) == len(boxes)  # each overlaps itself alone


def test_arrows_lead_from_limits_and_bars_are_standard_errors(limits_fit):
    (ax,) = plot_dose_occupancy(limits_fit)
    arrows = [bars for bars in ax.containers if isinstance(bars, ErrorbarContainer)]
    ends = [bars.lines[2][0].get_segments()[0][:, 1] for bars in arrows]
    drawn = sorted(tuple(sorted(pair)) for pair in ends)
    assert np.array(drawn) == pytest.approx(np.array([(0.04, 0.1), (0.6, 0.66), (0.95, 1.01)]))
    thin = [tuple(line.get_ydata()) for line in ax.get_lines() if line.get_linewidth() == 0.9]
    assert (0.4, 0.6) in thin
    assert "limit: the number lies below, or above" in legend_labels(ax)
    assert "one person, their standard error" in legend_labels(ax)
