"""Properties of every figure."""

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import petfit
from petfit.errors import PetfitError
from petfit.plots.canvas import figures_for_files, plain_text
from petfit.plots.dose_occupancy import plot_dose_occupancy
from petfit.plots.ec50_emax import plot_ec50_emax
from petfit.plots.forest import plot_forest
from petfit.plots.panels import make_panels, scaled_once
from petfit.plots.predictive_intervals import plot_predictive_intervals
from petfit.plots.prior_posterior import plot_prior_posterior
from petfit.plots.target_attainment_curves import plot_target_attainment_curves
from tests.helpers import fit_from_prior

OCCUPANCIES = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0, 40.0], "value": [0.4, 0.5, 0.8]})
IN_GIVEN_AXES = [
    plot_dose_occupancy,
    plot_ec50_emax,
    plot_forest,
    plot_predictive_intervals,
    plot_target_attainment_curves,
]
ALL = [*IN_GIVEN_AXES, plot_prior_posterior]
every_plot = pytest.mark.parametrize("plot", ALL, ids=lambda plot: plot.__name__)
every_plot_in_given_axes = pytest.mark.parametrize("plot", IN_GIVEN_AXES, ids=lambda plot: plot.__name__)


def test_a_shared_axis_that_is_scaled_once_shows_every_panel():
    axes = make_panels(["A", "B"], share_y=True)
    with scaled_once(axes, None):
        for panel, height in zip(axes, (1.0, 5.0), strict=True):
            panel.plot([0, 1], [0, height])
    assert [panel.get_ylim() for panel in axes] == [(-0.25, 5.25)] * 2
    axes[0].plot([0], [10])
    assert axes[1].get_ylim() == (-0.5, 10.5)


def texts(figure):
    return " ".join(text.get_text() for text in figure.findobj(plt.Text))


@every_plot
def test_nothing_is_drawn_outside_the_figure(ssri_fit, plot):
    figure = plot(ssri_fit)[0].figure
    figure.draw_without_rendering()
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(box.x0, box.y0) > -0.02
    assert box.x1 < width + 0.02
    assert box.y1 < height + 0.02


@pytest.mark.parametrize("fixture", ["scans_fit", "both_fit", "prior_fit"])
def test_legend_is_not_wider_than_the_figure(fixture, request):
    figure = plot_dose_occupancy(request.getfixturevalue(fixture))[0].figure
    figure.draw_without_rendering()
    box = figure.legends[0].get_window_extent()
    assert figure.bbox.x0 <= box.x0
    assert box.x1 <= figure.bbox.x1


@every_plot
def test_names_are_shown_as_they_are(plot):
    table = OCCUPANCIES.assign(drug="a_b $x$ {")
    figure = plot(fit_from_prior(petfit.read_model("emax"), table, draws=100))[0].figure
    figure.draw_without_rendering()
    assert not any(text.get_parse_math() for text in figure.findobj(plt.Text) if "$" in text.get_text())
    assert plot is plot_prior_posterior or "a_b $x$ {" in texts(figure)


@every_plot
def test_figure_is_kept_by_pyplot_unless_it_is_drawn_for_a_file(prior_fit, plot):
    with figures_for_files():
        plot(prior_fit)
    assert plt.get_fignums() == []
    plot(prior_fit)
    assert len(plt.get_fignums()) == 1


@every_plot
def test_one_row_is_enough(plot):
    fit = fit_from_prior(petfit.read_model("emax"), OCCUPANCIES[:1], draws=100)
    plot(fit)[0].figure.draw_without_rendering()


@every_plot_in_given_axes
def test_fixed_parameters_are_drawn(plot):
    model = "n_assumed = 5\n[ec50]\nfixed = 1.0\n[emax]\nfixed = 1.0\n"
    plot(fit_from_prior(model, OCCUPANCIES, draws=100))[0].figure.draw_without_rendering()


@every_plot_in_given_axes
def test_given_axes_are_drawn_in_and_their_figure_keeps_its_size(prior_fit, plot):
    titles = [ax.get_title(loc="left") for ax in plot(prior_fit)]
    figure = Figure(figsize=(5, 4))
    *given, other = figure.subplots(1, len(titles) + 1)
    assert plot(prior_fit, ax=given) == given
    assert [ax.get_title(loc="left") for ax in given] == titles
    assert not other.has_data()
    assert figure.get_size_inches().tolist() == [5, 4]


@every_plot_in_given_axes
def test_wrong_number_of_axes_is_refused(prior_fit, plot):
    n_panels = len(plot(prior_fit))
    with pytest.raises(PetfitError, match=f"{n_panels} axes are needed"):
        plot(prior_fit, ax=Figure().subplots(1, n_panels + 1))
    with pytest.raises(PetfitError, match="axes of matplotlib are needed, not 'a'"):
        plot(prior_fit, ax=["a"] * n_panels)


def test_a_backend_that_turns_interactive_drawing_on_is_left_alone():
    was_interactive = plt.isinteractive()
    try:
        plain_text(plt.ion)()
        assert plt.isinteractive()
        plain_text(plt.ioff)()
        assert not plt.isinteractive()
    finally:
        mpl.interactive(was_interactive)
