import io
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure

import petfit
from petfit import plots
from petfit.errors import PetfitError
from petfit.results import answers, scan_occupancy, target_attainment
from petfit.results.quantiles import quantile
from tests.helpers import fit_from_prior

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
MODEL = f"n_assumed = 5\n[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"
ALL = {
    "attainment": plots.attainment,
    "curves": plots.curves,
    "evidence": plots.evidence,
    "forest": plots.forest,
    "pair": plots.pair,
    "priors": plots.priors,
}
every_plot = pytest.mark.parametrize("plot", ALL.values(), ids=ALL.keys())


def rendered(axes):
    """The axes after they were drawn, so that ticks and labels are final."""
    axes[0].figure.savefig(io.BytesIO(), format="svg")
    return axes


def panels(axes):
    return {ax.get_title(loc="left"): ax for ax in axes}


def drawn_numbers(ax):
    """What stands for rows in a panel of curves: points by marker, ranges by their thick bars."""
    points, ranges = [], []
    for line in ax.get_lines():
        x, y = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
        if line.get_marker() not in ("None", None, ""):
            points += list(zip(x, y, strict=True))
        elif len(x) == 2 and x[0] == x[1] and line.get_linewidth() > 2:
            ranges.append((x[0], *y))
    return points, ranges


@every_plot
def test_every_plot_returns_the_axes_of_one_figure_that_can_be_drawn(prior_fit, plot):
    axes = plot(prior_fit)
    assert {type(ax.figure) for ax in axes} == {Figure}
    assert {ax.figure for ax in rendered(axes)} == {axes[0].figure}


@every_plot
def test_every_plot_draws_in_the_axes_it_is_given_and_leaves_the_others(prior_fit, plot):
    own = plot(prior_fit)
    figure = Figure()
    grid = figure.subplots(1, len(own) + 1, squeeze=False)[0]
    axes = plot(prior_fit, ax=grid[:-1])
    assert axes == list(grid[:-1])
    assert figure.legends == []
    assert rendered(axes)
    assert not grid[-1].has_data()
    assert all(
        given.get_title(loc="left") == ax.get_title(loc="left") for given, ax in zip(axes, own, strict=True)
    )


@every_plot
def test_too_few_axes_are_refused_with_the_number_that_is_needed(prior_fit, plot):
    needed = len(plot(prior_fit))
    with pytest.raises(PetfitError, match=f"{needed} axes are needed"):
        plot(prior_fit, ax=Figure().subplots(1, needed + 1))


@pytest.mark.parametrize("name", ["svg", "pdf", "png"])
@every_plot
def test_every_plot_is_saved_as_vectors_or_as_an_image(prior_fit, plot, name, tmp_path):
    path = tmp_path / f"figure.{name}"
    plots.save(plot(prior_fit), path)
    begins = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}
    assert path.read_bytes().startswith(begins[name])


@every_plot
def test_drawings_are_vectors_through_and_through(prior_fit, plot, tmp_path):
    plots.save(plot(prior_fit), tmp_path / "figure.svg")
    assert "<image" not in (tmp_path / "figure.svg").read_text()


@every_plot
def test_nothing_is_drawn_outside_the_figure(ssri_fit, plot):
    axes = plot(ssri_fit)
    figure = axes[0].figure
    figure.draw_without_rendering()
    inches = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert inches.x0 > -0.02
    assert inches.y0 > -0.02
    assert inches.x1 < width + 0.02
    assert inches.y1 < height + 0.02


def test_the_methods_of_a_fit_draw_the_same(prior_fit, scans_fit):
    for method, plot in (
        ("plot_curves", plots.curves),
        ("plot_forest", plots.forest),
        ("plot_attainment", plots.attainment),
        ("plot_prior_posterior", plots.priors),
        ("plot_ppc", plots.evidence),
        ("plot_pair", plots.pair),
    ):
        made = getattr(prior_fit, method)()
        assert [ax.get_title(loc="left") for ax in made] == [
            ax.get_title(loc="left") for ax in plot(prior_fit)
        ]
    assert len(scans_fit.plot_ppc()) == len(plots.scans(scans_fit))
    (one,) = prior_fit.plot_curves(drugs=["B"])
    assert one.get_title(loc="left") == "B"


