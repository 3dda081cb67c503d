"""Doses at peak, mean and trough: their order, their inverse, infinity, people, other schedules."""

import numpy as np
import pandas as pd
import pytest

from petfit.errors import PetfitError
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters, parameter_frame
from petfit.results.kinetic_share import kinetic_share
from petfit.results.target_dose import dose_at_moments
from tests.helpers import fit_from_prior, slow_but
from tests.plasma_model import MEASURED, MODEL, TABLE

MOMENTS = ("peak", "mean", "trough")


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(MODEL, TABLE, draws=150)


def doses(fit, when, occupancy=0.6, **at):
    return fit.dose_for_occupancy_draws(occupancy, at={"when": when, **at}).isel(occupancy=0).to_numpy()


@pytest.mark.parametrize("occupancy", [0.2, 0.6, 0.85])
def test_peak_mean_and_trough_doses_are_ordered_in_every_draw(fit, occupancy):
    peak, mean, trough = (doses(fit, when, occupancy) for when in MOMENTS)
    finite = np.isfinite(trough)
    assert finite.any()
    assert (peak[finite] <= mean[finite] * (1 + 1e-5)).all()
    assert (mean[finite] <= trough[finite] * (1 + 1e-5)).all()


@pytest.mark.parametrize("when", MOMENTS)
def test_a_dose_is_infinite_where_emax_does_not_reach_the_occupancy(fit, when):
    unreachable = fit.emax_draws().to_numpy() <= 0.85
    assert unreachable.any()
    assert (np.isinf(doses(fit, when, 0.85)) == unreachable).all()


@pytest.mark.parametrize("when", MOMENTS)
def test_the_occupancy_at_the_dose_is_the_one_asked_for(fit, when):
    needed = doses(fit, when, 0.5)
    curves = curve_draws(fit, at={"when": when})
    finite = np.isfinite(needed)
    found = curves.points(1).occupancy(np.where(finite, needed, 1.0).ravel()).reshape(needed.shape)
    np.testing.assert_allclose(found[finite], 0.5, rtol=1e-7)


def test_the_mean_occupancy_is_not_the_occupancy_at_the_mean(fit):
    curves = curve_draws(fit, at={"when": "mean"})
    points = curves.points(1)
    dose = np.full(points.rows.interval.shape, 20.0)
    times = np.linspace(0.0, 24.0, 2001)
    course = np.stack([points.occupancy_of(points.course(dose, np.full(dose.shape, t))) for t in times])
    np.testing.assert_allclose(points.occupancy(dose), np.trapezoid(course, times, axis=0) / 24.0, rtol=2e-5)


def test_smaller_doses_more_often_bring_peak_and_trough_together(fit):
    once, twice = ([doses(fit, when, 0.4, every=every) for when in MOMENTS] for every in (24, 12))
    finite = np.isfinite(once[2])
    assert (twice[2][finite] < once[2][finite]).all()
    assert (twice[0][finite] > once[0][finite]).all()


def test_the_dose_over_doses_is_nonlinear_only_where_clearance_saturates(fit):
    draws = curve_draws(fit, at={"when": "trough"})
    points = draws.points(2)
    two = draws._spread([10.0, 20.0])
    low, high = np.moveaxis(points.concentration(two.ravel()).reshape(two.shape), -1, 0)
    np.testing.assert_allclose((high / low)[..., 0], 2.0, rtol=1e-10)
    assert ((high / low)[..., 1] > 2.0).all()


def test_a_dose_is_found_however_strongly_clearance_saturates(fit):
    points = curve_draws(fit, "new_subject", ["B"], at={"when": "trough"}).points(1)
    points.kinetics.quantities["power"] = np.linspace(0.01, 9.0, points.rows.interval.size)
    for wanted in (1e-3, 1.0, 50.0, 1e4):
        concentrations = np.full(points.rows.interval.shape, wanted)
        dose = points._dose_of(concentrations)
        np.testing.assert_allclose(points.concentration(dose), concentrations, rtol=1e-6)


def test_new_people_differ_more_in_dose_than_in_ec50(fit):
    typical, new = (
        np.log(curve_draws(fit, person, ["A"]).dose_draws(0.2).to_numpy()[..., 0, 0])
        for person in ("typical", "new_subject")
    )
    in_ec50 = np.log(fit.ec50_draws("new_subject") / fit.ec50_draws()).sel(drug="A").to_numpy()
    assert np.std(new - typical) > 1.2 * np.std(in_ec50)


