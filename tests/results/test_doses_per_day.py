"""Models that answer per week and per day are compared per day."""

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.results.doses_per_day import in_one_unit
from tests.helpers import PLAIN, fit_from_prior
from tests.plasma_model import MODEL

TABLE = pd.DataFrame(
    {
        "drug": "A",
        "dose": [70.0, 140.0, 280.0],
        "dose_unit": "mg every week",
        "regimen": "repeated",
        "time_h": 24.0,
        "value": [0.3, 0.5, 0.6],
    }
)


def test_a_model_with_kinetics_and_one_without_are_compared_per_day():
    weekly = fit_from_prior(PLAIN, TABLE)
    daily = fit_from_prior(MODEL.replace("every_h = 24.0", "every_h = 168.0"), TABLE)
    compared = petfit.compare({"weekly": weekly, "kinetics": daily}, 0.4)
    assert set(compared.answers["unit"].to_numpy()) == {"mg/day"}
    answers = compared.answers.sel(model="weekly", drug="A", occupancy=0.4)
    alone = weekly.dose_for_occupancy(0.4).sel(drug="A", occupancy=0.4)
    for name in ("median", "low", "high", "tested_low", "tested_high"):
        assert answers[name].item() == pytest.approx(alone[name].item() / 7.0)
    assert answers["p_inside"].item() == alone["p_inside"].item()


def test_doses_in_one_unit_are_unchanged():
    weekly = fit_from_prior(PLAIN, TABLE).dose_for_occupancy(0.4)
    assert in_one_unit({"a": weekly, "b": weekly})["a"].identical(weekly)
    assert np.array_equal(in_one_unit({"a": weekly})["a"]["unit"], weekly["unit"])