@every_plot
@pytest.mark.parametrize("rows", [1, 3])
def test_every_plot_works_with_one_drug_and_no_factors(plot, rows):
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0, 40.0], "value": [0.4, 0.5, 0.8]})[:rows]
    assert rendered(plot(fit_from_prior(MODEL, table, draws=100)))


@every_plot
def test_every_plot_works_where_ec50_and_emax_are_fixed(plot):
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0, 40.0], "value": [0.4, 0.5, 0.8]})
    model = "[ec50]\nfixed = 1.0\n[emax]\nfixed = 1.0\n"
    assert rendered(plot(fit_from_prior(model, table, draws=100)))


@pytest.mark.parametrize("name", [*ALL, "scans"])
def test_every_plot_that_there_are_rows_for_can_be_drawn_of_scans(scans_fit, both_fit, name):
    assert rendered(getattr(plots, name)(both_fit))
    if name != "evidence":
        assert rendered(getattr(plots, name)(scans_fit))


def test_a_figure_of_rows_that_the_fit_lacks_is_refused_with_the_one_to_draw(prior_fit, scans_fit):
    with pytest.raises(PetfitError, match=r"petfit\.plots\.evidence"):
        plots.scans(prior_fit)
    with pytest.raises(PetfitError, match=r"petfit\.plots\.scans"):
        plots.evidence(scans_fit)


def test_no_legend_is_wider_than_its_figure(scans_fit, both_fit, prior_fit):
    for fit in (scans_fit, both_fit, prior_fit):
        figure = plots.curves(fit)[0].figure
        figure.draw_without_rendering()
        (legend,) = figure.legends
        box = legend.get_window_extent()
        assert figure.bbox.x0 <= box.x0
        assert box.x1 <= figure.bbox.x1


# --- curves -------------------------------------------------------------------------------------


def fits(ssri_fit, prior_fit):
    return ssri_fit, prior_fit


def test_every_fitted_row_is_drawn_exactly_once_in_its_drug_s_panel(ssri_fit, prior_fit):
    for fit in fits(ssri_fit, prior_fit):
        found, rows = panels(plots.curves(fit)), fit.design.rows
        assert list(found) == list(fit.design.drugs)
        for drug, ax in found.items():
            of_drug = rows[rows["drug"] == drug]
            ranged = of_drug["level"] == "range"
            points, ranges = drawn_numbers(ax)
            assert Counter(y for _, y in points) == Counter(of_drug.loc[~ranged, "value"])
            ends = zip(of_drug.loc[ranged, "low"], of_drug.loc[ranged, "high"], strict=True)
            assert Counter((low, high) for _, low, high in ranges) == Counter(ends)


def test_every_number_stands_near_its_own_dose_and_no_two_on_one_place(ssri_fit):
    rows = ssri_fit.design.rows
    for drug, ax in panels(plots.curves(ssri_fit)).items():
        points, ranges = drawn_numbers(ax)
        of_drug = rows[rows["drug"] == drug]
        doses = np.log10(of_drug["dose"].to_numpy())
        places = [x for x, *_ in (*points, *ranges)]
        assert len(set(places)) == len(places)
        assert all(np.abs(doses - x).min() < 0.06 for x in places)


def test_a_dose_of_0_stands_on_a_tick_called_0(prior_fit):
    axes = rendered(plots.curves(prior_fit))
    for drug, ax in panels(axes).items():
        labels = [label.get_text() for label in ax.get_xticklabels()]
        assert ("0" in labels) is (drug == "A")  # only A was given at dose 0
    ax = panels(axes)["A"]
    place = ax.get_xticks()[[label.get_text() for label in ax.get_xticklabels()].index("0")]
    points, _ = drawn_numbers(ax)
    assert (place, 0.02) in points
    low, high = ax.get_xlim()
    assert all(low <= x <= high for x, _ in points)


