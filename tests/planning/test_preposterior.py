"""What results are expected to tell."""

import numpy as np
import pytest

from petfit.planning.preposterior import _information, _ratios


def test_results_that_tell_nothing_have_no_information_and_change_no_interval():
    rng = np.random.default_rng(1)
    dose = np.r_[np.exp(rng.normal(size=3900)), np.full(100, np.inf)]
    same = np.full((1, 4000), 1 / 4000)
    assert abs(_information(same, dose)[0]) < 0.01
    low, high = np.quantile(dose, [0.05, 0.95], method="inverted_cdf")
    assert _ratios(same, dose, 0.9)[0] == pytest.approx(high / low, rel=0.02)
    assert _ratios(same, dose, 0.99)[0] == np.inf


def test_a_result_that_halves_the_possible_doses_tells_log_2():
    dose = np.exp(np.linspace(0, 1, 4000))
    half = np.where(np.arange(4000) < 2000, 1 / 2000, 0.0)[None]
    assert _information(half, dose)[0] == pytest.approx(np.log(2), abs=0.01)
