import numpy as np
import pytest
from scipy import stats

from petfit.checks import convergence
from tests.checks.small_fits import constant, few_different, one_chain_shifted, one_infinite, one_nan
from tests.helpers import slow_but, with_changed_draws


def test_bundled_fit_is_within_limits_for_every_parameter_and_answer(ssri_fit):
    table = convergence.check(ssri_fit).table
    assert (table["r_hat"] < 1.01).all()
    assert (table[["ess_bulk", "ess_tail"]] > 400).all(axis=None)
    assert (table["mcse_mean"] < 0.05).all()
    assert (table["mcse_interval"] < 0.1).all()
    n_parameters = sum(np.prod(values.shape[2:], dtype=int) for values in ssri_fit.posterior.values())
    answers = [
        f"{quantity} of {drug}"
        for quantity in ("EC50", "Emax", "dose for 80 %")
        for drug in ssri_fit.design.drugs
    ]
    assert list(table.index[n_parameters:]) == answers


@pytest.mark.parametrize("change", [one_chain_shifted, few_different, one_nan, one_infinite, constant])
@pytest.mark.parametrize("name", slow_but(["sigma"], ["sigma", "log_ec50_study_sd"]))
def test_parameter_that_did_not_converge_fails_and_is_named(ssri_fit, change, name):
    check = convergence.check(with_changed_draws(ssri_fit, "posterior", **{name: change}))
    assert check.verdict == "FAIL"
    assert name in check.text


def slow(draws):
    """All quantiles of a normal distribution in each half of each chain, each repeated 20 times."""
    quantiles = stats.norm.ppf((np.arange(draws.shape[1] // 40) + 0.5) / (draws.shape[1] // 40))
    rng = np.random.default_rng(1)
    halves = [[np.repeat(rng.permutation(quantiles), 20) for _ in range(2)] for _ in draws]
    return np.reshape(halves, draws.shape)


@pytest.mark.parametrize(
    ("change", "sentence"), [(one_chain_shifted, "The chains disagree"), (slow, "The draws are too few")]
)
def test_chains_that_disagree_are_told_from_too_few_draws(ssri_fit, change, sentence):
    check = convergence.check(with_changed_draws(ssri_fit, "posterior", sigma=change))
    assert check.verdict == "FAIL"
    assert check.sentence.startswith(sentence)


def test_answer_that_did_not_converge_fails(ssri_fit):
    def shift_one_drug(draws):
        draws[0, :, 2] += 5
        return draws

    check = convergence.check(with_changed_draws(ssri_fit, "posterior", logit_emax_drug=shift_one_drug))
    assert check.verdict == "FAIL"
    assert check.table.loc["dose for 80 % of escitalopram", "r_hat"] > 1.01


def rare_long_excursions(draws):
    return draws + 1e6 * draws.std() * (np.arange(draws.shape[1]) < 0.012 * draws.shape[1])


def gap_at_the_upper_limit(draws):
    order = np.random.default_rng(1).permutation(draws.size).reshape(draws.shape)
    return draws + 20 * draws.std() * (order < 0.0255 * draws.size)


@pytest.mark.parametrize(
    ("change", "column", "verdict"),
    [(rare_long_excursions, "mcse_mean", "FAIL"), (gap_at_the_upper_limit, "mcse_interval", "WARN")],
)
def test_large_mcse_is_reported_although_r_hat_and_ess_are_good(ssri_fit, change, column, verdict):
    fit = with_changed_draws(ssri_fit, "posterior", log_ec50_region_sd=change)
    check = convergence.check(fit)
    diagnostics = check.table.loc["log_ec50_region_sd"]
    assert diagnostics["r_hat"] < 1.01
    assert diagnostics[["ess_bulk", "ess_tail"]].min() > 400
    assert check.table[column].idxmax() == "log_ec50_region_sd"
    assert check.verdict == verdict
    assert "log_ec50_region_sd" in check.text