def test_the_line_is_the_median_of_the_curve(ssri_fit):
    fit = ssri_fit
    for i, (_, ax) in enumerate(panels(plots.curves(fit)).items()):
        line = max(ax.get_lines(), key=lambda one: (len(one.get_xdata()), one.get_linewidth()))
        dose = 10 ** np.asarray(line.get_xdata(), float)[::20]
        wanted = quantile(answers.occupancy(fit, dose).to_numpy()[:, :, i], 0.5)
        assert np.asarray(line.get_ydata(), float)[::20] == pytest.approx(wanted, rel=1e-9)


def test_curves_follow_the_levels_that_were_asked_for(ssri_fit):
    def middle(**at):
        ax = panels(plots.curves(ssri_fit, 0.8, **at))["sertraline"]
        return max(ax.get_lines(), key=lambda one: (len(one.get_xdata()), one.get_linewidth())).get_ydata()

    assert not np.allclose(middle(), middle(regimen="single"))


def test_the_axis_names_the_exposure_and_its_unit(ssri_fit):
    for ax in plots.curves(ssri_fit):
        assert ax.get_xlabel() == "dose (mg/day)"


def test_the_legend_names_every_study_regimen_and_tracer(ssri_fit):
    (legend,) = plots.curves(ssri_fit)[0].figure.legends
    said = " | ".join(text.get_text() for text in legend.get_texts())
    rows = ssri_fit.design.rows
    for name in {*rows["study"], *rows["regimen"], *rows["tracer"]}:
        assert name in said


# --- scans on the curves ------------------------------------------------------------------------


def bars_and_diamonds(ax):
    lines = ax.get_lines()
    diamonds = [line.get_ydata()[0] for line in lines if line.get_marker() == "d"]
    bars = [tuple(line.get_ydata()) for line in lines if line.get_linewidth() == 0.6]
    return sorted(diamonds), sorted(bars)


def test_scans_stand_on_the_curve_by_their_derived_occupancy_and_baselines_do_not(scans_fit):
    (ax,) = plots.curves(scans_fit)
    found = scan_occupancy.occupancies(scans_fit)
    assert len(found) == 6
    diamonds, bars = bars_and_diamonds(ax)
    assert diamonds == sorted(found["median"])
    assert bars == sorted(zip(found["low"], found["high"], strict=True))
    points, _ = drawn_numbers(ax)
    assert len(points) == len(found)
    assert not {y for _, y in points} & set(scans_fit.design.rows["value"])


def test_one_bar_of_a_scan_cannot_flatten_the_curves(scans_table):
    fit = fit_from_prior(petfit.read_model("scan"), scans_table)
    found = scan_occupancy.occupancies(fit)
    (ax,) = plots.curves(fit)
    lowest = min(-0.5, found["median"].min())
    assert found["low"].min() < lowest - 1.0
    assert lowest - 0.5 < ax.get_ylim()[0] <= lowest


def test_the_legend_says_that_these_occupancies_are_derived_and_only_where_there_are_any(
    scans_fit, both_fit, prior_fit
):
    said = "scan, occupancy derived from the fitted baseline"
    for fit, wanted in ((scans_fit, True), (both_fit, True), (prior_fit, False)):
        (legend,) = plots.curves(fit)[0].figure.legends
        labels = [text.get_text() for text in legend.get_texts()]
        assert (said in labels) is wanted
        assert ("one person" in labels) is (fit is not scans_fit)


def test_beside_scans_every_reported_occupancy_is_still_drawn(both_fit):
    fit = both_fit
    rows = fit.design.rows
    for drug, ax in panels(plots.curves(fit)).items():
        reported = rows[(rows["drug"] == drug) & (rows["level"] != "scan") & (rows["level"] != "range")]
        made = scan_occupancy.occupancies(fit).loc[
            rows.index[(rows["level"] == "scan") & (rows["drug"] == drug)]
        ]
        points, _ = drawn_numbers(ax)
        assert Counter(y for _, y in points) == Counter([*reported["value"], *made["median"]])


