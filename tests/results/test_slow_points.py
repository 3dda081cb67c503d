"""Answers where a drug dissociates slowly: order, inverse, infinity, limits, the time course, stopping."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from petfit.results.curve_draws import curve_draws
from petfit.results.people_sd import people_sd
from petfit.results.plasma_points import PlasmaPoints
from petfit.results.slow_points import SlowPoints
from petfit.results.stopping import stopping_draws
from petfit.results.time_course import plasma_curves, time_course_draws
from tests.helpers import fit_from_prior
from tests.plasma_model import MEASURED, MODEL

PEOPLE = MEASURED[(MEASURED["drug"] == "A") & MEASURED["concentration"].notna() & MEASURED["subject"].notna()]
MOMENTS = ("peak", "mean", "trough")
SLOW = MODEL.replace("[pk.A]\n", "[pk.A]\nkoff = { dist = 'LogNormal', mu = -2.0, sigma = 1.0 }\n")


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(SLOW, PEOPLE, draws=100)


def points(fit, **at):
    found = curve_draws(fit, at=at).points(1)
    assert isinstance(found, SlowPoints)
    return found


def fast(slow, rate=1e7):
    """The same draws with another rate of dissociation."""
    quantities = {**slow.kinetics.quantities, "koff": np.full(slow.rows.interval.shape, rate)}
    return replace(slow, kinetics=replace(slow.kinetics, quantities=quantities))


@pytest.mark.parametrize("occupancy", [0.2, 0.6, 0.85])
def test_peak_mean_and_trough_doses_are_ordered_in_every_draw(fit, occupancy):
    doses = [
        fit.dose_for_occupancy_draws(occupancy, at={"when": when}).to_numpy().ravel() for when in MOMENTS
    ]
    unreachable = fit.emax_draws().to_numpy().ravel() <= occupancy
    for when, dose in zip(MOMENTS, doses, strict=True):
        assert (np.isinf(dose) == unreachable).all()
        found = points(fit, when=when).occupancy(np.where(unreachable, 1.0, dose))
        np.testing.assert_allclose(found[~unreachable], occupancy, rtol=1e-7)
    peak, mean, trough = (dose[~unreachable] for dose in doses)
    assert (peak <= mean * (1 + 1e-8)).all()
    assert (mean <= trough * (1 + 1e-8)).all()


@pytest.mark.parametrize(
    "at",
    [*({"when": when} for when in MOMENTS), {"time_h": 5.0}, {"time_h": 5.0, "n_doses": 3}, {"n_doses": 1}],
)
def test_fast_dissociation_gives_the_answers_of_binding_in_equilibrium(fit, at):
    quick = fast(points(fit, **at))
    plain = PlasmaPoints(quick.curve, quick.parameters, quick.rows, quick.kinetics, quick.dosing)
    dose = np.full(quick.rows.interval.shape, 30.0)
    np.testing.assert_allclose(quick.occupancy(dose), plain.occupancy(dose), atol=1e-4)
    level = 0.5 * quick.parameters["emax"]
    np.testing.assert_allclose(quick.dose(level), plain.dose(level), rtol=1e-3)
    omega = np.full(dose.shape, 0.4)
    np.testing.assert_allclose(people_sd(quick, omega), people_sd(plain, omega), rtol=0.02)


def test_peak_mean_and_trough_are_those_of_the_time_course(fit):
    hours = 24.0 * np.linspace(0.0, 1.0, 241) ** 2
    course = time_course_draws(plasma_curves(fit), 20.0, times=hours)["occupancy"].to_numpy().reshape(-1, 241)
    dose = np.full(len(course), 20.0)
    np.testing.assert_allclose(points(fit, when="peak").occupancy(dose), course.max(axis=1), atol=1e-4)
    np.testing.assert_allclose(points(fit, when="trough").occupancy(dose), course.min(axis=1), atol=1e-4)
    mean = np.trapezoid(course, hours, axis=1) / 24.0
    np.testing.assert_allclose(points(fit, when="mean").occupancy(dose), mean, atol=1e-4)
    np.testing.assert_allclose(points(fit, time_h=6.0).occupancy(dose), course[:, 120], atol=1e-6)


def test_a_missed_dose_and_the_time_after_it_solve_the_differential_equation(fit):
    slow = points(fit).take(np.arange(5))
    dose, koff = np.full(5, 20.0), slow.kinetics.quantities["koff"]
    ec50, emax = slow.parameters["ec50"], slow.parameters["emax"]
    start = slow.occupancy_over_time(dose, np.zeros(5)) / emax

    def binding(time, bound):
        plasma = slow.course(dose, np.full(5, time), 1)
        return koff * (plasma / ec50 * (1.0 - bound) - bound)

    for hours in (40.0, 60.0):
        bound = solve_ivp(binding, (0.0, hours), start, rtol=1e-9, atol=1e-10, max_step=0.5).y[:, -1]
        found = slow.occupancy_over_time(dose, np.full(5, hours), 1)
        np.testing.assert_allclose(found, emax * bound, atol=1e-6)


def test_after_stopping_occupancy_lasts_until_it_is_at_the_level_and_longer_than_in_equilibrium(fit):
    hours = stopping_draws(plasma_curves(fit), 40.0, 0.3).to_numpy().ravel()
    slow, after = points(fit), hours > 0
    left = slow.occupancy_over_time(np.full(hours.size, 40.0), hours, 10**9)
    np.testing.assert_allclose(left[after], 0.3, rtol=1e-6)
    quick = fast(slow).hours_above(np.full(hours.size, 40.0), np.full(hours.size, 0.3))
    assert after.any()
    assert (hours[after] >= quick[after]).mean() > 0.9


def test_the_sd_between_people_is_how_far_their_doses_lie_apart(fit):
    slow = points(fit, when="mean")
    half, omega = 0.5 * slow.parameters["emax"], np.full(slow.rows.interval.shape, 0.1)
    rows = replace(slow.rows, people_sd={name: 0.0 * sd for name, sd in slow.rows.people_sd.items()})
    same = replace(slow, rows=rows)
    moved = replace(same, parameters={**same.parameters, "ec50": same.parameters["ec50"] * np.exp(0.1)})
    np.testing.assert_allclose(people_sd(same, omega), np.log(moved.dose(half) / same.dose(half)), rtol=1e-3)


def test_attainment_and_windows_are_computed(fit):
    attained = fit.target_attainment([20.0, 40.0], 0.6)
    assert ((attained["share_low"] <= attained["share_high"]) | attained["share"].isnull()).all()
    assert np.isfinite(fit.window(0.5, 0.8, [20.0])["probability_inside"]).all()
    assert np.isfinite(fit.occupancy([10.0, 20.0])["median"]).all()
