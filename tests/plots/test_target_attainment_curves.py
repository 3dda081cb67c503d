import numpy as np
import pytest

from petfit.plots.target_attainment_curves import plot_target_attainment_curves
from petfit.results.marketed_strengths import marketed_strengths
from tests.helpers import by_title


def test_curve_is_the_share_of_draws_that_reach_the_occupancy(ssri_fit):
    needed = ssri_fit.dose_for_occupancy_draws(0.8).isel(occupancy=0)
    for drug, ax in by_title(plot_target_attainment_curves(ssri_fit)).items():
        x, probability = ax.get_lines()[0].get_data()
        draws = needed.sel(drug=drug).to_numpy()
        assert probability == pytest.approx([(draws <= dose).mean() for dose in 10**x], abs=1e-3)


def test_marketed_strengths_are_marked(ssri_fit):
    for drug, ax in by_title(plot_target_attainment_curves(ssri_fit)).items():
        (strengths,) = [line for line in ax.get_lines() if line.get_marker() == "D"]
        assert 10 ** np.asarray(strengths.get_xdata()) == pytest.approx(marketed_strengths(ssri_fit, drug)[0])