def test_many_rows_at_one_dose_keep_to_a_quarter_of_a_decade_and_apart():
    table = pd.DataFrame({"drug": "A", "dose": 10.0, "value": np.linspace(0.3, 0.7, 150)})
    table["subject"] = [str(i) for i in range(150)]
    (ax,) = plots.curves(fit_from_prior(MODEL, table, draws=100))
    places = [x for x, _ in drawn_numbers(ax)[0]]
    assert len(set(places)) == 150
    assert np.ptp(places) <= 0.25


# --- scans ----------------------------------------------------------------------------------------


def test_every_scan_stands_once_in_its_region_s_panel_against_its_replicated_ones(scans_fit):
    fit = scans_fit
    rows, replicated = fit.design.rows, fit.tree["posterior_predictive"]["value"].to_numpy()
    for region, ax in panels(plots.scans(fit)).items():
        at = np.flatnonzero(rows["region"] == region)
        points, _ = drawn_numbers(ax)
        wanted = zip(quantile(replicated[..., at], 0.5), rows["value"].iloc[at], strict=True)
        assert sorted(points) == sorted(wanted)
        bars = [tuple(part[:, 0]) for one in ax.collections for part in one.get_segments()]
        ends = map(tuple, quantile(replicated[..., at], [0.025, 0.975]).T)
        assert np.array(sorted(bars)) == pytest.approx(np.array(sorted(ends)))


def test_baseline_scans_and_scans_under_the_drug_have_marks_of_their_own(scans_fit):
    rows = scans_fit.design.rows
    for region, ax in panels(plots.scans(scans_fit)).items():
        for condition, marker in (("baseline", "o"), ("drug", "^")):
            (line,) = [one for one in ax.get_lines() if one.get_marker() == marker]
            some = rows[(rows["region"] == region) & (rows["condition"] == condition)]
            assert sorted(line.get_ydata()) == sorted(some["value"])


def test_occupancies_do_not_stand_among_scans_nor_scans_among_occupancies(both_fit):
    rows = both_fit.design.rows
    scanned = rows["level"] == "scan"
    drawn = [y for ax in plots.scans(both_fit) for _, y in drawn_numbers(ax)[0]]
    assert Counter(drawn) == Counter(rows.loc[scanned, "value"])
    (ax,) = plots.evidence(both_fit)
    assert len(ax.get_yticklabels()) == (~scanned).sum()


def test_many_regions_share_one_panel(scans_table):
    many = [scans_table.assign(region=f"region {i}") for i in range(10)]
    table = pd.concat([one.drop_duplicates(["subject", "dose"]) for one in many], ignore_index=True)
    (ax,) = plots.scans(fit_from_prior(petfit.read_model("scan"), table, draws=100))
    assert ax.get_title(loc="left") == "all 10 regions"
    assert len(drawn_numbers(ax)[0]) == len(table)


def test_the_axis_of_scans_names_the_quantity_and_its_unit(scans_fit, scans_table):
    assert {ax.get_xlabel() for ax in plots.scans(scans_fit)} == {"replicated BP_ND"}
    table = scans_table.assign(outcome="vt", value=scans_table["value"] + 5.0)
    axes = plots.scans(fit_from_prior(petfit.read_model("scan_vt"), table, draws=100))
    assert {ax.get_ylabel() for ax in axes} == {"observed V_T (mL/cm3)"}


# --- evidence -----------------------------------------------------------------------------------


def test_every_fitted_row_has_a_line_of_its_own_beside_its_prediction(ssri_fit, prior_fit):
    for fit in fits(ssri_fit, prior_fit):
        rows = fit.design.rows
        (ax,) = plots.evidence(fit)
        ranged = rows["level"] == "range"
        dots = [
            (line.get_xdata()[0], line.get_ydata()[0]) for line in ax.get_lines() if line.get_marker() == "o"
        ]
        bars = [tuple(line.get_xdata()) for line in ax.get_lines() if len(line.get_xdata()) == 2]
        assert Counter(x for x, _ in dots) == Counter(rows.loc[~ranged, "value"])
        assert Counter(bars) == Counter(zip(rows.loc[ranged, "low"], rows.loc[ranged, "high"], strict=True))
        assert len({y for _, y in dots}) == len(dots)
        assert len(ax.get_yticklabels()) == len(rows)


