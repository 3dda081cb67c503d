import numpy as np

from petfit.plots.exposure_axis import dodge


def test_many_rows_at_one_exposure_extend_over_a_quarter_of_a_decade():
    positions = dodge(np.ones(150))
    assert len(set(positions)) == 150
    assert np.ptp(positions) <= 0.25
