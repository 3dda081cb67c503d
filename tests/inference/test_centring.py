from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.inference import sample
from petfit.inference.centring import centred, open_pools
from petfit.model.specification import parse_model
from tests.helpers import QUICK, make_design, monte_carlo_error

POOLED = """
[reference_doses]
A = 1.0
B = 1.0
[ec50.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
[ec50.drug]
{how}
[ec50.drug.pooled]
dist = "HalfNormal"
sigma = 1.0
[emax]
fixed = 1.0
[noise.sigma]
dist = "HalfNormal"
sigma = 0.1
"""
NAME = "log_ec50_drug"


@pytest.fixture(scope="module")
def table(people_table):
    """Two drugs that thirty people each tell of."""
    other = people_table.assign(drug="B", dose=people_table["dose"] * 5)
    return pd.concat([people_table, other], ignore_index=True)


@pytest.fixture
def design(table):
    return make_design(parse_model(POOLED.format(how="")), table)


def draws(spread, sd):
    """Draws of two levels and of the SD between them, in which a contrast is known to so much."""
    rng = np.random.default_rng(1)
    levels = rng.normal([-0.5, 0.5], spread, (2, 500, 2))
    return {NAME: levels + rng.normal(0, 3, (2, 500, 1)), f"{NAME}_sd": rng.uniform(*sd, (2, 500))}


def decided(design, *run):
    return {one.name: one.centred for one in centred(design, draws(*run)).effects}[NAME]


def test_a_pool_is_centred_where_its_contrasts_are_known_better_than_its_smallest_sd(design):
    assert decided(design, 0.1, (0.5, 2.0))
    assert not decided(design, 1.0, (0.5, 2.0))
    assert not decided(design, 0.1, (0.0, 2.0))


def test_nothing_else_of_the_layout_changes(design):
    found = centred(design, draws(0.1, (0.5, 2.0)))
    assert [replace(one, centred=None) for one in found.effects] == list(design.effects)
    assert found.rows is design.rows


@pytest.mark.parametrize(("how", "word"), [("centred = true", True), ("centred = false", False)])
def test_what_the_model_says_stands(table, how, word):
    told = make_design(parse_model(POOLED.format(how=how)), table)
    assert open_pools(told) == []
    for spread in (0.01, 10.0):
        assert decided(told, spread, (0.5, 2.0)) is word


def test_one_level_alone_has_no_contrast(people_table):
    assert open_pools(make_design(parse_model(POOLED.format(how="")), people_table)) == []


def test_the_posterior_is_the_same_either_way(table):
    """A pool's coordinates are another way to walk in the same landscape."""
    how = petfit.Settings(draws=2000, tune=1000, target_accept=0.95)
    either = [
        sample.sample(make_design(parse_model(POOLED.format(how=f"centred = {word}")), table), how).draws
        for word in ("true", "false")
    ]
    for name in ("log_ec50", f"{NAME}_sd", "sigma"):
        one, other = (draws[name] for draws in either)
        assert abs(one.mean() - other.mean()) < 4 * np.hypot(monte_carlo_error(one), monte_carlo_error(other))
        for q in (0.1, 0.9):
            ends = [np.quantile(draws, q) for draws in (one, other)]
            assert abs(ends[0] - ends[1]) < 4 * np.hypot(
                monte_carlo_error(one, q), monte_carlo_error(other, q)
            )


def test_the_first_run_counts_among_the_seconds(design, monkeypatch):
    run = sample._sample

    def timed(*arguments):
        return replace(run(*arguments), seconds={"compiling": 1.0, "sampling": 2.0})

    monkeypatch.setattr(sample, "_sample", timed)
    assert sample.sample(design, QUICK).seconds == {"compiling": 2.0, "sampling": 4.0}


def test_sampling_says_which_pools_it_centred(table):
    design = make_design(parse_model(POOLED.format(how="")), table)
    assert sample.sample(design, QUICK).centred == (NAME,)
    assert (
        sample.sample(make_design(parse_model(POOLED.format(how="centred = false")), table), QUICK).centred
        == ()
    )
