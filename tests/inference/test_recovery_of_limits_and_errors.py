"""Censored occupancies and people's own standard errors: agreement with integration, recovery of truth."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from petfit.evidence import read_evidence
from petfit.inference import sample
from petfit.settings import Settings
from tests.helpers import PLAIN, make_design, monte_carlo_error

pytestmark = pytest.mark.slow

LASSEN = Path(__file__).parents[1] / "cases" / "own-standard-error" / "lassen.csv"
QUICK = Settings(draws=1000, tune=500, chains=2, cores=1, target_accept=0.9)
EC50, SIGMA = 10.0, 0.08
MODEL = PLAIN.replace('[emax.centre]\ndist = "Normal"\nmu = 2.0\nsigma = 1.0\n', "[emax]\nfixed = 1.0\n")
FIXED = MODEL.replace("A = 10.0", "BRV = 100.0").replace(
    '[noise.sigma]\ndist = "HalfNormal"\nsigma = 0.2\n', "[noise]\nfixed = 0.05\n"
)


def draws_of(table, model=MODEL):
    return sample.sample(make_design(model, table), QUICK).draws


def people(rng, n_people=120, sigma=SIGMA):
    """People on doses below EC50 with noisy occupancies, Emax 1."""
    dose = np.tile([0.5, 1.0, 2.0, 3.0, 5.0, 8.0], n_people // 6)
    value = dose / (dose + EC50) + rng.normal(0.0, sigma, dose.size)
    return pd.DataFrame(
        {"drug": "A", "subject": np.arange(dose.size).astype(str), "dose": dose, "value": value}
    )


def limited_below(table, limit):
    """Only the limit is left of occupancies below it."""
    is_low = table["value"] < limit
    return table.assign(value=table["value"].mask(is_low, limit), censored=np.where(is_low, "below", ""))


def covers_truth(draws, name="log_ec50", truth=0.0):
    """Whether the central 99 % of draws contain the truth; the reference dose is the true EC50."""
    low, high = np.quantile(draws[name], [0.005, 0.995])
    return low < truth < high


# --- integration --------------------------------------------------------------------------------


def integrated(log_likelihood):
    """Mean and SD of log EC50, over its reference dose, by integration on a grid."""
    grid = np.linspace(-6.0, 6.0, 24_001)
    log = norm.logpdf(grid, 0.0, 1.5) + sum(log_likelihood(grid))
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float(weight @ grid)
    return mean, float(np.sqrt(weight @ (grid - mean) ** 2))


def occupancy(dose, log_ec50, reference):
    return dose / (dose + reference * np.exp(log_ec50))


@pytest.mark.parametrize("with_limits", [False, True], ids=["errors", "errors and limits"])
def test_the_posterior_of_people_with_errors_is_that_of_integration(with_limits):
    table = read_evidence(LASSEN).table
    if with_limits:
        table["censored"] = ["", "below", "above", "", "below"]

    def log_likelihood(log_ec50):
        for row in table.itertuples():
            sd = np.hypot(0.05, 0.0 if np.isnan(row.se) else row.se)
            z = (row.value - occupancy(row.dose, log_ec50, 100.0)) / sd
            by_side = {"": norm.logpdf, "below": norm.logcdf, "above": norm.logsf}
            yield by_side[row.censored](z)

    mean, sd = integrated(log_likelihood)
    draws = draws_of(table, FIXED)["log_ec50"]
    assert draws.mean() == pytest.approx(mean, abs=4 * monte_carlo_error(draws))
    assert draws.std() == pytest.approx(sd, rel=0.1)


def test_a_person_with_a_large_error_hardly_moves_the_answer():
    table = read_evidence(LASSEN).table
    moved = table.assign(value=[0.62, 0.70, 0.75, 0.85, 0.95])
    shifts = [
        draws_of(other, FIXED)["log_ec50"].mean() - draws_of(rows, FIXED)["log_ec50"].mean()
        for rows, other in ((table, moved), (table.assign(se=np.nan), moved.assign(se=np.nan)))
    ]
    assert abs(shifts[0]) < 0.1 * abs(shifts[1])


# --- simulated truth ----------------------------------------------------------------------------


def test_censored_people_recover_the_truth_where_dropping_or_substituting_them_does_not():
    limited = limited_below(people(np.random.default_rng(8), n_people=480), 0.25)
    is_censored = limited["censored"] == "below"
    assert 0.4 < is_censored.mean() < 0.8
    assert covers_truth(draws_of(limited))
    assert covers_truth(draws_of(limited), "sigma", SIGMA)
    assert not covers_truth(draws_of(limited[~is_censored]))
    assert not covers_truth(draws_of(limited.assign(censored="")))


def test_numbers_above_a_limit_recover_the_truth():
    table = people(np.random.default_rng(4))
    is_high = table["value"] > 0.2
    limited = table.assign(value=table["value"].mask(is_high, 0.2), censored=np.where(is_high, "above", ""))
    assert covers_truth(draws_of(limited))
    assert not covers_truth(draws_of(limited.assign(censored="")))


def test_censored_means_of_groups_recover_the_truth():
    n = 4
    table = people(np.random.default_rng(3), sigma=SIGMA / np.sqrt(n)).drop(columns="subject")
    limited = limited_below(table.assign(n=n, cohort=table.index.astype(str)), 0.25)
    assert covers_truth(draws_of(limited))
    assert covers_truth(draws_of(limited), "sigma", SIGMA)
    assert not covers_truth(draws_of(limited.assign(censored="")))


def test_the_noise_that_errors_do_not_explain_is_recovered():
    rng = np.random.default_rng(5)
    table = people(rng)
    se = np.where(np.arange(len(table)) % 2, 0.02, 0.3)
    table = table.assign(value=table["value"] + rng.normal(0.0, se), se=se)
    with_errors, without = draws_of(table), draws_of(table.drop(columns="se"))
    assert covers_truth(with_errors)
    assert covers_truth(with_errors, "sigma", SIGMA)
    assert not covers_truth(without, "sigma", SIGMA)
    assert with_errors["log_ec50"].std() < 0.7 * without["log_ec50"].std()


def test_censored_people_under_students_t_recover_the_truth():
    rng = np.random.default_rng(6)
    table = people(rng, n_people=60, sigma=0.0)
    table["value"] += SIGMA * rng.standard_t(4.0, len(table))
    limited = limited_below(table, 0.2)
    model = MODEL.replace("[noise.sigma]", '[noise]\nfamily = "student"\nnu = 4.0\n[noise.sigma]')
    draws = draws_of(limited, model)
    assert covers_truth(draws)
    assert covers_truth(draws, "sigma", SIGMA)
