from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

import petfit
from petfit.inference import kernel, sample, sampler
from petfit.model import likelihood
from petfit.model.specification import parse_model
from tests.helpers import MODELS, QUICK, make_design, monte_carlo_error

HERE = Path(__file__).parents[1] / "reference"


def z_scores(ours, theirs, probs=(0.1, 0.5, 0.9)):
    """Differences of the mean and of quantiles of two samples in their Monte Carlo standard errors."""
    gaps = [(ours.mean() - theirs.mean()) / np.hypot(monte_carlo_error(ours), monte_carlo_error(theirs))]
    for q in probs:
        error = np.hypot(monte_carlo_error(ours, q), monte_carlo_error(theirs, q))
        gaps.append((np.quantile(ours, q) - np.quantile(theirs, q)) / error)
    return np.abs(gaps)


# --- the reference problem ----------------------------------------------------------------------

PERCENT = {"q2.5": 0.025, "q50": 0.5, "q97.5": 0.975}


@pytest.fixture(scope="module")
def reference_draws():
    table = pd.read_csv(HERE / "reference_problem.csv", dtype={"drug": str, "subject": str})
    settings = petfit.Settings(draws=4000, tune=1500, target_accept=0.98, seed=1)
    model = HERE / "reference_problem.toml"
    fit = petfit.fit(table.rename(columns={"occ": "value"}), model, settings=settings)
    draws = fit.posterior
    parameters = {
        "mu": draws["log_ec50"],
        "tau": draws["log_ec50_drug_sd"],
        "mu_e": draws["logit_emax"],
        "tau_e": draws["logit_emax_drug_sd"],
        "sigma": draws["sigma"],
    }
    for i, drug in enumerate("123"):
        parameters[f"log_ed50.{drug}"] = draws["log_ec50"] + draws["log_ec50_drug"][..., i]
        parameters[f"emax.{drug}"] = special.expit(draws["logit_emax"] + draws["logit_emax_drug"][..., i])
    return parameters


def reference_rows():
    table = pd.read_csv(HERE / "reference_posterior.csv").set_index("parameter")
    return [pytest.param(name, row, id=name) for name, row in table.iterrows()]


@pytest.mark.parametrize(("name", "row"), reference_rows())
def test_the_reference_problem_has_the_posterior_of_an_independent_implementation(reference_draws, name, row):
    ours = reference_draws[name]
    assert abs(ours.mean() - row["mean"]) <= 4 * np.hypot(monte_carlo_error(ours), row["mcse_mean"])
    for column, q in PERCENT.items():
        around = np.quantile(ours, [q - 0.01, q + 0.01])
        theirs = np.sqrt(q * (1 - q) / row["ess_bulk"]) * np.ptp(around) / 0.02
        assert abs(np.quantile(ours, q) - row[column]) <= 4 * np.hypot(monte_carlo_error(ours, q), theirs)


# --- people and group means -------------------------------------------------------------------


def test_people_and_their_means_and_sds_have_the_same_posterior(plain_fit, group_table):
    group = petfit.fit(group_table, parse_model(MODELS["plain"]), settings=QUICK)
    for name in ("log_ec50", "logit_emax", "sigma"):
        people, groups = plain_fit.posterior[name], group.posterior[name]
        assert people.std() < 0.5
        assert z_scores(people, groups).max() < 4


# --- recovery of true parameters -------------------------------------------------------------------------

TRUTH = {"log_ec50": -0.25, "logit_emax": 2.1, "omega": 0.35, "sigma": 0.05}
DOSES = [1.0, 3.0, 6.0, 12.0, 25.0, 50.0, 100.0]
MIXES = {
    "subject": [{"level": "subject", "times": 8}],
    "group": [
        {"level": "group", "n": 10, "sd": 0.1, "times": 3},
        {"level": "group", "n": 10, "times": 2},
    ],
    "range": [{"level": "range", "n": 10, "times": 6}],
    "every level": [
        {"level": "subject", "times": 3},
        {"level": "group", "n": 10, "sd": 0.1, "times": 1},
        {"level": "group", "n": 10, "times": 1},
        {"level": "range", "n": 10, "times": 1},
    ],
}
CELL = 0.04


