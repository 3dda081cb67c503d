"""A delay of occupancy behind plasma: where it is allowed, and what it changes."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from petfit.errors import PetfitError
from petfit.inference import kernel
from petfit.model import likelihood
from petfit.model.kinetics.one_compartment import (
    effect_site_concentration,
    mean_concentration,
    unit_concentration,
)
from petfit.model.likelihood.plasma_sample import sample_log_density
from petfit.model.linear_predictor import true_exposure
from petfit.model.ops import NUMPY
from petfit.results.curve_draws import curve_draws
from petfit.results.stopping import stopping_draws
from petfit.results.time_course import plasma_curves, time_course_draws
from tests.helpers import fit_from_prior, make_design
from tests.plasma_model import MEASURED, MODEL

PEOPLE = MEASURED[(MEASURED["drug"] == "A") & MEASURED["concentration"].notna()].drop(columns="days_on_drug")


def delayed(ke0):
    return MODEL.replace("[pk.A]\n", f"[pk.A]\nke0 = {ke0}\n")


def exposures(model, **options):
    design = make_design(model, PEOPLE)
    draws = make_design(MODEL, PEOPLE).draw_prior(np.random.default_rng(1), 3)
    return true_exposure(NUMPY, design, draws, design.fitted_matrix, design.rows["x"].to_numpy(), **options)


def test_occupancy_follows_the_delayed_concentration_and_samples_follow_plasma():
    at_once = exposures(MODEL)
    assert np.abs(exposures(delayed(0.1)) / at_once - 1.0).max() > 0.1
    np.testing.assert_allclose(exposures(delayed(0.1), in_plasma=True), at_once, rtol=1e-12)
    np.testing.assert_allclose(exposures(delayed(1e9)), at_once, rtol=1e-6)


def test_measured_concentrations_say_the_same_with_and_without_a_delay():
    designs = [make_design(model, PEOPLE) for model in (MODEL, delayed(0.1))]
    draws = designs[0].draw_prior(np.random.default_rng(1), 5)
    samples = [sample_log_density(NUMPY, design, draws, likelihood.inputs(design)) for design in designs]
    np.testing.assert_allclose(samples[1], samples[0], rtol=1e-10)
    assert kernel.is_supported(designs[0])
    assert not kernel.is_supported(designs[1])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (PEOPLE.drop(columns="concentration"), r"pk\.A\.ke0 needs a concentration of the same people"),
        (PEOPLE.drop(columns="dose"), r"pk\.A\.ke0 needs the dose as well"),
    ],
    ids=["doses alone", "concentrations alone"],
)
def test_a_delay_needs_doses_and_concentrations_of_the_same_people(table, message):
    with pytest.raises(PetfitError, match=message):
        make_design(delayed(0.3), table)


@pytest.mark.parametrize("occupied", [0.5, 0.8])
def test_slow_dissociation_is_a_delay_that_is_shorter_at_higher_occupancy(occupied):
    koff, rates = 0.1, {"volume": 100.0, "elimination": 0.03, "absorption": 1.0}
    ec50 = float(mean_concentration(3.0, 24.0)) * (1 - occupied) / occupied
    hours = np.linspace(0.0, 24.0, 13)

    def binding(time, bound):
        plasma = unit_concentration(NUMPY, time % 24.0, **rates)
        return koff * (plasma / ec50 * (1 - bound) - bound)

    bound = solve_ivp(binding, (0, 264), [occupied], t_eval=240 + hours, rtol=1e-8, max_step=1.0).y[0]
    assert bound.mean() == pytest.approx(occupied, abs=0.02)
    delayed = effect_site_concentration(NUMPY, hours, **rates, delay=koff / (1 - occupied))
    np.testing.assert_allclose(delayed / (ec50 + delayed), bound, atol=0.01)


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(delayed("{ dist = 'LogNormal', mu = -2.0, sigma = 0.5 }"), PEOPLE, draws=100)


def test_doses_at_peak_mean_and_trough_are_ordered_and_reach_the_occupancy(fit):
    doses = {}
    for when in ("peak", "mean", "trough"):
        curves = curve_draws(fit, at={"when": when})
        doses[when] = curves.exposure([0.5])
        finite = np.isfinite(doses[when])
        found = curves.points(1).occupancy(np.where(finite, doses[when], 1.0).ravel()).reshape(finite.shape)
        np.testing.assert_allclose(found[finite], 0.5, rtol=1e-6)
    assert (doses["peak"][finite] <= doses["mean"][finite] * (1 + 1e-5)).all()
    assert (doses["mean"][finite] <= doses["trough"][finite] * (1 + 1e-5)).all()


def test_over_time_plasma_is_printed_and_the_peak_of_occupancy_comes_later(fit):
    course = time_course_draws(plasma_curves(fit), 20.0, times=np.linspace(0.0, 24.0, 97)).squeeze()
    peaks = [course["time_h"][course[name].argmax("time_h")] for name in ("concentration", "occupancy")]
    assert float((peaks[1] > peaks[0]).mean()) > 0.95
    size = course["concentration"][..., 0].size
    plasma = curve_draws(fit).points(1).course(np.full(size, 20.0), np.full(size, 6.0), in_plasma=True)
    np.testing.assert_allclose(
        course["concentration"].sel(time_h=6.0).to_numpy(), plasma.reshape(course["concentration"].shape[:2])
    )


def test_after_stopping_occupancy_lasts_until_it_is_at_the_level(fit):
    hours = stopping_draws(plasma_curves(fit), 40.0, 0.3).to_numpy().ravel()
    points, after = curve_draws(fit).points(1), hours > 0
    left = points.course(np.full(hours.size, 40.0), hours, missed=10**9)
    np.testing.assert_allclose(points.occupancy_of(left)[after], 0.3, rtol=1e-6)
