import math
from dataclasses import replace

import numba
import numpy as np
import pandas as pd
import pytest
from scipy.differentiate import derivative
from scipy.stats import norm

from benchmarks.scenarios import SCENARIOS, Scenario, make_design
from petfit.inference import kernel
from petfit.inference.kernel import records
from petfit.inference.kernel.log_concentration import concentration, rate_at
from petfit.inference.kernel.log_densities import beyond, interval
from petfit.inference.kernel.log_prior import log_prior
from petfit.inference.kernel.prior_records import log_constant
from petfit.inference.log_density import from_kernel, from_pymc
from petfit.model import pymc_model
from petfit.model.kinetics.one_compartment import finite_duration, unit_concentration
from petfit.model.likelihood import LEVELS
from petfit.model.likelihood.interval import log_interval
from petfit.model.ops import NUMPY
from petfit.model.prior import FAMILIES, Prior
from tests.helpers import as_vector, log_density_and_gradient, random_point, slow_but
from tests.helpers import make_design as make_small_design
from tests.plasma_model import MEASURED, MODEL, TABLE

SUPPORTED = [scenario for scenario in SCENARIOS if scenario.model != "two_site_concentration"]
QUICK = ("ssri-bundled", "meta_analysis-mixed", "scan-scans")
"""`test_parameter_states` has what differs in the others."""


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(scenario, marks=() if str(scenario) in QUICK else pytest.mark.slow)
        for scenario in SUPPORTED
        if scenario.model != "ssri_pk"
    ],
    ids=str,
)
def test_density_and_gradient_are_those_of_pymc(scenario, same_density):
    design, rng = make_design(scenario), np.random.default_rng(3)
    same_density(design, [None, rng.random(len(design.rows)) < 0.3], rng)


DEPOT = ("[pk.A]", "[pk.A]\ndepot = true")
QUADRATURE = '[ec50.people]\ngroups = "quadrature"\n[ec50.people.sd]'


def with_(text, old, new):
    """The text with a part replaced, which it has."""
    assert old in text
    return text.replace(old, new, 1)


KINETICS = {
    "doses": (MODEL, TABLE),
    "concentrations beside doses": (MODEL, MEASURED),
    "below quantification": (
        MODEL,
        MEASURED.assign(concentration=np.nan, concentration_loq=[12.0, *[None] * 6]),
    ),
    "doses and concentrations": (
        MODEL,
        pd.concat([TABLE, MEASURED.dropna(subset="concentration").drop(columns="dose").assign(subject="c")]),
    ),
    "averaged people": (with_(MODEL, "[ec50.people.sd]", QUADRATURE), TABLE),
    "a depot": (with_(MODEL, "mu = 0.0, sigma = 0.3", "mu = -5.0, sigma = 0.3").replace(*DEPOT), TABLE),
    "volumes": (with_(MODEL, "half_life = { dist", "volume = { dist").replace("mu = 3.2", "mu = 7.0"), TABLE),
}


@pytest.mark.parametrize("name", slow_but(["below quantification", "averaged people", "a depot"], KINETICS))
def test_density_and_gradient_with_kinetics_are_those_of_pymc(name, same_density):
    design, rng = make_small_design(*KINETICS[name]), np.random.default_rng(5)
    assert kernel.is_supported(design)
    same_density(design, [None, rng.random(len(design.rows)) < 0.3], rng)


@pytest.mark.slow
def test_density_and_gradient_of_the_bundled_model_with_kinetics(ssri_pk_design):
    """PyMC's sum of so many priors cannot be interpreted, so that it is compiled."""
    assert kernel.is_supported(ssri_pk_design)
    ours, theirs = from_kernel(ssri_pk_design), from_pymc(ssri_pk_design)
    rng = np.random.default_rng(6)
    for _ in range(3):
        point = rng.normal(0.0, 0.5, ours.size)
        (found, slopes), (log, gradient) = ours(point), theirs(point)
        assert found == pytest.approx(log, rel=1e-10)
        assert slopes == pytest.approx(gradient, rel=1e-10, abs=1e-10 * abs(gradient).max())