def matrix(mix):
    rows = []
    for part in mix:
        for dose in DOSES:
            for _ in range(part["times"]):
                row = {key: value for key, value in part.items() if key != "times"}
                fill = {"low": 0.4, "high": 0.5} if row["level"] == "range" else {"value": 0.5}
                label = f"cohort {len(rows)}"
                rows.append({"drug": "A", "dose": dose, "cohort": label, "subject": label, **row, **fill})
    return pd.DataFrame(rows)


def simulated(spec, table, rng):
    """The table with values simulated from `TRUTH`."""
    design = make_design(spec, table)
    (people,) = design.effects
    draws = {name: np.array(value) for name, value in TRUTH.items()}
    draws["log_ec50_person"] = TRUTH["omega"] * rng.standard_normal(len(people.levels))
    rows = pd.DataFrame(likelihood.predictive_draws(rng, design, draws), design.rows.index)
    simulated_rows = rows.loc[[f"row {i}" for i in table.index]].set_index(table.index)
    is_range = (table["level"] == "range").to_numpy()
    filled = table.assign(value=np.where(is_range, np.nan, simulated_rows["value"]))
    if "sd" in table:
        filled["sd"] = simulated_rows["sd"]
    if is_range.any():
        cell = np.floor(simulated_rows["value"] / CELL)
        filled["low"] = np.where(is_range, cell * CELL, np.nan)
        filled["high"] = np.where(is_range, (cell + 1) * CELL, np.nan)
    return filled


@pytest.mark.slow
@pytest.mark.parametrize("mix", MIXES.values(), ids=MIXES.keys())
def test_true_parameters_are_recovered_from_simulated_tables(mix):
    spec, table = parse_model(MODELS["people"]), matrix(mix)
    for seed in (1, 2, 3):
        data = simulated(spec, table, np.random.default_rng(seed))
        draws = petfit.fit(data, spec, settings=QUICK).posterior
        for name, truth in TRUTH.items():
            low, high = np.quantile(draws[name], [0.0005, 0.9995])
            assert low < truth < high, (seed, name)
        assert draws["log_ec50"].std() < 0.25
        assert draws["logit_emax"].std() < 0.6


# --- influence of the inputs -------------------------------------------------------------------------------


def test_tripled_doses_triple_ec50(plain_fit, people_table):
    tripled = people_table.assign(dose=people_table["dose"] * 3)
    other = petfit.fit(tripled, parse_model(MODELS["plain"]), settings=QUICK)
    gap = other.posterior["log_ec50"].mean() - plain_fit.posterior["log_ec50"].mean()
    assert gap == pytest.approx(np.log(3), abs=0.1)


def test_a_third_of_the_rows_widens_the_posterior(plain_fit, people_table):
    fewer = petfit.fit(people_table[::3], parse_model(MODELS["plain"]), settings=QUICK)
    few, all_ = (np.quantile(fit.posterior["log_ec50"], [0.25, 0.75]) for fit in (fewer, plain_fit))
    ratio = np.ptp(few) / np.ptp(all_)
    assert 1.3 < ratio < 2.6


def test_an_informative_prior_moves_the_posterior(plain_fit, people_table):
    informative = MODELS["plain"].replace("mu = 0.0\nsigma = 1.5", "mu = 3.0\nsigma = 0.001")
    other = petfit.fit(people_table, parse_model(informative), settings=QUICK).posterior["log_ec50"]
    assert abs(plain_fit.posterior["log_ec50"].mean()) < 1
    assert other.mean() == pytest.approx(3.0, abs=0.01)


