"""Occupancy over time, with missed doses."""

import numpy as np
import pytest

from petfit.errors import PetfitError
from petfit.results.time_course import plasma_curves, time_course_draws
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(MODEL, TABLE, draws=100)


def test_the_end_of_the_interval_is_its_start_and_the_trough(fit):
    course = time_course_draws(plasma_curves(fit), 20.0, times=[0.0, 24.0])["occupancy"].to_numpy()
    np.testing.assert_allclose(course[..., 0], course[..., 1], rtol=1e-9)
    np.testing.assert_allclose(course[..., 0], fit.occupancy_draws(20.0).to_numpy()[..., 0], rtol=1e-9)


def test_each_dose_counts_as_often_as_it_is_taken(fit):
    twice = time_course_draws(plasma_curves(fit, 12.0), 10.0, times=[12.0])["occupancy"]
    daily = fit.occupancy_draws(20.0, at={"every": 12.0})
    np.testing.assert_allclose(twice.to_numpy(), daily.to_numpy(), rtol=1e-9)


def test_a_missed_dose_lowers_occupancy_until_long_after_the_next(fit):
    times = np.array([6.0, 30.0, 47.9, 54.0, 72.0])
    taken, missed = (
        time_course_draws(plasma_curves(fit), 20.0, times=times, missed=missed)["concentration"].to_numpy()
        for missed in (0, 1)
    )
    np.testing.assert_allclose(taken[..., 0], missed[..., 0], rtol=1e-9)
    assert (missed[..., 1:] < taken[..., 1:]).all()
    np.testing.assert_allclose(taken[..., 1], taken[..., 0], rtol=1e-9)


def test_dosing_on_time_is_the_steady_state(fit):
    late, early = (
        time_course_draws(plasma_curves(fit), 20.0, times=[hour])["concentration"] for hour in (245.0, 5.0)
    )
    np.testing.assert_allclose(late.to_numpy(), early.to_numpy(), rtol=1e-8)


def test_hours_above_are_within_the_interval(fit):
    table = fit.time_course(20.0, occupancy=0.3)
    assert ((table["hours_above"] >= 0) & (table["hours_above"] <= 24.0)).all()
    low = fit.time_course(20.0, occupancy=0.01)
    assert (low["hours_above"] == 24.0).all()
    assert table.attrs["schedule"] == "20 mg every 24 h"


def test_one_drug_can_be_asked_for(fit):
    assert fit.time_course(20.0, drugs=["B"], times=[0, 24])["median"].sizes == {"drug": 1, "time_h": 2}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dose": 0.0}, "each dose must be above 0 mg"),
        ({"dose": 20.0, "times": [-1.0]}, "-1 h is before the last dose"),
        ({"dose": 20.0, "missed": -1}, "a number of doses is 0 or more"),
        ({"dose": 20.0, "every": 0.0}, "every must be a number, above 0"),
        ({"dose": 20.0, "drugs": ["C"]}, "the fit has no drug 'C'"),
        ({"dose": 20.0, "at": {"when": "mean"}}, "when: this answer is over time"),
    ],
)
def test_what_cannot_be_is_refused(fit, arguments, message):
    with pytest.raises(PetfitError, match=message):
        fit.time_course(**arguments)


def test_a_model_without_kinetics_is_refused(prior_fit):
    with pytest.raises(PetfitError, match="nothing is known over time"):
        prior_fit.time_course(20.0)