@pytest.mark.parametrize("ratio", [0.01, 0.9999, 1.0, 1.00001, 1.05, 40.0])
@pytest.mark.parametrize("n_doses", [1.0, 5.0, np.inf])
@pytest.mark.parametrize("time", [0.0, 3.0, 100.0])
def test_the_log_concentration_has_the_right_slopes(ratio, n_doses, time):
    k = 0.03
    duration = float(finite_duration(NUMPY, 24.0, n_doses))

    def log(log_k, log_ka):
        concentrations = unit_concentration(
            NUMPY,
            time,
            volume=1000.0,
            elimination=np.exp(log_k),
            absorption=np.exp(log_ka),
            n_doses=n_doses,
        )
        return np.log(np.maximum(concentrations, 1e-300))

    log_k, log_ka = math.log(k), math.log(k * ratio)
    rates = [rate_at(math.exp(log_rate), time, 24.0, duration) for log_rate in (log_k, log_ka)]
    found = concentration(time, 24.0, duration, *rates)
    if time == 0.0 and n_doses == 1.0:
        assert found.value == 0.0
        return
    assert math.log(found.value) == pytest.approx(float(log(log_k, log_ka)), rel=1e-12, abs=1e-12)
    by_k = derivative(lambda value: log(value, log_ka), log_k, initial_step=0.1)
    by_ka = derivative(lambda value: log(log_k, value), log_ka, initial_step=0.1)
    assert found.d_elimination == pytest.approx(float(by_k.df), rel=1e-6, abs=1e-8)
    assert found.d_absorption == pytest.approx(float(by_ka.df), rel=1e-6, abs=1e-8)


CENTRED = [Scenario("ssri", "bundled"), Scenario("meta_analysis", "mixed"), Scenario("scan_vt", "mixed")]
"""`test_parameter_states` centres the effects of each parameter; these models have several."""


@pytest.mark.slow
@pytest.mark.parametrize("evidence_sd", [0.0, 0.4])
@pytest.mark.parametrize("scenario", CENTRED, ids=str)
def test_density_and_gradient_are_those_of_pymc_with_centred_random_effects(
    scenario, evidence_sd, same_density
):
    design = make_design(scenario)
    effects = tuple(
        replace(effect, centred=effect.kind == "pooled", evidence_sd=evidence_sd) for effect in design.effects
    )
    same_density(replace(design, given_effects=effects), [None], np.random.default_rng(4))


@pytest.fixture(scope="module")
def same_density():
    def hold(design, outs, rng):
        built = pymc_model.build(design)
        theirs = log_density_and_gradient(built)
        for left_out in outs:
            for name, values in pymc_model.inputs(design, left_out).items():
                if name.startswith("likelihood_weight."):
                    built[name].set_value(values)
            ours = from_kernel(design, left_out)
            for _ in range(3):
                point = random_point(built, rng)
                log, gradient = theirs(point)
                found, slopes = ours(as_vector(built, point))
                assert found == pytest.approx(float(log), rel=1e-10)
                assert slopes == pytest.approx(gradient, rel=1e-10, abs=1e-10 * abs(gradient).max())

    return hold


@pytest.mark.slow
def test_every_level_and_family_and_every_bundled_model_but_that_of_two_sites_is_supported():
    assert [scenario for scenario in SCENARIOS if kernel.is_supported(make_design(scenario))] == SUPPORTED
    assert set(records.LEVELS) == set(LEVELS)
    assert set(records.FAMILIES) == set(FAMILIES)
    assert tuple(LEVELS) == records.LEVELS


def test_an_unknown_curve_is_not_supported(monkeypatch):
    design = make_design(SCENARIOS[0])
    assert kernel.is_supported(design)
    monkeypatch.setattr(records, "CURVES", ())
    assert not kernel.is_supported(design)


