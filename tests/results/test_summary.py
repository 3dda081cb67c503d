import numpy as np
import pytest

from petfit.results import summary
from petfit.results.summary import convergence
from tests.results.infinite_doses import array


def test_summary_of_infinite_doses_has_no_nan(some_doses):
    found = summary.summarise(some_doses)
    assert not any(found[name].isnull().any() for name in found.data_vars)
    assert np.isinf(found["high"]).to_numpy().tolist() == [False, False, True]


def test_diagnostics_of_a_dose_are_those_of_its_inverse(some_doses):
    found = summary.summarise(some_doses)
    for name, values in convergence(1 / some_doses.to_numpy()).items():
        assert found[name].to_numpy() == pytest.approx(values)


def test_diagnostics_of_the_dose_of_a_fit_are_those_of_its_inverse(ssri_fit):
    found = ssri_fit.dose_for_occupancy([0.8, 0.95])
    draws = ssri_fit.dose_for_occupancy_draws([0.8, 0.95]).to_numpy()
    for name, values in convergence(1 / draws).items():
        assert found[name].to_numpy() == pytest.approx(values)


def test_only_doses_have_no_mean_and_no_sd(some_doses):
    assert not {"mean", "sd"} & set(summary.summarise(some_doses).data_vars)
    found = summary.summarise(array(np.random.default_rng(0).normal(2, 1, (4, 500, 1))))
    assert float(found["mean"].item()) == pytest.approx(2, abs=0.1)
    assert float(found["sd"].item()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("prob", [0.5, 0.8, 0.95])
def test_interval_has_equal_tails_of_the_stated_probability(some_doses, prob):
    found = summary.summarise(some_doses, prob)
    below = (some_doses < found["low"]).mean(("chain", "draw"))
    above = (some_doses > found["high"]).mean(("chain", "draw"))
    assert (below <= (1 - prob) / 2 + 1e-9).all()
    assert (above <= (1 - prob) / 2 + 1e-9).all()
    assert below.to_numpy() == pytest.approx((1 - prob) / 2, abs=1e-3)


def test_attributes_hold_interval_and_conditions(ssri_fit):
    for found in (
        ssri_fit.ec50("new_subject", prob=0.9),
        ssri_fit.dose_for_occupancy(0.8, "new_subject", prob=0.9),
    ):
        assert found.attrs["interval"] == "equal-tailed"
        assert found.attrs["prob"] == 0.9
        assert found.attrs["predict_for"] == "new_subject"
        assert "striatum" in found.attrs["at"]
