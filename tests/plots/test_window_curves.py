import numpy as np
import pytest

from petfit.plots.window_curves import plot_window_curves
from petfit.results.curve_draws import curve_draws
from tests.helpers import by_title, legend_labels


def test_the_line_is_the_share_of_draws_inside(ssri_fit):
    for drug, ax in by_title(plot_window_curves(ssri_fit, (0.65, 0.8))).items():
        x, found = (np.asarray(values)[::20] for values in ax.get_lines()[0].get_data())
        occupancy = curve_draws(ssri_fit, "typical", [drug]).occupancy_draws(10**x)
        wanted = ((occupancy >= 0.65) & (occupancy <= 0.8)).mean(("chain", "draw")).to_numpy()[0]
        assert found == pytest.approx(wanted, abs=1e-3)


def test_new_people_have_a_line_of_their_own(ssri_fit):
    ax = plot_window_curves(ssri_fit, (0.65, 0.8))[0]
    assert {"typical person", "new person"} <= {line.get_label() for line in ax.get_lines()}


def test_the_legend_names_strengths_only_where_some_are_marketed(ssri_fit, prior_fit):
    assert "marketed strength" in legend_labels(plot_window_curves(ssri_fit, (0.65, 0.8))[0])
    assert "marketed strength" not in legend_labels(plot_window_curves(prior_fit, (0.65, 0.8))[0])