def test_a_point_of_another_size_is_rejected():
    ours = from_kernel(make_design(Scenario("emax", "people")))
    with pytest.raises(ValueError, match="free parameters"):
        ours(np.zeros(ours.size - 1))


def test_every_row_belongs_to_one_covariate_pattern():
    design = make_design(Scenario("individual", "people"))
    model = kernel.model_arrays(design)
    patterns = model.patterns
    assert patterns["n_rows"].sum() == len(design.rows)
    assert np.array_equal(patterns["first_row"], np.cumsum(patterns["n_rows"]) - patterns["n_rows"])
    assert patterns["n_terms"].sum() == model.terms.size
    assert sorted(model.rows["x"]) == sorted(design.rows["x"])


NUMBERS = {"nu": 5.0, "mu": 0.3, "sigma": 0.7, "beta": 2.5, "alpha": 3.0, "lam": 1.7}


@pytest.mark.parametrize("family", FAMILIES)
def test_priors_are_those_of_scipy(family):
    numbers = {name: NUMBERS[name] for name in FAMILIES[family].arguments}
    prior = Prior(dist=family, source="a test", **numbers)
    record = np.zeros(1, records.PRIOR).view(np.recarray)[0]
    record["family"] = records.FAMILIES.index(family)
    for name, number in numbers.items():
        record[name] = number
    constant = log_constant(prior)
    for value in (0.05, 0.4, 0.93):
        density = log_prior.py_func(value, record)
        assert density.log + constant == pytest.approx(float(prior.log_density(value)), rel=1e-12)
        expected = derivative(prior.log_density, value, initial_step=0.01)
        assert density.slope == pytest.approx(float(expected.df), rel=1e-7)


@numba.njit
def called(low, high, mean, sd):
    return interval(low, high, mean, sd)


@numba.njit
def called_beyond(limit, side, mean, sd):
    return beyond(limit, side, mean, sd)


@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("limit", [-40.0, -3.0, -0.02, 0.0, 0.5, 6.0, 30.0])
def test_probabilities_beyond_a_limit_are_those_of_scipy_far_into_the_tails(limit, side):
    mean, sd = 0.2, 0.7
    log, d_mean, d_sd = called_beyond(limit, side, mean, sd)
    assert log == pytest.approx(norm.logcdf(side * (limit - mean) / sd), rel=1e-11)
    log_cdf = norm.logcdf
    by_mean = derivative(lambda m: log_cdf(side * (limit - m) / sd), mean, initial_step=0.01)
    by_sd = derivative(lambda s: log_cdf(side * (limit - mean) / s), sd, initial_step=0.01)
    assert d_mean == pytest.approx(float(by_mean.df), rel=1e-7, abs=1e-12)
    assert d_sd == pytest.approx(float(by_sd.df), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("sd", [0.001, 0.02, 0.3, 5.0])
@pytest.mark.parametrize("low", [-40.0, -3.0, -0.02, 0.01, 2.0, 30.0])
@pytest.mark.parametrize("width", [1e-4, 0.05, 1.0])
def test_intervals_are_those_of_numpy_far_into_the_tails(low, width, sd):
    log, d_mean, d_sd = called(low, low + width, 0.0, sd)
    assert log == pytest.approx(float(log_interval(NUMPY, low, low + width, 0.0, sd)), rel=1e-9)
    upper, lower = (low + width) / sd, low / sd
    weights = [math.exp(-0.5 * z * z - 0.5 * math.log(2 * math.pi) - log) for z in (lower, upper)]
    assert d_mean == pytest.approx((weights[0] - weights[1]) / sd, rel=1e-6, abs=1e-9 / sd)
    assert d_sd == pytest.approx((lower * weights[0] - upper * weights[1]) / sd, rel=1e-6, abs=1e-9 / sd)
