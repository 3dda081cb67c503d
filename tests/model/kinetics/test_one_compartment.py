"""The closed form against the differential equations, and its limits."""

import itertools
import math

import mpmath
import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytensor.compile import Mode
from scipy.integrate import quad, solve_ivp

from petfit.model.kinetics.one_compartment import (
    accumulation,
    effect_site_concentration,
    mean_concentration,
    peak_time,
    unit_concentration,
)
from petfit.model.ops import NUMPY
from petfit.model.pymc_model import PYTENSOR

RATES = st.floats(0.004, 3.0)
INTERVALS = st.sampled_from([8.0, 12.0, 24.0, 336.0])


def concentration(time, elimination, absorption, interval=24.0, n_doses=math.inf, volume=100.0):
    return unit_concentration(
        NUMPY,
        time,
        volume=volume,
        elimination=elimination,
        absorption=absorption,
        interval=interval,
        n_doses=n_doses,
    )


def by_differential_equations(times, elimination, absorption, interval, n_doses, volume=100.0):
    """Amounts at the site of absorption and in the body, integrated from dose to dose."""

    def slopes(_, amounts):
        return [-absorption * amounts[0], absorption * amounts[0] - elimination * amounts[1]]

    tolerances = {"rtol": 1e-10, "atol": 1e-14, "method": "LSODA"}
    gut, body = 0.0, 0.0
    for _ in range(n_doses - 1):
        gut, body = solve_ivp(slopes, (0.0, interval), [gut + 1.0, body], **tolerances).y[:, -1]
    path = solve_ivp(slopes, (0.0, max(times)), [gut + 1.0, body], t_eval=times, **tolerances)
    return 1000.0 / volume * path.y[1]


@pytest.mark.parametrize("n_doses", [1, 2, 7])
@pytest.mark.parametrize("interval", [12.0, 24.0])
@pytest.mark.parametrize(
    ("elimination", "absorption"),
    [(0.02, 1.0), (0.05, 0.25), (0.05, 0.05), (0.05, 0.05 * (1 + 1e-5)), (0.3, 0.02)],
    ids=["oral", "slow", "equal", "nearly equal", "depot"],
)
def test_it_solves_the_differential_equations(elimination, absorption, interval, n_doses):
    times = np.array([0.5, 2.0, 6.0, 12.0, 30.0, 72.0])
    solved = by_differential_equations(times, elimination, absorption, interval, n_doses)
    closed = concentration(times, elimination, absorption, interval, n_doses)
    np.testing.assert_allclose(closed, solved, rtol=1e-6, atol=1e-9)


@given(RATES, RATES, INTERVALS, st.integers(1, 40), st.floats(0.0, 400.0))
def test_n_doses_are_n_single_doses(elimination, absorption, interval, n_doses, time):
    ages = time + interval * np.arange(n_doses)
    single = concentration(ages, elimination, absorption, interval, 1).sum()
    repeated = concentration(time, elimination, absorption, interval, n_doses)
    assert repeated == pytest.approx(single, rel=1e-9, abs=1e-300)


@given(RATES, RATES, INTERVALS, st.floats(0.0, 100.0))
def test_many_doses_approach_the_steady_state(elimination, absorption, interval, time):
    slowest = min(elimination, absorption)
    n_doses = math.ceil(40.0 / (slowest * interval))
    many = concentration(time, elimination, absorption, interval, n_doses)
    assert many == pytest.approx(concentration(time, elimination, absorption, interval), rel=1e-9)


@given(RATES, RATES, INTERVALS)
def test_the_mean_at_steady_state_is_dose_over_clearance_and_interval(elimination, absorption, interval):
    def at(time):
        return float(concentration(time, elimination, absorption, interval))

    peak = float(peak_time(NUMPY, elimination=elimination, absorption=absorption, interval=interval))
    area = sum(
        quad(at, start, stop, epsabs=0.0, epsrel=1e-11, limit=200)[0]
        for start, stop in ((0.0, peak), (peak, interval))
    )
    clearance = 100.0 * elimination
    assert area / interval == pytest.approx(mean_concentration(clearance, interval), rel=1e-6)