def test_the_sd_between_people_is_that_of_new_people(fit):
    typical, new = (
        np.log(curve_draws(fit, person, ["A"]).dose_draws(0.2).to_numpy()[..., 0, 0])
        for person in ("typical", "new_subject")
    )
    sd = curve_draws(fit, "typical", ["A"]).people_sd
    assert np.std((new - typical) / sd[..., 0]) == pytest.approx(1.0, abs=0.15)


def test_a_single_dose_and_a_time_can_be_asked_for(fit):
    early, late = (
        fit.dose_for_occupancy_draws(0.3, at={"time_h": hours, "n_doses": 1}) for hours in (4.0, 48.0)
    )
    finite = np.isfinite(early.to_numpy())
    assert (late.to_numpy()[finite] > early.to_numpy()[finite]).all()
    assert late.attrs["at"] == "48 h after a single dose"


def test_ec50_is_a_concentration_total_and_free(fit):
    parameters = curve_parameters(curve_draws(fit), with_diagnostics=False)
    assert parameters["ec50"]["unit"].to_numpy().tolist() == ["ng/mL", "ng/mL"]
    ratio = parameters["ec50_free"]["median"].sel(drug="A") / parameters["ec50"]["median"].sel(drug="A")
    assert ratio.item() == pytest.approx(0.1)
    assert "ng/mL free" in parameter_frame(parameters)["unit"].tolist()
    assert "trough" not in parameters["ec50"].attrs["at"]
    assert fit.dose_for_occupancy()["unit"].to_numpy().tolist() == ["mg/day", "mg/day"]


def test_the_three_moments_stand_in_one_table(fit):
    table = dose_at_moments(fit, 0.5, with_diagnostics=False)
    assert table["when"].to_numpy().tolist() == ["trough", "mean", "peak"]
    for when in MOMENTS:
        single = fit.dose_for_occupancy(0.5, at={"when": when})["median"]
        assert (table["median"].sel(when=when) == single).all()


def test_a_model_without_kinetics_says_when_its_scans_were_made(prior_fit):
    with pytest.raises(PetfitError, match=r"has no kinetics.*scanned at an unknown time after the dose"):
        prior_fit.dose_for_occupancy(at={"when": "trough"})


def test_doses_say_little_of_ec50_beyond_the_kinetics(fit):
    shares = kinetic_share(fit)
    assert set(shares.index) == {"A", "B"}
    assert ((shares >= 0) & (shares <= 1)).all()


def test_all_rows_may_be_concentrations():
    only = MEASURED.dropna(subset="concentration").drop(columns=["dose", "regimen", "days_on_drug"])
    fit = fit_from_prior(MODEL, only, draws=100)
    assert not fit.design.rows["is_dose"].any()
    assert np.isfinite(fit.dose_for_occupancy(0.2)["low"]).all()


def test_a_table_may_mix_doses_and_concentrations():
    sampled = MEASURED.dropna(subset="concentration").drop(columns=["dose", "study"]).assign(subject="c")
    fit = fit_from_prior(MODEL, pd.concat([TABLE, sampled]), draws=100)
    rows = fit.design.rows
    assert rows["is_dose"].sum() == len(TABLE)
    concentrations = rows.loc[~rows["is_dose"], "x"]
    assert sorted(concentrations) == [3.0, 12.0, 40.0, 60.0]


@pytest.mark.parametrize("predict_for", slow_but(["new_subject"], ["typical", "new_subject"]))
def test_doses_of_a_drug_with_concentrations_only_follow_from_the_priors_of_its_kinetics(predict_for):
    only = MEASURED.dropna(subset="concentration").drop(columns=["dose", "regimen", "days_on_drug"])
    fit = fit_from_prior(MODEL, only[only["drug"] == "A"], draws=3000)
    dose = fit.dose_for_occupancy_draws(0.5, predict_for, at={"when": "mean"}).squeeze().to_numpy()
    ec50, emax = (curve_draws(fit, predict_for).parameters[name][..., 0] for name in ("ec50", "emax"))
    reached = emax > 0.5
    clearance = dose[reached] * 1000.0 / 24.0 / (ec50 * 0.5 / (emax - 0.5))[reached]
    assert np.median(clearance) == pytest.approx(np.exp(3.4), rel=0.05)
    spread = 0.2 if predict_for == "typical" else np.hypot(0.2, np.sqrt(np.log1p(0.4**2)))
    assert np.log(clearance).std() == pytest.approx(spread, rel=0.15)


def test_the_study_that_measured_concentrations_is_averaged_unsaid():
    assert fit_from_prior(MODEL, MEASURED, draws=100).ec50().attrs["at"] == ""
