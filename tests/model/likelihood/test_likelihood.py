from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize

import petfit
from petfit.model import likelihood
from petfit.model.likelihood import LEVELS, Predicted
from petfit.model.ops import NUMPY
from tests.helpers import MODELS, make_design

ONE = {
    "subject": {"value": 0.5},
    "group": {"value": 0.5, "n": 6},
    "range": {"low": 0.4, "high": 0.5, "n": 6},
    "scan": {"value": 0.5},
}
every_level = pytest.mark.parametrize("level", [LEVELS[name] for name in ONE], ids=ONE.keys())


def rows(**columns):
    blank = dict.fromkeys(("value", "sd", "se", "n", "low", "high"), np.nan)
    return pd.DataFrame([{**blank, **columns}])


def predicted(occupancy=0.6, slope=-0.2, sigma=0.08, omega=0.0, times=None):
    """What a model with differences between people, to first order, would say of one row."""
    said = (np.array([value]) for value in (occupancy, sigma, (slope * omega) ** 2))
    return Predicted(*(value if times is None else np.broadcast_to(value, (times, 1)) for value in said))


def log_density(level, table, said):
    return LEVELS[level].log_density(NUMPY, LEVELS[level].data(table), said)[0]


def test_every_level_has_its_name_and_is_a_level_of_evidence():
    assert all(level.name == name for name, level in LEVELS.items())
    words = {name.removeprefix("censored_") for name in LEVELS.keys() - {"range_set"}}
    assert words <= petfit.evidence.COLUMNS["level"].levels.keys()


@pytest.mark.parametrize("level", ["subject", "group"])
def test_the_density_of_a_value_integrates_to_one(level):
    def density(value):
        return np.exp(log_density(level, rows(**{**ONE[level], "value": value}), predicted()))

    assert integrate.quad(density, -0.5, 1.7, points=[0.6])[0] == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("omega", [0.0, 0.5])
@pytest.mark.parametrize("n", [2, 3, 12])
def test_the_density_of_a_published_variance_integrates_to_one(n, omega):
    alone = log_density("group", rows(value=0.5, n=n), predicted(omega=omega))

    def density(sd):
        both = log_density("group", rows(value=0.5, n=n, sd=sd), predicted(omega=omega))
        return np.exp(both - alone) * 2 * sd

    assert integrate.quad(density, 1e-12, 2.0, points=[0.1])[0] == pytest.approx(1, abs=1e-6)


def test_the_ranges_of_a_partition_have_probabilities_that_add_to_one():
    ends = np.linspace(-1, 2, 61)
    masses = [
        np.exp(log_density("range", rows(low=low, high=high, n=6), predicted()))
        for low, high in pairwise(ends)
    ]
    assert sum(masses) == pytest.approx(1, abs=1e-12)


def test_a_range_is_the_integral_of_the_density_of_the_mean():
    def density(value):
        return np.exp(log_density("group", rows(value=value, n=6), predicted()))

    mass = np.exp(log_density("range", rows(low=0.55, high=0.7, n=6), predicted()))
    assert mass == pytest.approx(integrate.quad(density, 0.55, 0.7)[0], rel=1e-9)


def test_a_standard_error_equals_its_sd():
    by_sd = log_density("group", rows(value=0.5, n=9, sd=0.12), predicted())
    assert log_density("group", rows(value=0.5, n=9, se=0.04), predicted()) == pytest.approx(by_sd, rel=1e-12)


def test_a_group_of_one_without_sd_equals_a_person():
    person = log_density("subject", rows(value=0.5), predicted())
    assert log_density("group", rows(value=0.5, n=1), predicted()) == pytest.approx(person, rel=1e-14)


@every_level
def test_simulated_values_have_the_mean_and_spread_of_the_density(level):
    data = level.data(rows(**ONE[level.name]))
    values = level.simulate(np.random.default_rng(1), data, predicted(times=40_000))["value"]
    sd = 0.08 if level.name in ("subject", "scan") else 0.08 / np.sqrt(6)
    assert values.mean() == pytest.approx(0.6, abs=5 * sd / 200)
    assert values.std() == pytest.approx(sd, rel=0.02)


def test_simulated_variances_have_the_mean_that_the_density_gives_them():
    data = LEVELS["group"].data(rows(value=0.5, n=6, sd=0.1))
    many = predicted(omega=0.5, times=40_000)
    sds = LEVELS["group"].simulate(np.random.default_rng(1), data, many)["sd"]
    assert (sds**2).mean() == pytest.approx(0.08**2 + (0.2 * 0.5) ** 2, rel=0.03)
    assert (sds**2).var() == pytest.approx(2 / 5 * (0.08**2 + 0.1**2) ** 2, rel=0.05)


