import math

import pytest

from petfit.errors import PetfitError
from petfit.results.answer_dosing import Dosing, read_dosing


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ({}, "at trough at steady state"),
        ({"when": "peak"}, "at peak at steady state"),
        (
            {"when": "peak", "every": "12"},
            "at peak at steady state, every 12 h (each dose is 0.5 times that of a day)",
        ),
        ({"when": "mean", "every": 24}, "mean over the dosing interval at steady state, every 24 h"),
        ({"time_h": 4, "n_doses": 1}, "4 h after a single dose"),
        ({"time_h": 4}, "4 h after the last dose at steady state"),
        ({"n_doses": 7, "every": 24}, "at trough after the last of 7 doses, every 24 h"),
    ],
)
def test_the_dosing_is_read_and_said(at, words):
    dosing, rest = read_dosing({**at, "region": "midbrain"})
    assert dosing.words == words
    assert rest == {"region": "midbrain"}


def test_the_default_is_the_trough_at_steady_state():
    assert read_dosing({})[0] == Dosing("trough", None, None, math.inf)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ({"when": "through"}, "Did you mean 'trough'"),
        ({"when": "peak", "time_h": 4}, "not for both"),
        ({"every": 0}, "every must be a number, above 0"),
        ({"every": "often"}, "every must be a number"),
        ({"time_h": -1}, "time_h must be a number, 0 or more"),
        ({"n_doses": 0}, "n_doses must be a number, 1 or more"),
    ],
)
def test_what_is_no_dosing_is_refused(at, message):
    with pytest.raises(PetfitError, match=message):
        read_dosing(at)