def test_the_same_seed_gives_the_same_draws(plain_fit, people_table):
    again = sample.sample(make_design(MODELS["plain"], people_table), QUICK)
    for name, draws in again.draws.items():
        assert np.array_equal(draws, plain_fit.posterior[name])


@pytest.mark.slow
def test_the_density_of_pymc_gives_the_same_posterior(plain_fit, people_table, monkeypatch):
    monkeypatch.setattr(kernel, "is_supported", lambda _: False)
    by_pymc = sample.sample(make_design(MODELS["plain"], people_table), QUICK)
    for name, draws in by_pymc.draws.items():
        assert z_scores(draws, plain_fit.posterior[name]).max() < 4


def test_the_draws_do_not_depend_on_the_number_of_cores(plain_fit, people_table):
    design = make_design(MODELS["plain"], people_table)
    on_one_core = sample.sample(design, petfit.Settings(**{**vars(QUICK), "cores": 1}))
    assert np.array_equal(on_one_core.draws["sigma"], plain_fit.posterior["sigma"])


def test_another_seed_gives_other_draws_of_the_same_posterior(plain_fit, people_table):
    design = make_design(MODELS["plain"], people_table)
    other = sample.sample(design, petfit.Settings(**{**vars(QUICK), "seed": 8}))
    for name, draws in other.draws.items():
        assert not np.array_equal(draws, plain_fit.posterior[name])
        assert z_scores(draws, plain_fit.posterior[name]).max() < 4


def test_the_order_of_the_rows_does_not_change_the_posterior(plain_fit, people_table):
    shuffled = people_table.sample(frac=1, random_state=1)
    draws = sample.sample(make_design(MODELS["plain"], shuffled), QUICK).draws
    for name, values in draws.items():
        assert z_scores(values, plain_fit.posterior[name]).max() < 4


def test_chains_differ_and_have_the_requested_length(plain_fit):
    sigma = plain_fit.posterior["sigma"]
    assert sigma.shape == (QUICK.chains, QUICK.draws)
    assert len(np.unique(sigma[:, 0])) == QUICK.chains


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("draws", 10),
        ("tune", 0),
        ("chains", 1),
        ("seed", -1),
        ("target_accept", 1.0),
        ("target_accept", 0.1),
        ("max_depth", 0),
        ("cores", 0),
    ],
)
def test_invalid_settings_are_rejected(name, value):
    with pytest.raises(petfit.PetfitError, match=name):
        petfit.Settings(**{name: value})


# --- a second run -------------------------------------------------------------------------------


@pytest.fixture
def divergences(monkeypatch):
    """Three draws of each run at less than 0.99 diverge."""
    run = sampler.run

    def with_divergences(density, initial_point, expand, settings, *, progress=False):
        points, stats = run(density, initial_point, expand, settings, progress=progress)
        if settings.target_accept < 0.99:
            stats["diverging"][0, :3] = True
        return points, stats

    monkeypatch.setattr(sampler, "run", with_divergences)


@pytest.mark.usefixtures("divergences")
def test_a_fit_with_divergent_draws_is_sampled_again_at_a_higher_target_acceptance(people_table):
    design, short = make_design(MODELS["plain"], people_table), replace(QUICK, draws=100, tune=100)
    once, twice = (
        sample.sample(design, replace(short, target_accept=target_accept)) for target_accept in (0.95, None)
    )
    assert (once.n_divergent, once.discarded_divergences) == (3, 0)
    assert (twice.n_divergent, twice.discarded_divergences) == (0, 3)
    assert (once.target_accept, twice.target_accept) == (0.95, 0.995)


def test_a_fit_without_divergent_draws_is_sampled_once(plain_fit, people_table):
    sampled = sample.sample(make_design(MODELS["plain"], people_table), replace(QUICK, target_accept=None))
    assert sampled.target_accept == 0.95
    assert sampled.discarded_divergences == 0
    assert np.array_equal(sampled.draws["sigma"], plain_fit.posterior["sigma"])
