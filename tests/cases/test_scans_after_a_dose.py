"""Scans at two times after one dose: the right dose at each time, and an objection where occupancy lags."""

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import ignored_columns
from petfit.model.kinetics.one_compartment import unit_concentration
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model

MODEL = """
exposure = "plasma"
ec50.centre = { dist = "Normal", mu = 0.0, sigma = 1.5 }
emax.centre = { dist = "Normal", mu = 2.2, sigma = 0.7 }
noise.sigma = { dist = "HalfNormal", sigma = 0.1 }
[pk.A]
clearance = { dist = "LogNormal", mu = 4.6, sigma = 0.5 }
half_life = { dist = "LogNormal", mu = 2.3, sigma = 0.3 }
absorption = 1.5
"""
CLEARANCE, HALF_LIFE, EC50, EMAX = 100.0, 8.0, 0.6, 0.92
RATES = {"elimination": np.log(2) / HALF_LIFE, "absorption": 1.5, "n_doses": 1.0}
VOLUME = CLEARANCE / RATES["elimination"]
TIMES = (2.5, 24.0)
SETTINGS = petfit.Settings(draws=500, tune=500, chains=2, target_accept=0.9, seed=3)


def concentration(dose, time):
    return dose * float(unit_concentration(NUMPY, time, volume=VOLUME, **RATES))


def scans(times, lag=0.0):
    """Scans of people after one dose, with noise; occupancy follows the concentration with a lag in hours."""
    rng = np.random.default_rng(1)
    rows = []
    for person, dose in enumerate([0.5, 1.0, 2.0, 4.0, 8.0, 16.0] * 2):
        for time in times:
            c = concentration(dose, max(time - lag, 0.0))
            rows.append(
                {
                    "subject": f"{person}",
                    "drug": "A",
                    "dose": dose,
                    "regimen": "single",
                    "time_h": time,
                    "value": EMAX * c / (EC50 + c) + rng.normal(0.0, 0.02),
                }
            )
    return pd.DataFrame(rows)


def fitted(table):
    return petfit.fit(table, parse_model(MODEL), settings=SETTINGS)


@pytest.fixture(scope="module")
def fit():
    return fitted(scans(TIMES))


@pytest.mark.parametrize("time", TIMES)
def test_the_dose_for_80_percent_is_that_of_the_time_asked_for(fit, time):
    right = EC50 * 0.8 / (EMAX - 0.8) / concentration(1.0, time)
    dose = fit.dose_for_occupancy(0.8, at={"time_h": time, "n_doses": 1}).squeeze()
    assert dose["low"] < right < dose["high"]
    assert dose["median"] == pytest.approx(right, rel=0.25)


def test_the_dose_a_day_later_is_larger_by_what_was_eliminated(fit):
    early, late = (fit.dose_for_occupancy_draws(0.8, at={"time_h": time, "n_doses": 1}) for time in TIMES)
    ratio = float((late / early).median())
    assert ratio == pytest.approx(concentration(1.0, TIMES[0]) / concentration(1.0, TIMES[1]), rel=0.1)


def test_occupancy_that_follows_plasma_is_not_objected_to(fit):
    assert ignored_columns.check(fit).verdict == "PASS"


def test_occupancy_that_lags_behind_plasma_is_objected_to():
    check = ignored_columns.check(fitted(scans((1.0, 4.0, 12.0, 36.0), lag=0.9)))
    assert check.verdict != "PASS"
    assert "time_h" in check.sentence
    assert "hysteresis" in check.sentence