def test_the_intervals_are_those_of_replicated_numbers(prior_fit):
    (ax,) = plots.evidence(prior_fit)
    replicated = prior_fit.tree["posterior_predictive"]["value"].to_numpy()
    outer, inner = (one for one in ax.collections if isinstance(one, LineCollection))
    for drawn, ends in ((outer, [0.025, 0.975]), (inner, [0.25, 0.75])):
        found = sorted(tuple(segment[:, 0]) for segment in drawn.get_segments())
        assert np.array(found) == pytest.approx(np.array(sorted(map(tuple, quantile(replicated, ends).T))))


# --- extremes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def extremes_fit():
    """A person, extremes of people, bounds of a mean, and a complete set of two means."""
    ranged = {"drug": "A", "low": 0.4, "high": 0.7, "n": 5}
    complete = {**ranged, "low": 0.3, "range_set": "s", "set_complete": "yes"}
    rows = [
        {"drug": "A", "dose": 3.0, "value": 0.3},
        {**ranged, "dose": 5.0, "level": "extremes", "low": 0.2},
        {**ranged, "dose": 10.0},
        {**complete, "dose": 20.0},
        {**complete, "dose": 40.0},
    ]
    return fit_from_prior(MODEL, pd.DataFrame(rows), draws=100)


def test_extremes_are_drawn_as_broken_bars_and_bounds_as_whole_ones(extremes_fit):
    (ax,) = rendered(plots.curves(extremes_fit))
    _, ranges = drawn_numbers(ax)
    assert sorted(low for _, low, _ in ranges) == [0.2, 0.3, 0.3, 0.4]
    broken = {
        line.get_ydata()[0]: line.is_dashed()
        for line in ax.get_lines()
        if len(line.get_ydata()) == 2 and line.get_linewidth() > 2
    }
    assert broken == {0.2: True, 0.3: True, 0.4: False}
    (legend,) = ax.figure.legends
    said = [text.get_text() for text in legend.get_texts()]
    assert "published range of the mean" in said
    assert "published lowest and highest" in said


def test_extremes_stand_beside_replicated_lows_and_highs(extremes_fit):
    fit = extremes_fit
    (ax,) = rendered(plots.evidence(fit))
    found = fit.tree["posterior_predictive"]
    outer = next(one for one in ax.collections if isinstance(one, LineCollection))
    drawn = sorted((segment[0, 1], *segment[:, 0]) for segment in outer.get_segments())
    wanted = []
    for i, names in enumerate([["value"], ["low", "high"], ["value"], ["low", "high"], ["low", "high"]]):
        wanted += [(4 - i, *quantile(found[name].to_numpy()[..., i], [0.025, 0.975])) for name in names]
    assert np.round([line for line, *_ in drawn]).tolist() == sorted(line for line, *_ in wanted)
    ends = np.array([segment for _, *segment in drawn])
    assert ends == pytest.approx(np.array([segment for _, *segment in sorted(wanted)]))


# --- priors and the joint posterior -------------------------------------------------------------


def test_every_unknown_with_a_prior_has_a_panel_with_its_density(ssri_fit):
    unknowns = list(ssri_fit.unknowns())
    axes = plots.priors(ssri_fit)
    assert [ax.get_title(loc="left").replace("\n", " ") for ax in axes] == [name for name, *_ in unknowns]
    for ax, (_, prior, draws) in zip(axes, unknowns, strict=True):
        (line,) = ax.get_lines()
        x = np.asarray(line.get_xdata(), float)
        assert np.asarray(line.get_ydata()) == pytest.approx(np.exp(prior.log_density(x)))
        assert x[0] <= np.quantile(draws, 0.001)
        assert np.quantile(draws, 0.999) <= x[-1]


