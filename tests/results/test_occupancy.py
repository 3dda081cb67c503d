import numpy as np
import pytest

from petfit.errors import PetfitError


def assert_close(actual, expected):
    assert np.asarray(actual) == pytest.approx(np.asarray(expected), rel=1e-12)


def test_occupancy_is_0_without_a_dose_and_tends_to_emax(ssri_fit):
    found = ssri_fit.occupancy_draws([0.0, 1e15])
    assert (found.sel(dose=0.0) == 0).all()
    assert_close(found.sel(dose=1e15), ssri_fit.emax_draws())


@pytest.mark.parametrize("dose", [-1, float("nan"), float("inf")])
def test_doses_below_0_missing_or_infinite_are_refused(prior_fit, dose):
    with pytest.raises(PetfitError, match="0 or more"):
        prior_fit.occupancy_draws(dose)