@given(RATES, RATES)
def test_a_single_dose_is_eliminated_whole(elimination, absorption):
    def at(time):
        return float(concentration(time, elimination, absorption, n_doses=1))

    end = 60.0 / min(elimination, absorption)
    breaks = np.concatenate([[0.0], np.geomspace(0.01, end, 12)])
    area = sum(
        quad(at, start, stop, epsabs=0.0, epsrel=1e-10)[0] for start, stop in itertools.pairwise(breaks)
    )
    assert area == pytest.approx(1000.0 / (100.0 * elimination), rel=1e-6)


@given(RATES, RATES, INTERVALS)
def test_peak_mean_and_trough_are_ordered(elimination, absorption, interval):
    rates = {"elimination": elimination, "absorption": absorption, "interval": interval}
    time = float(peak_time(NUMPY, **rates))
    assert 0.0 < time < interval
    times = np.linspace(0.0, interval, 201)
    course = concentration(times, elimination, absorption, interval)
    peak = concentration(time, elimination, absorption, interval)
    trough, start = course[-1], course[0]
    assert peak >= course.max() * (1 - 1e-12)
    assert trough == pytest.approx(start, rel=1e-10)
    assert trough == pytest.approx(course.min(), rel=1e-10)
    mean = mean_concentration(100.0 * elimination, interval)
    assert trough * (1 - 1e-12) <= mean <= peak * (1 + 1e-12)


@given(RATES, st.floats(-1e-3, 1e-3), INTERVALS, st.sampled_from([1, 3, 50]), st.floats(0.0, 200.0))
def test_the_seam_is_exact_to_twelve_digits(elimination, difference, interval, n_doses, time):
    """Fifty digits of precision leave nothing of the cancellation between the two exponentials."""
    absorption = elimination * (1.0 + difference)
    with mpmath.workdps(50):
        k, ka = mpmath.mpf(elimination), mpmath.mpf(absorption)
        total = mpmath.mpf(0)
        for age in (time + interval * j for j in range(n_doses)):
            slope = age * mpmath.exp(-k * age) if k == ka else None
            total += slope if slope is not None else (mpmath.exp(-k * age) - mpmath.exp(-ka * age)) / (ka - k)
        exact = float(10 * ka * total)
    assert concentration(time, elimination, absorption, interval, n_doses) == pytest.approx(exact, rel=1e-12)


@given(RATES, RATES, INTERVALS, st.floats(0.0, 200.0))
def test_flip_flop_twins_have_the_same_profile(elimination, absorption, interval, time):
    """Absorption and elimination change places: only the volume tells them apart."""
    twin_volume = 100.0 * elimination / absorption
    oral = concentration(time, elimination, absorption, interval)
    depot = concentration(time, absorption, elimination, interval, volume=twin_volume)
    assert depot == pytest.approx(oral, rel=1e-9)


@given(st.floats(0.01, 1.0), INTERVALS)
def test_instant_absorption_is_a_bolus(elimination, interval):
    times = np.array([0.01, 1.0, interval])
    bolus = 10.0 * np.exp(-elimination * times) * accumulation(NUMPY, elimination, interval)
    np.testing.assert_allclose(concentration(times, elimination, 1e7, interval), bolus, rtol=1e-5)


def test_accumulation_counts_doses_where_nothing_is_eliminated():
    assert accumulation(NUMPY, 1e-12, 24.0, 5) == pytest.approx(5.0, rel=1e-9)


