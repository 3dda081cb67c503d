import numpy as np

from petfit.plots.dose_occupancy import plot_dose_occupancy
from petfit.plots.exposure_axis import dodge


def test_many_equal_rows_at_one_exposure_extend_over_a_quarter_of_a_decade():
    positions = dodge(np.ones(150), np.full(150, 0.5), np.full(150, 0.5))
    assert len(set(positions)) == 150
    assert np.ptp(positions) <= 0.25


def test_rows_that_do_not_overlap_stay_at_their_exposure():
    lows, highs = np.array([0.2, 0.5, 0.8]), np.array([0.3, 0.6, 0.9])
    assert dodge(np.ones(3), lows, highs).tolist() == [1.0, 1.0, 1.0]


def test_ticks_stand_at_the_exposures_tested(prior_fit):
    for drug, ax in zip(prior_fit.design.drugs, plot_dose_occupancy(prior_fit), strict=True):
        rows = prior_fit.design.rows
        tested = np.log10(rows.loc[(rows["drug"] == drug) & (rows["x"] > 0), "exposure_low"].unique())
        ticks = ax.get_xticks()
        assert sum(np.isclose(ticks[:, None], tested).any(axis=1)) >= min(2, len(tested))