def test_a_simulated_group_has_an_sd_only_where_one_was_published(prior_fit):
    design = prior_fit.design
    draws = {name: values[0, 0] for name, values in prior_fit.posterior.items()}
    found = likelihood.predictive_draws(np.random.default_rng(0), design, draws)
    published = design.rows[["sd", "se"]].notna().any(axis=1).to_numpy()
    assert np.array_equal(np.isfinite(found["sd"]), published)
    assert np.isfinite(found["value"]).all()


@pytest.mark.parametrize("dose", [0.3, 1.0, 4.0])
def test_differences_between_people_widen_the_variance_to_first_order(dose):
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    curve, omega = petfit.model.curves.CURVES["emax"], 0.02
    occupancy = curve.occupancy(dose, ec50=np.exp(omega * nodes), emax=0.9)
    exact = weights @ occupancy**2 - (weights @ occupancy) ** 2
    slope = curve.slope(dose, ec50=1.0, emax=0.9)
    assert (slope * omega) ** 2 == pytest.approx(exact, rel=2e-3)
    density = [log_density("group", rows(value=0.5, n=6, sd=0.1), predicted(slope=s, omega=o, sigma=g))
               for s, o, g in ((slope, omega, 1e-3), (0.0, 0.0, np.sqrt(1e-6 + exact)))]  # fmt: skip
    mean = [
        log_density("group", rows(value=0.5, n=6), predicted(sigma=g)) for g in (1e-3, np.sqrt(1e-6 + exact))
    ]
    assert density[0] - mean[0] == pytest.approx(density[1] - mean[1], rel=5e-3)


# --- people and their summary -------------------------------------------------------------------


@given(seed=st.integers(0, 2**31))
def test_people_and_their_means_and_sds_have_the_same_likelihood_up_to_a_constant(seed):
    rng = np.random.default_rng(seed)
    n, value = 7, rng.normal(0.5, 0.1, 7)
    people = pd.concat([rows(value=one) for one in value])
    group = rows(value=value.mean(), sd=value.std(ddof=1), n=n)
    gaps = []
    for _ in range(5):
        said = predicted(rng.uniform(0, 1), -rng.uniform(0, 1), rng.uniform(0.02, 0.5))
        whole = LEVELS["subject"].log_density(NUMPY, LEVELS["subject"].data(people), said).sum()
        gaps.append(whole - log_density("group", group, said))
    assert np.ptp(gaps) <= 1e-10 * max(1.0, abs(whole))


def test_a_table_of_people_and_of_their_groups_differ_by_a_constant(people_table, group_table):
    totals = []
    for table in (people_table, group_table):
        design = make_design(MODELS["plain"], table)
        draws = design.draw_prior(np.random.default_rng(4), 200)
        draws["sigma"] = np.maximum(draws["sigma"], 0.01)
        found = likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))
        totals.append(sum(density.sum(axis=-1) for density in found.values()))
    assert np.ptp(totals[0]) > 1e3
    assert np.ptp(totals[0] - totals[1]) <= 1e-10 * np.abs(totals[0]).max()


# --- a published estimate -----------------------------------------------------------------------

TAKANO = """
[ec50.centre]
dist = "Normal"
mu = 0.0
sigma = 10.0
[emax]
fixed = 1.0
"""


def test_the_maximum_of_the_likelihood_on_takano_2006_is_the_published_7_9_mg():
    table = petfit.read_evidence().table
    rows_of = table[
        (table["study"] == "TakanoA2006dul") & (table["regimen"] == "single") & (table["time_h"] == 6)
    ]
    assert len(rows_of) == 4
    means = rows_of[["study", "cohort", "drug", "dose", "value", "n"]]
    design = make_design(TAKANO, means)
    numbers = likelihood.inputs(design)

    def loss(log_mg):
        draws = {"log_ec50": np.array(log_mg - np.log(60.0)), "sigma": np.array(0.05)}
        return -likelihood.log_likelihood(NUMPY, design, draws, numbers)["group"].sum()

    best = optimize.minimize_scalar(loss, bounds=(0, 5), method="bounded", options={"xatol": 1e-8})
    assert round(float(np.exp(best.x)), 1) == 7.9
