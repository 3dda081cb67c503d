import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import first_order
from tests.checks.small_fits import sampled_fit
from tests.helpers import MODELS, fit_from_prior, with_changed_draws


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.1, 0.8, "PASS"), (0.5, 0.9, "WARN"), (0.7, 0.9, "FAIL")]
)
def test_median_omega_above_the_limit_warns_and_the_whole_interval_fails(prior_fit, low, high, verdict):
    fit = with_changed_draws(
        prior_fit,
        "posterior",
        omega=lambda draws: np.linspace(low, high, draws.size).reshape(draws.shape),
    )
    check = first_order.check(fit)
    assert check.verdict == verdict
    assert f"{(low + high) / 2:.2f}" in check.text
    assert ("quadrature" in check.text) == (verdict != "PASS")
    assert ("do not use" in check.text) == (verdict == "FAIL")


@pytest.mark.parametrize(("omega", "verdict"), [(0.3, "PASS"), (1.2, "FAIL")])
def test_fit_of_people_who_differ_widely_fails(omega, verdict):
    rng = np.random.default_rng(2)
    ec50, doses = np.repeat(8 * np.exp(omega * rng.normal(size=20)), 3), np.tile([3.0, 10.0, 30.0], 20)
    values = 0.9 * doses / (ec50 + doses) + rng.normal(0, 0.03, 60)
    people = pd.DataFrame(
        {"dose": doses, "value": values, "subject": np.repeat(np.arange(20), 3).astype(str)}
    )
    group = pd.DataFrame([{"dose": 20.0, "value": 0.6, "sd": 0.1, "n": 8}])
    table = pd.concat([people, group]).assign(drug="A")
    assert first_order.check(sampled_fit(MODELS["people"], table)).verdict == verdict


def test_large_omega_passes_without_groups(people_table):
    fit = fit_from_prior(petfit.read_model("emax"), people_table, draws=100)
    fit = with_changed_draws(fit, "posterior", omega=lambda draws: np.full_like(draws, 0.9))
    assert first_order.check(fit).verdict == "PASS"
