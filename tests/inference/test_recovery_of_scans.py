"""Recovery of true parameters from simulated scans, and agreement of scans with their ratios."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from benchmarks.calibrate import quantities, rank
from benchmarks.divide_first import ratios
from benchmarks.scans import SCENARIOS, Truth, plan, simulate
from petfit.inference import sample
from petfit.model.specification import parse_model, read_model
from petfit.settings import Settings
from tests.helpers import make_design, monte_carlo_error

pytestmark = pytest.mark.slow

PEOPLE, CONTROLS = 4, 2
REGIONS = ("midbrain", "putamen")
QUICK = Settings(draws=100, tune=250, chains=2, cores=1, target_accept=0.9)
ANSWERS = ("ec50 of simulated drug", "dose for 80 % of simulated drug")
TABLES = {"scan": 8, "scan_vt": 3}
UNLIKELY = 1e-5
"""Probability that a correct program fails one of the tests below."""


# --- truths from the prior ----------------------------------------------------------------------


def planned(matrix):
    """Scans of four people under the drug and two controls."""
    if matrix == "controls alone":
        return plan(matrix, PEOPLE + CONTROLS, REGIONS)
    controls = plan("own baseline", CONTROLS, REGIONS).query("condition == 'baseline'")
    return pd.concat(
        [plan(matrix, PEOPLE, REGIONS), controls.assign(subject="control " + controls["subject"])],
        ignore_index=True,
    )


def truth_of(drawn, reference):
    """A draw from the prior as the truth of the simulator, which shares no code with petfit."""
    return Truth(
        ec50=reference * np.exp(drawn["log_ec50"] + drawn["log_ec50_drug"][0]),
        emax=special.expit(drawn["logit_emax"] + drawn["logit_emax_drug"][0]),
        omega=drawn["omega"],
        baseline=dict(zip(REGIONS, np.exp(drawn["log_baseline_region"]), strict=True)),
        between=drawn["log_baseline_subject_sd"],
        within=drawn["log_baseline_subject_region_sd"],
        sigma=drawn["scan_sigma"],
        floor=drawn.get("scan_floor", 0.0),
        v_nd=np.exp(drawn["log_v_nd"]) if "log_v_nd" in drawn else 0.0,
        v_nd_sd=drawn.get("log_v_nd_subject_sd", 0.0),
    )


def ranks_of_truths(model, tables, seed, misread=lambda table: table):
    """Ranks of true values from the prior among the posterior draws, for all designs."""
    rng, spec, rows = np.random.default_rng(seed), read_model(model), []
    outcome = "vt" if model == "scan_vt" else "bpnd"
    for matrix in SCENARIOS:
        scans = planned(matrix).assign(outcome=outcome)
        prior = make_design(spec, scans.assign(value=1.0))
        (reference,) = prior.reference_doses.values()
        for _ in range(tables):
            drawn = {name: values[0] for name, values in prior.draw_prior(rng, 1).items()}
            table = simulate(rng, scans, truth_of(drawn, reference.value))
            design = make_design(spec, misread(table))
            draws = quantities(design, sample.sample(design, QUICK).draws)
            truth = quantities(prior, drawn)
            rows += [
                {
                    "model": model,
                    "design": matrix,
                    "answer": name,
                    "rank": rank(draws[name], truth[name], rng),
                }
                for name in ANSWERS
            ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def ranks():
    return pd.concat([ranks_of_truths(model, tables, seed=11) for model, tables in TABLES.items()])


@pytest.mark.parametrize("answer", ANSWERS)
def test_ranks_of_true_values_are_uniform(ranks, answer):
    answers = ranks[ranks["answer"] == answer]
    assert len(answers) == len(SCENARIOS) * sum(TABLES.values())
    assert stats.kstest(answers["rank"], "uniform").pvalue > UNLIKELY


@pytest.mark.parametrize("answer", ANSWERS)
def test_90_percent_intervals_contain_90_percent_of_the_true_values(ranks, answer):
    answers = ranks[ranks["answer"] == answer]
    low, high = stats.binom.ppf([UNLIKELY / 2, 1 - UNLIKELY / 2], len(answers), 0.9)
    assert low <= ((answers["rank"] - 0.5).abs() <= 0.45).sum() <= high


def test_doubled_baselines_make_ranks_uneven():
    def doubled(table):
        return table.assign(value=table["value"] * np.where(table["condition"] == "baseline", 2.0, 1.0))

    uneven = ranks_of_truths("scan", 3, seed=12, misread=doubled)
    ec50_ranks = uneven.query("answer == 'ec50 of simulated drug'")["rank"]
    assert stats.kstest(ec50_ranks, "uniform").pvalue < UNLIKELY
    assert ec50_ranks.mean() > 0.8


# --- scans and their ratios ---------------------------------------------------------------------

SIGMA = 0.02
BOTH = f"""
[reference_doses]
"simulated drug" = 10.0
[ec50]
centre = {{ dist = "Normal", mu = 0.0, sigma = 1.5 }}
people.sd = {{ dist = "LogNormal", mu = -0.92, sigma = 0.5 }}
[emax]
centre = {{ dist = "Normal", mu = 2.2, sigma = 1.0 }}
[noise]
shrinks = true
sigma = {{ dist = "LogNormal", mu = {np.log(SIGMA * np.sqrt(2))}, sigma = 0.01 }}
floor = {{ dist = "LogNormal", mu = -7.0, sigma = 0.01 }}
[baseline]
separate = "subject"
centre = {{ dist = "Normal", mu = 0.5, sigma = 1.0 }}
[scan_noise]
sigma = {{ dist = "LogNormal", mu = {np.log(SIGMA)}, sigma = 0.01 }}
floor = {{ dist = "LogNormal", mu = -7.0, sigma = 0.01 }}
"""


def test_scans_with_little_noise_have_the_posterior_of_their_ratios():
    spec, truth = parse_model(BOTH), Truth(baseline={"putamen": 1.5}, sigma=SIGMA, floor=0.001)
    table = simulate(np.random.default_rng(4), plan("own baseline", 8, ("putamen",)), truth)
    settings = Settings(draws=800, tune=600, chains=2, cores=1, target_accept=0.95, seed=1)
    scans, divided = (
        sample.sample(make_design(spec, rows), settings).draws["log_ec50"] for rows in (table, ratios(table))
    )
    assert 0.1 < divided.std() < 0.5
    for q in (None, 0.1, 0.5, 0.9):
        x, y = (np.mean(draws) if q is None else np.quantile(draws, q) for draws in (scans, divided))
        error = np.hypot(monte_carlo_error(scans, q), monte_carlo_error(divided, q))
        assert abs(x - y) < 4.5 * error + 0.01
