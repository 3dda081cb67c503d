from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.inference import sample
from petfit.inference.centring import choose_centring, undecided_effects
from petfit.model.parametrisation import unit_of_coordinates
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


def chosen_effect(design, drawn):
    return next(effect for effect in choose_centring(design, drawn).effects if effect.name == NAME)


def is_centred(design, spread, sd):
    return chosen_effect(design, draws(spread, sd)).centred


def conditional_draws(evidence_sd, size=20_000):
    """Draws of two levels given their SD, if the evidence on each is normal with this SD."""
    rng = np.random.default_rng(1)
    sd = rng.uniform(0.1, 2.0, size)
    precision = 1 / sd**2 + 1 / evidence_sd**2
    levels = [rng.normal(mean / evidence_sd**2 / precision, precision**-0.5) for mean in (-0.5, 0.5)]
    return {NAME: np.stack(levels, axis=-1), f"{NAME}_sd": sd}


@pytest.mark.parametrize("evidence_sd", [0.05, 0.3, 1.0])
def test_a_centred_effect_is_sampled_in_units_of_the_sd_that_the_evidence_implies(design, evidence_sd):
    effect = chosen_effect(design, conditional_draws(evidence_sd))
    assert effect.centred
    assert effect.evidence_sd == pytest.approx(evidence_sd, rel=0.15)


def test_an_effect_is_not_centred_if_the_evidence_hardly_narrows_it(design):
    assert chosen_effect(design, conditional_draws(20.0)).centred is False


def test_the_width_of_centred_levels_does_not_depend_on_their_sd(design):
    drawn = conditional_draws(0.3)
    effect = replace(chosen_effect(design, drawn), evidence_sd=0.3)
    sd = drawn[f"{NAME}_sd"]
    contrasts = (drawn[NAME][:, 1] - drawn[NAME][:, 0]) / np.sqrt(2)
    centred = contrasts / unit_of_coordinates(design, effect, sd)[:, 1]
    small, large = (centred[where].std() for where in (sd < 0.3, sd > 1.5))
    assert small == pytest.approx(large, rel=0.15)


def test_only_the_parametrisation_changes(design):
    chosen = choose_centring(design, draws(0.1, (0.5, 2.0)))
    effects = [replace(effect, centred=None, evidence_sd=0.0) for effect in chosen.effects]
    assert effects == list(design.effects)
    assert chosen.rows is design.rows


@pytest.mark.parametrize(("line", "centred"), [("centred = true", True), ("centred = false", False)])
def test_the_parametrisation_in_the_model_is_not_changed(table, line, centred):
    design = make_design(parse_model(POOLED.format(centred=line)), table)
    assert undecided_effects(design) == []
    for spread in (0.01, 10.0):
        assert is_centred(design, spread, (0.5, 2.0)) is centred


def test_an_effect_with_one_level_needs_no_decision(people_table):
    assert undecided_effects(make_design(parse_model(POOLED.format(centred="")), people_table)) == []


def test_the_parametrisations_have_the_same_posterior(table):
    settings = petfit.Settings(draws=2000, tune=1000, target_accept=0.95)
    between, centred, noncentred = (
        sample.sample(make_design(POOLED.format(centred=line), table), settings).draws
        for line in ("", "centred = true", "centred = false")
    )
    for name, other in product(("log_ec50", f"{NAME}_sd", "sigma"), (between, centred)):
        x, y = other[name], noncentred[name]
        assert abs(x.mean() - y.mean()) < 4 * np.hypot(monte_carlo_error(x), monte_carlo_error(y))
        for q in (0.1, 0.9):
            error = np.hypot(monte_carlo_error(x, q), monte_carlo_error(y, q))
            assert abs(np.quantile(x, q) - np.quantile(y, q)) < 4 * error


def test_the_result_names_the_centred_effects(table):
    for line, centred in (("", [NAME]), ("centred = false", [])):
        assert list(sample.sample(make_design(POOLED.format(centred=line), table), QUICK).centred) == centred
