"""Slow dissociation: equal to the differential equation, and to the plain model where it is fast."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

from petfit.errors import PetfitError
from petfit.inference import kernel
from petfit.model import likelihood, pymc_model
from petfit.model.kinetics.one_compartment import unit_concentration
from petfit.model.kinetics.slow_dissociation import node_times, occupancies_after_dose, transitions
from petfit.model.likelihood.plasma_sample import sample_log_density
from petfit.model.likelihood.predict import predict
from petfit.model.ops import NUMPY
from tests.helpers import as_vector, log_density_and_gradient, log_posterior, make_design, random_point
from tests.plasma_model import MEASURED, MODEL

PEOPLE = MEASURED[(MEASURED["drug"] == "A") & MEASURED["concentration"].notna() & MEASURED["subject"].notna()]
GROUP = MEASURED[(MEASURED["drug"] == "A") & MEASURED["concentration"].notna()].drop(columns="days_on_drug")
RNG = np.random.default_rng(3)
RATES = {
    "volume": np.full(8, 50.0),
    "elimination": np.geomspace(0.01, 0.1, 8),
    "absorption": np.geomspace(3.0, 0.2, 8),
}
EC50 = RNG.permutation(np.geomspace(0.5, 500.0, 8))
KOFF = RNG.permutation(np.geomspace(0.005, 5.0, 8))


def slow(koff):
    return MODEL.replace("[pk.A]\n", f"[pk.A]\nkoff = {koff}\n")


def ratio(time, n_doses):
    return 20.0 * unit_concentration(NUMPY, time, **RATES, interval=24.0, n_doses=n_doses) / EC50


def integrated(start, length, n_doses):
    """The same by a solver of differential equations."""

    def binding(time, bound):
        return KOFF * (ratio(np.full(8, time), n_doses) * (1.0 - bound) - bound)

    return solve_ivp(binding, (0.0, length), start, method="LSODA", rtol=1e-10, atol=1e-11).y[:, -1]


def followed(length, n_doses, koff=KOFF):
    hours, doses = np.full(8, float(length)), np.full(8, float(n_doses))
    interval = np.full(8, 24.0)
    return occupancies_after_dose(NUMPY, hours, koff=koff, interval=interval, n_doses=doses, ratio=ratio)


@pytest.mark.parametrize("length", [2.0, 24.0, 96.0])
def test_occupancy_after_doses_solves_the_differential_equation(length):
    bound = np.zeros(8)
    for number in (1, 2):
        bound = integrated(bound, 24.0, number)
    np.testing.assert_allclose(followed(length, 3)[-1], integrated(bound, length, 3), atol=1e-6)


@pytest.mark.parametrize("length", [24.0, 120.0])
def test_steady_state_repeats_itself_and_is_followed_after_stopping(length):
    start, *_, end = followed(length, math.inf)
    np.testing.assert_allclose(integrated(start, length, math.inf), end, atol=1e-6)
    if length == 24.0:
        np.testing.assert_allclose(start, end, rtol=1e-12)


def test_many_doses_are_steady_state():
    np.testing.assert_allclose(
        occupancies_after_dose(
            NUMPY,
            np.full(8, 6.0),
            koff=np.full(8, 0.05),
            interval=np.full(8, 24.0),
            n_doses=np.array([40.0, math.inf] * 4),
            ratio=ratio,
        )[-1][4:],
        followed(6.0, math.inf, np.full(8, 0.05))[-1][4:],
        atol=1e-6,
    )


def test_fast_dissociation_is_binding_in_equilibrium():
    plain = ratio(np.full(8, 7.0), math.inf)
    np.testing.assert_allclose(followed(7.0, math.inf, np.full(8, 1e9))[-1], plain / (1.0 + plain), rtol=1e-9)


def test_what_is_not_kept_is_in_balance():
    """Without drug the bound share decays at koff; bound and free sites add up to one throughout."""
    hours = np.array([30.0])
    kept, gained = transitions(hours, 0.1, lambda time: 0.0 * time)[-1]
    assert kept[0] == pytest.approx(math.exp(-3.0), abs=1e-9)
    assert gained[0] == 0.0
    kept, gained = (
        np.array(part)
        for part in zip(*transitions(np.full(8, 24.0), KOFF, lambda t: ratio(t, 1)), strict=True)
    )
    assert node_times(np.full(8, 24.0)).shape == (len(kept) + 1, 8)
    assert (gained >= -1e-6).all()
    assert (kept + gained <= 1.0 + 1e-6).all()


def predictions(model):
    design = make_design(model, PEOPLE)
    draws = make_design(MODEL, PEOPLE).draw_prior(np.random.default_rng(1), 5)
    return design, draws, predict(NUMPY, design, draws, likelihood.inputs(design))[0]


def test_occupancy_follows_koff_and_samples_follow_plasma():
    plain, draws, at_once = predictions(MODEL)
    design, _, later = predictions(slow(0.1))
    assert np.abs(later / at_once - 1.0).max() > 0.1
    np.testing.assert_allclose(predictions(slow(1e9))[2], at_once, rtol=1e-6)
    samples = [sample_log_density(NUMPY, one, draws, likelihood.inputs(one)) for one in (plain, design)]
    np.testing.assert_allclose(samples[1], samples[0], rtol=1e-10)
    assert not kernel.is_supported(design)


@pytest.mark.slow
def test_the_pymc_model_is_the_numpy_likelihood_and_its_gradient_is_right():
    table = pd.concat([PEOPLE, PEOPLE.assign(subject="2", regimen="repeated", days_on_drug=[2.0, None])])
    design = make_design(slow("{ dist = 'LogNormal', mu = -2.0, sigma = 0.5 }"), table)
    built = pymc_model.build(design)
    point = random_point(built, np.random.default_rng(2))
    function = log_density_and_gradient(built)
    value, gradient = function(point)
    other = random_point(built, np.random.default_rng(4))
    assert value - function(other)[0] == pytest.approx(
        log_posterior(design, point) - log_posterior(design, other)
    )
    assert len(gradient) == len(as_vector(built, point))
    name = "koff_log__"
    step = {**point, name: point[name] + 1e-5}, {**point, name: point[name] - 1e-5}
    slope = (function(step[0])[0] - function(step[1])[0]) / 2e-5
    assert np.isclose(gradient, slope, rtol=1e-5).any()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (PEOPLE.drop(columns="concentration"), r"pk\.A\.koff needs a concentration of the same people"),
        (PEOPLE.drop(columns="dose"), r"pk\.A\.koff needs the dose as well"),
        (GROUP, r"pk\.A\.koff needs rows of single people"),
    ],
    ids=["doses alone", "concentrations alone", "groups"],
)
def test_koff_needs_doses_and_concentrations_of_single_people(table, message):
    with pytest.raises(PetfitError, match=message):
        make_design(slow(0.3), table)
