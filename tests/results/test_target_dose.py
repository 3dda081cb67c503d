import numpy as np
import pandas as pd
import pytest

from petfit.results.curve_draws import curve_draws
from tests.helpers import fit_from_prior

TARGETS = [0.3, 0.5, 0.8, 0.9, 0.97]


def test_dose_is_infinite_exactly_where_emax_does_not_exceed_the_target(ssri_fit):
    emax = ssri_fit.emax_draws().to_numpy()[..., None]
    doses = ssri_fit.dose_for_occupancy_draws(TARGETS)
    assert np.array_equal(np.isinf(doses.to_numpy()), emax <= np.array(TARGETS))
    assert 0 < np.isinf(doses.to_numpy()).mean() < 1


def test_no_draw_is_dropped_or_nan(ssri_fit):
    doses = ssri_fit.dose_for_occupancy_draws(TARGETS)
    assert doses.shape[:2] == ssri_fit.posterior["sigma"].shape
    assert not np.isnan(doses).any()


def test_finite_doses_reach_their_occupancy(ssri_fit):
    fit = ssri_fit
    doses = fit.dose_for_occupancy_draws(TARGETS).to_numpy()
    ec50, emax = (
        fit.ec50_draws().to_numpy()[..., None],
        fit.emax_draws().to_numpy()[..., None],
    )
    finite = np.isfinite(doses)
    with np.errstate(invalid="ignore"):
        reached = emax * doses / (ec50 + doses)
    assert np.where(finite, reached, np.array(TARGETS)) == pytest.approx(
        np.broadcast_to(TARGETS, doses.shape), rel=1e-9
    )


def test_dose_does_not_decrease_with_occupancy(ssri_fit):
    doses = ssri_fit.dose_for_occupancy_draws(TARGETS).to_numpy()
    assert np.all(doses[..., 1:] >= doses[..., :-1])


CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'


def assert_close(actual, expected):
    assert np.asarray(actual) == pytest.approx(np.asarray(expected), rel=1e-12)


COMPETITION = f"""
[reference_doses]
A = 10.0
[ec50]
centre = {CENTRE}
people.sd = {{ dist = "HalfNormal", sigma = 1.0 }}
[emax]
centre = {{ dist = "Normal", mu = 2.0, sigma = 1.0 }}
[competition.rival]
column = "rival_ng_ml"
ec50 = {CENTRE}
"""


@pytest.fixture(scope="module")
def competition_fit():
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": [0.4, 0.7], "rival_ng_ml": [0.0, 2.0]})
    return fit_from_prior(COMPETITION, table)


def test_the_dose_competition_fit_a_competitor_reaches_the_occupancy_or_none_is_needed(competition_fit):
    doses = competition_fit.dose_for_occupancy_draws(0.6, at={"rival": 1.5}).to_numpy()[..., 0]
    alone = competition_fit.occupancy_draws(0.0, at={"rival": 1.5}).to_numpy()[..., 0]
    found, posterior = curve_draws(competition_fit).parameters, competition_fit.posterior
    finite = np.isfinite(doses)
    with np.errstate(invalid="ignore"):
        ratio = doses / found["ec50"] + (1.5 / np.exp(posterior["competitor_log_ec50_rival"]))[..., None]
        reached = found["emax"] * ratio / (1 + ratio)
    assert 0 < (doses == 0).mean() < 1
    assert np.all(alone[doses == 0] >= 0.6)
    assert reached[finite & (doses > 0)] == pytest.approx(0.6, rel=1e-9)
    assert np.array_equal(~finite, found["emax"] <= 0.6)


def test_a_competitor_lowers_the_dose(competition_fit):
    alone = competition_fit.dose_for_occupancy_draws(0.6)
    aided = competition_fit.dose_for_occupancy_draws(0.6, at={"rival": "1.5"})
    assert np.all(aided <= alone)
    assert alone.attrs["at"] == "rival absent"
    assert aided.attrs["at"] == "rival 1.5"
    assert_close(competition_fit.dose_for_occupancy_draws(0.6, at={"rival": 0.0}), alone)


def test_doses_of_0_and_infinity_have_diagnostics(competition_fit):
    table = competition_fit.dose_for_occupancy(0.6, at={"rival": 1.5})
    assert np.isfinite(table["ess_bulk"]).all()
