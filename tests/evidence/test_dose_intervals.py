"""Answers for drugs that are given less often than daily are in the doses of each time."""

import numpy as np
import pandas as pd
import pytest

from tests.helpers import PLAIN, fit_from_prior

DAILY = pd.DataFrame(
    {
        "drug": "A",
        "dose": [2.0, 5.0, 10.0],
        "dose_unit": "mg/day",
        "value": [0.3, 0.5, 0.6],
        "regimen": "repeated",
    }
)


@pytest.mark.parametrize(
    ("unit", "days", "printed"),
    [
        ("mg every 4 weeks", 28.0, "mg/4 weeks"),
        ("mg weekly", 7.0, "mg/week"),
        ("mg monthly", 30.4375, "mg/month"),
    ],
)
def test_doses_of_weeks_give_the_same_curve_in_their_own_unit(unit, days, printed):
    daily = fit_from_prior(PLAIN, DAILY)
    fit = fit_from_prior(PLAIN, DAILY.assign(dose=DAILY["dose"] * days, dose_unit=unit))
    assert fit.evidence.table["dose"].tolist() == pytest.approx(DAILY["dose"].tolist(), rel=1e-14)
    ours, theirs = fit.dose_for_occupancy(0.5), daily.dose_for_occupancy(0.5)
    assert ours["unit"].item() == printed
    assert theirs["unit"].item() == "mg/day"
    for name in ("median", "low", "high", "tested_low", "tested_high"):
        assert ours[name].item() == pytest.approx(days * theirs[name].item(), rel=1e-12)
    occupancies = (one.occupancy([dose])["median"].item() for one, dose in ((fit, 5 * days), (daily, 5.0)))
    assert next(occupancies) == pytest.approx(next(occupancies), rel=1e-12)
    assert np.array_equal(fit.design.rows["dose"], np.round(fit.design.rows["dose"], 10))


@pytest.mark.parametrize("changed", [{"dosing_interval_h": [336, 336, ""]}, {"dosing_interval_h": 36}])
def test_doses_of_different_or_odd_intervals_stay_per_day(changed):
    fit = fit_from_prior(PLAIN, DAILY.assign(**changed))
    assert fit.dose_for_occupancy(0.5)["unit"].item() == "mg/day"


def test_a_single_dose_is_not_multiplied():
    fit = fit_from_prior(PLAIN, DAILY.assign(regimen="single", dosing_interval_h=672))
    assert fit.dose_for_occupancy(0.5)["tested_high"].item() == DAILY["dose"].max()
