"""How long occupancy lasts after the last dose."""

import numpy as np
import pytest

from petfit.errors import PetfitError
from petfit.results.curve_draws import curve_draws
from petfit.results.stopping import stopping_draws
from petfit.results.time_course import plasma_curves
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(MODEL, TABLE, draws=100)


def test_the_occupancy_is_the_level_when_it_is_passed(fit):
    hours = stopping_draws(plasma_curves(fit), 40.0, 0.3).to_numpy()[..., 0]
    points = curve_draws(fit).points(1)
    passed = hours.ravel() > 0
    course = points.course(np.full(passed.shape, 40.0), hours.ravel(), missed=10**9)
    np.testing.assert_allclose(points.occupancy_of(course)[passed], 0.3, rtol=1e-6)


def test_it_is_0_where_the_peak_is_lower(fit):
    hours = stopping_draws(plasma_curves(fit), 40.0, 0.9).to_numpy()[..., 0]
    peak = fit.occupancy_draws(40.0, at={"when": "peak"}).to_numpy()[..., 0]
    np.testing.assert_array_equal(hours == 0, peak <= 0.9)


def test_lower_levels_take_longer_and_higher_doses_last_longer(fit):
    hours = stopping_draws(plasma_curves(fit), 40.0, [0.4, 0.2]).to_numpy()
    assert (hours[..., 1] >= hours[..., 0]).all()
    more = stopping_draws(plasma_curves(fit), 80.0, [0.4, 0.2]).to_numpy()
    assert (more >= hours).all()


def test_a_half_life_halves_the_concentration(fit):
    """From 2/3 to 1/2 of Emax the concentration halves; with absorption over, that takes one half-life."""
    emax = fit.emax_draws().sel(drug="A").to_numpy()
    points = curve_draws(fit, "typical", ["A"]).points(1)
    dose = np.full(emax.size, 1000.0)
    hours = [points.hours_above(dose, (share * emax).ravel()) for share in (2 / 3, 1 / 2)]
    half_life = fit.posterior["half_life"][..., 0].ravel()
    np.testing.assert_allclose(hours[1] - hours[0], half_life, rtol=1e-3)


@pytest.mark.parametrize("below", [0.0, 1.0, 50.0])
def test_a_level_is_a_fraction(fit, below):
    with pytest.raises(PetfitError, match="below must lie between 0 and 1"):
        fit.stopping(20.0, below)