@pytest.mark.parametrize("absorption", [1.0, 0.05, 0.05 + 1e-9, 0.004])
@pytest.mark.parametrize("n_doses", [1, 6, math.inf])
def test_pytensor_computes_the_same_with_finite_gradients(absorption, n_doses):
    time = np.array([0.0, 3.0, 24.0, 60.0])
    k, ka = pt.dscalars("k", "ka")
    profile = unit_concentration(
        PYTENSOR, time, volume=100.0, elimination=k, absorption=ka, interval=24.0, n_doses=np.array(n_doses)
    )
    gradient = pt.grad(profile.sum(), [k, ka])
    compiled = pytensor.function([k, ka], [profile, *gradient], mode=Mode("py", None))
    values, by_k, by_ka = compiled(0.05, absorption)
    np.testing.assert_allclose(values, concentration(time, 0.05, absorption, 24.0, n_doses), rtol=1e-12)

    def total(elimination, rate):
        return concentration(time, elimination, rate, 24.0, n_doses).sum()

    step = 1e-6
    assert by_k == pytest.approx(
        (total(0.05 + step, absorption) - total(0.05 - step, absorption)) / (2 * step), rel=1e-5
    )
    assert by_ka == pytest.approx(
        (total(0.05, absorption + step) - total(0.05, absorption - step)) / (2 * step), rel=1e-5
    )


def test_the_published_profile_of_duloxetine_at_60_mg_a_day():
    """Mean, peak and trough from the population kinetics of Zhong 2026."""
    clearance, volume, absorption = 64.6, 1530.0, 0.168
    elimination = clearance / volume
    at_peak = peak_time(NUMPY, elimination=elimination, absorption=absorption)
    profile = concentration(np.array([at_peak, 24.0]), elimination, absorption, volume=volume)
    figures = [60 * mean_concentration(clearance, 24.0), *(60 * profile)]
    assert at_peak == pytest.approx(7.54, abs=0.01)
    np.testing.assert_allclose(figures, [38.70, 44.78, 28.90], atol=0.01)


DELAYS = [0.05, 0.05 * (1 + 1e-6), 0.051, 0.3, 2.0]


@pytest.mark.parametrize("n_doses", [1, 3, math.inf])
@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("absorption", [0.05, 0.3, 1.0])
def test_the_delayed_concentration_solves_its_differential_equation(absorption, delay, n_doses):
    """At steady state it is periodic; before, it starts from nothing."""
    k, interval, times = 0.05, 24.0, np.array([0.5, 3.0, 12.0, 24.0])
    schedule = {"volume": 100.0, "elimination": k, "absorption": absorption, "interval": interval}

    def slopes(_, amounts):
        gut, body, site = amounts
        return [-absorption * gut, absorption * gut - k * body, delay * (body - site)]

    tolerances = {"rtol": 1e-10, "atol": 1e-14, "method": "LSODA"}
    state, first = np.zeros(3), np.array([1.0, 0.0, 0.0])
    for _ in range(60 if math.isinf(n_doses) else n_doses - 1):
        state = solve_ivp(slopes, (0.0, interval), state + first, **tolerances).y[:, -1]
    path = solve_ivp(slopes, (0.0, 24.0), state + first, t_eval=times, **tolerances)
    found = effect_site_concentration(NUMPY, times, **schedule, delay=delay, n_doses=n_doses)
    np.testing.assert_allclose(found, 10.0 * path.y[2], rtol=1e-6)


@pytest.mark.parametrize("n_doses", [1.0, 5.0, math.inf])
@pytest.mark.parametrize("absorption", [0.03, 0.9])
def test_without_a_delay_the_concentration_is_that_in_plasma(absorption, n_doses):
    times = np.array([1.0, 6.0, 24.0, 40.0])
    arguments = {"volume": 100.0, "elimination": 0.03, "absorption": absorption, "n_doses": n_doses}
    delayed = effect_site_concentration(NUMPY, times, **arguments, delay=1e9)
    np.testing.assert_allclose(delayed, unit_concentration(NUMPY, times, **arguments), rtol=1e-6)
