import numpy as np
import pytest
from matplotlib.contour import QuadContourSet

from petfit.plots.ec50_emax import plot_ec50_emax
from petfit.results.quantiles import quantile
from tests.helpers import by_title, tick_labels


def test_regions_hold_50_and_95_percent_of_the_posterior_draws(ssri_fit):
    panels = by_title(plot_ec50_emax(ssri_fit))
    assert list(panels) == list(ssri_fit.design.drugs)
    ec50, emax = ssri_fit.ec50_draws(), ssri_fit.emax_draws()
    for drug, ax in panels.items():
        draws = np.column_stack(
            [np.log10(ec50.sel(drug=drug)).to_numpy().ravel(), emax.sel(drug=drug).to_numpy().ravel()]
        )
        (filled,) = [
            regions for regions in ax.collections if isinstance(regions, QuadContourSet) and regions.filled
        ]
        outer, inner = (path.contains_points(draws).mean() for path in filled.get_paths())
        assert inner == pytest.approx(0.5, abs=0.03)
        assert outer == pytest.approx(0.95, abs=0.02)
        (cross,) = [line for line in ax.get_lines() if line.get_marker() == "+"]
        assert np.ravel(cross.get_data()) == pytest.approx(quantile(draws[None], 0.5))


def test_axis_of_ec50_shows_plain_numbers(prior_fit):
    for ax in plot_ec50_emax(prior_fit):
        assert all(float(label) > 0 for label in tick_labels(ax))
