import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from petfit.checks import prior_sensitivity
from tests.checks.small_fits import NARROW, one_nan, sampled_fit, values_of_every_kind, zero
from tests.helpers import fit_from_prior, with_changed_draws


@pytest.fixture(scope="module")
def narrow_fit():
    return fit_from_prior(NARROW, values_of_every_kind())


def test_narrow_priors_warn_and_flat_priors_pass(narrow_fit):
    assert prior_sensitivity.check(narrow_fit).verdict == "WARN"
    flat = dict.fromkeys(narrow_fit.group("log_prior").data_vars, zero)
    check = prior_sensitivity.check(with_changed_draws(narrow_fit, "log_prior", **flat))
    assert check.verdict == "PASS"
    assert (check.table["prior"] < 0.01).all()


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "WARN"), (1.6, "FAIL")])
def test_prior_that_contradicts_the_evidence_fails_and_its_answers_are_named(factor, verdict):
    doses = np.repeat([2.0, 5.0, 10.0, 30.0, 80.0], 6)
    table = pd.DataFrame({"drug": "A", "dose": doses, "value": 0.9 * doses / (8.0 * factor + doses)})
    check = prior_sensitivity.check(sampled_fit(NARROW, table.assign(subject=table.index.astype(str))))
    assert check.verdict == verdict
    assert ("do not use: dose for 80 % of A, EC50 of A" in check.text) == (verdict == "FAIL")


@pytest.mark.parametrize(
    ("shift", "limit"),
    [(0.3, prior_sensitivity.MAX_SENSITIVITY_WARN), (1.0, prior_sensitivity.MAX_SENSITIVITY_FAIL)],
)
def test_limits_are_sensitivities_to_shifts_of_a_normal_mean(narrow_fit, shift, limit):
    """A log prior of `shift` times the standardised answer moves its mean by `shift` SDs if doubled."""
    log_ec50 = narrow_fit.posterior["log_ec50"]
    log_prior = shift * (log_ec50 - log_ec50.mean()) / log_ec50.std()
    changes = dict.fromkeys(narrow_fit.group("log_prior").data_vars, zero)
    fit = with_changed_draws(narrow_fit, "log_prior", **{**changes, "log_ec50": lambda _: log_prior})
    assert prior_sensitivity.table(fit).loc["EC50 of A", "prior"] == pytest.approx(limit, rel=0.25)


def test_prior_data_conflict_is_distinguished_from_weak_evidence(narrow_fit):
    log_ec50 = narrow_fit.posterior["log_ec50"]

    def depends_on_ec50(density):
        density[...] = 0.0
        density[..., 0] = 1000 * log_ec50
        return density

    weak = prior_sensitivity.table(with_changed_draws(narrow_fit, "log_likelihood", value=zero))
    conflict = prior_sensitivity.check(
        with_changed_draws(narrow_fit, "log_likelihood", value=depends_on_ec50)
    )
    assert weak.loc["EC50 of A", "finding"] == "strong prior or weak evidence"
    assert conflict.table.loc["EC50 of A", "finding"] == "prior-data conflict"
    assert conflict.table.loc["EC50 of A", "most_influential_prior"] == "log_ec50"
    assert "Prior-data conflict: " in conflict.text
    assert "EC50 of A" in conflict.text


def test_density_that_is_not_finite_warns(narrow_fit):
    check = prior_sensitivity.check(with_changed_draws(narrow_fit, "log_likelihood", value=one_nan))
    assert check.verdict == "WARN"
    assert "not finite" in check.text


def test_sensitivity_of_a_normal_equals_the_closed_form():
    """A normal density raised to a power is normal, its SD divided by the root of the power."""
    fit = fit_from_prior(NARROW, values_of_every_kind(), draws=2000)
    log_ec50 = fit.posterior["log_ec50"]
    x = np.linspace(log_ec50.min(), log_ec50.max(), 4001)
    p, q = (norm.cdf(x, -0.22, 0.03 / np.sqrt(power)) for power in (1.0, 1.01))

    def divergence(p, q):
        return np.trapezoid(p * np.log2(2 * p / (p + q)) + (q - p) / np.log(4), x)

    exact = np.sqrt((divergence(p, q) + divergence(q, p)) / np.trapezoid(p + q, x)) / np.log2(1.01)
    assert prior_sensitivity.table(fit).loc["EC50 of A", "prior"] == pytest.approx(exact, rel=0.2)


def test_random_effects_are_not_scaled(prior_fit):
    random_effects = {effect.name for effect in prior_fit.design.effects if effect.scale}
    assert random_effects
    assert not random_effects & set(prior_fit.group("log_prior").data_vars)