def test_the_joint_posterior_s_regions_hold_half_and_95_percent_of_the_draws(ssri_fit):
    fit = ssri_fit
    found = panels(plots.pair(fit))
    assert list(found) == list(fit.design.drugs)
    ec50, emax = answers.ec50(fit), answers.emax(fit)
    for drug, ax in found.items():
        draws = np.log10(ec50.sel(drug=drug).to_numpy().ravel()), emax.sel(drug=drug).to_numpy().ravel()
        (filled,) = [one for one in ax.collections if isinstance(one, QuadContourSet) and one.filled]
        outer, inner = (path.contains_points(np.column_stack(draws)).mean() for path in filled.get_paths())
        assert inner == pytest.approx(0.5, abs=0.03)
        assert outer == pytest.approx(0.95, abs=0.02)
        (cross,) = [line for line in ax.get_lines() if line.get_marker() == "+"]
        assert cross.get_xdata()[0] == pytest.approx(quantile(draws[0][None], 0.5))


def test_the_axis_of_ec50_has_plain_numbers(prior_fit):
    for ax in rendered(plots.pair(prior_fit)):
        labels = [label.get_text() for label in ax.get_xticklabels() if label.get_text()]
        assert labels
        assert all(float(label) > 0 for label in labels)


# --- forest and attainment ------------------------------------------------------------------------


def test_the_forest_holds_the_intervals_of_every_drug(ssri_fit):
    fit = ssri_fit
    found = answers.curves(fit)
    wanted = [
        np.log10(found.parameters["ec50"]),
        found.parameters["emax"],
        np.log10(found.exposure([0.8])[..., 0]),
    ]
    for ax, draws in zip(plots.forest(fit), wanted, strict=True):
        outer, inner = [one for one in ax.collections if isinstance(one, LineCollection)][:2]
        for drawn, ends in ((outer, [0.025, 0.975]), (inner, [0.25, 0.75])):
            segments = {segment[0, 1]: tuple(segment[:, 0]) for segment in drawn.get_segments()}
            in_order = [segments[place] for place in sorted(segments, reverse=True)]
            within = np.clip(quantile(draws, ends).T, *ax.get_xlim())
            assert np.array(in_order) == pytest.approx(within)


def test_an_interval_that_ends_in_infinity_ends_in_an_arrow():
    model = "[ec50]\nfixed = 1.0\n[emax]\n" + f"centre = {CENTRE}\n"
    table = pd.DataFrame({"drug": ["A", "B"], "dose": [5.0, 10.0], "value": [0.4, 0.5]})
    _, _, dose = plots.forest(fit_from_prior(model, table, draws=100))
    assert len([line for line in dose.get_lines() if line.get_marker() == ">"]) == 2


def test_attainment_is_the_share_of_draws_that_reach_the_occupancy(ssri_fit):
    fit = ssri_fit
    needed = answers.dose_for_occupancy(fit, 0.8).to_numpy()[..., 0]
    for i, (drug, ax) in enumerate(panels(plots.attainment(fit)).items()):
        line = ax.get_lines()[0]
        doses = 10 ** np.asarray(line.get_xdata(), float)
        wanted = [(needed[..., i] <= dose).mean() for dose in doses]
        assert line.get_ydata() == pytest.approx(wanted, abs=1e-3)
        (strengths,) = [one for one in ax.get_lines() if one.get_marker() == "D"]
        sold = target_attainment.marketed(fit, drug)[0]
        assert 10 ** np.asarray(strengths.get_xdata(), float) == pytest.approx(sold)


def test_the_break_of_an_axis_stands_between_0_and_its_decades_and_only_where_0_is(prior_fit):
    for ax in plots.curves(prior_fit):
        breaks = [one.get_position()[0] for one in ax.texts if one.get_text() == "//"]
        assert len(breaks) == ("0" in [label.get_text() for label in ax.get_xticklabels()])
