"""When after the dose the scans were made, in every answer of a model of doses."""

import pandas as pd
import pytest

import petfit
from petfit.results import formatting
from petfit.results.scan_times import scan_times
from tests.helpers import PLAIN, fit_from_prior, make_design

TABLE = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0, 40.0], "value": [0.3, 0.5, 0.8]})


def words(times, model=PLAIN, **columns):
    return scan_times(make_design(model, TABLE.assign(time_h=times, **columns)))


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ([4.0, 6.5, 4.0], "scanned 4 to 6.5 h after the dose, near the peak"),
        ([5.0, 5.0, 5.0], "scanned 5 h after the dose, near the peak"),
        ([2.5, 24.0, 24.0], "scanned 2.5 to 24 h after the dose, which the model does not tell apart"),
        ([24.0, 24.0, 24.0], "scanned 24 h after the dose"),
        ([4.0, 6.0, None], "scanned 4 to 6 h after the dose, near the peak (unknown for 1 of 3 rows)"),
        ([None, None, None], "scanned at an unknown time after the dose"),
    ],
)
def test_it_says_when_the_scans_were_made(times, sentence):
    assert words(times) == sentence


def test_it_is_silent_where_time_is_in_the_model():
    slope = '[ec50.covariates.time_h]\ncentre = 6.0\nslope = {dist = "Normal", mu = 0.0, sigma = 0.1}\n'
    assert words([2.0, 24.0, 6.0], PLAIN + slope) == ""


def test_it_is_silent_where_the_exposure_was_measured_at_the_scan():
    model = "exposure = 'concentration'\n" + PLAIN.replace("[reference_doses]\nA = 10.0\n", "")
    assert words([2.0, 24.0, 6.0], model, concentration=[3.0, 2.0, 9.0], concentration_unit="ng/mL") == ""


def test_every_answer_says_it():
    fit = fit_from_prior(petfit.read_model("emax"), TABLE.assign(time_h=[4.0, 6.0, 6.0]))
    answers = [
        fit.ec50(),
        fit.emax(),
        fit.dose_for_occupancy(),
        fit.occupancy(20),
        fit.target_attainment(20),
        fit.contrasts(),
        fit.equivalent_dose("A", 20),
    ]
    for answer in answers:
        assert "scanned 4 to 6 h after the dose, near the peak" in formatting.conditions(answer)
