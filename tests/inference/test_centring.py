from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.inference import sample
from petfit.inference.centring import choose_centring, undecided_effects
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
{centred}
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
    """Two drugs with thirty people each."""
    other = people_table.assign(drug="B", dose=people_table["dose"] * 5)
    return pd.concat([people_table, other], ignore_index=True)


@pytest.fixture
def design(table):
    return make_design(parse_model(POOLED.format(centred="")), table)


def draws(spread, sd):
    """Draws of two levels, whose contrast has this spread, and of the SD between them."""
    rng = np.random.default_rng(1)
    levels = rng.normal([-0.5, 0.5], spread, (2, 500, 2))
    return {NAME: levels + rng.normal(0, 3, (2, 500, 1)), f"{NAME}_sd": rng.uniform(*sd, (2, 500))}


def is_centred(design, spread, sd):
    chosen = choose_centring(design, draws(spread, sd))
    return {effect.name: effect.centred for effect in chosen.effects}[NAME]


def test_an_effect_is_centred_if_its_contrasts_are_certain_compared_with_small_sds(design):
    assert is_centred(design, 0.1, (0.5, 2.0))
    assert not is_centred(design, 1.0, (0.5, 2.0))
    assert not is_centred(design, 0.1, (0.0, 2.0))


def test_only_the_parametrisation_changes(design):
    chosen = choose_centring(design, draws(0.1, (0.5, 2.0)))
    assert [replace(effect, centred=None) for effect in chosen.effects] == list(design.effects)
    assert chosen.rows is design.rows


@pytest.mark.parametrize(("line", "centred"), [("centred = true", True), ("centred = false", False)])
def test_the_parametrisation_in_the_model_is_not_changed(table, line, centred):
    design = make_design(parse_model(POOLED.format(centred=line)), table)
    assert undecided_effects(design) == []
    for spread in (0.01, 10.0):
        assert is_centred(design, spread, (0.5, 2.0)) is centred


def test_an_effect_with_one_level_needs_no_decision(people_table):
    assert undecided_effects(make_design(parse_model(POOLED.format(centred="")), people_table)) == []


def test_both_parametrisations_have_the_same_posterior(table):
    settings = petfit.Settings(draws=2000, tune=1000, target_accept=0.95)
    centred, noncentred = (
        sample.sample(make_design(POOLED.format(centred=f"centred = {word}"), table), settings).draws
        for word in ("true", "false")
    )
    for name in ("log_ec50", f"{NAME}_sd", "sigma"):
        x, y = centred[name], noncentred[name]
        assert abs(x.mean() - y.mean()) < 4 * np.hypot(monte_carlo_error(x), monte_carlo_error(y))
        for q in (0.1, 0.9):
            error = np.hypot(monte_carlo_error(x, q), monte_carlo_error(y, q))
            assert abs(np.quantile(x, q) - np.quantile(y, q)) < 4 * error


def test_the_result_names_the_centred_effects(table):
    for line, centred in (("", (NAME,)), ("centred = false", ())):
        assert sample.sample(make_design(POOLED.format(centred=line), table), QUICK).centred == centred
