import numpy as np
import pytest

from petfit.errors import PetfitError
from petfit.plots.target_occupancy import plot_target_occupancy
from petfit.results.quantiles import quantile
from tests.helpers import by_title, legend_labels


def test_each_line_is_the_median_occupancy_of_a_target(ssri_fit):
    panels = by_title(plot_target_occupancy(ssri_fit))
    assert set(panels) == {"citalopram", "duloxetine", "paroxetine", "sertraline"}
    lines = panels["sertraline"].get_lines()
    assert len(lines) == 4
    x, median = lines[1].get_data()
    doses = 10 ** np.asarray(x)[::12]
    draws = ssri_fit.occupancy_draws(doses, at={"target": "DAT"}).sel(drug="sertraline")
    assert quantile(draws, 0.5) == pytest.approx(median[::12], rel=1e-9)


def test_the_legend_names_the_targets(ssri_fit):
    assert legend_labels(plot_target_occupancy(ssri_fit)[0]) == ["SERT", "DAT", "NET", "sigma-1"]


def test_a_drug_without_affinities_is_refused(ssri_fit):
    with pytest.raises(PetfitError, match="no drug has affinities"):
        plot_target_occupancy(ssri_fit, ["escitalopram"])
