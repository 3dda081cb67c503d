import numpy as np
import pytest

from petfit.checks import CHECKS
from petfit.checks.record import NOT_RUN
from tests.checks.small_fits import with_refits
from tests.helpers import with_changed_draws

KINDS = {"leave_one_study_out": "study", "assumptions": "reference doses"}
need_refits = pytest.mark.parametrize("name", KINDS)


def dose_quantile(fit, drug, probability):
    draws = fit.dose_for_occupancy_draws(0.8).sel(drug=drug).to_numpy().ravel()
    return np.sort(draws)[int(probability * draws.size)]


@need_refits
def test_checks_without_refits_are_not_run(prior_fit, name):
    check = CHECKS[name](prior_fit)
    assert check.verdict == NOT_RUN
    assert "with_refits" in check.text


@need_refits
def test_refits_that_agree_pass(prior_fit, name):
    check = CHECKS[name](with_refits(prior_fit, ["first", "second"], KINDS[name]))
    assert check.verdict == "PASS", check.text
    assert check.table["ratio"].to_numpy() == pytest.approx(1.0)
    assert len(check.table) == 4


@need_refits
@pytest.mark.parametrize(
    ("probability", "verdict", "limit"),
    [
        (0.2, "PASS", "within the central 68 % of the fit's draws"),
        (0.1, "WARN", "beyond the central 68 % of the fit's draws: B to "),
        (0.01, "FAIL", "beyond the fit's 95 % interval: B to "),
    ],
)
def test_large_shift_warns_and_a_dose_outside_the_interval_fails(
    prior_fit, name, probability, verdict, limit
):
    selection = {"refit": "second", "answer": "dose", "drug": "B"}
    change = selection, dose_quantile(prior_fit, "B", probability)
    check = CHECKS[name](with_refits(prior_fit, ["first", "second"], KINDS[name], median=change))
    assert check.verdict == verdict
    assert limit in check.text
    assert "times its median (second)" in check.text
    assert ("Do not use the dose of B: " in check.text) == (verdict == "FAIL")


@need_refits
def test_each_dose_is_named_with_the_limit_that_it_exceeds(prior_fit, name):
    fit = with_refits(prior_fit, ["first", "second"], KINDS[name])
    refits = fit.refits.copy(deep=True)
    for drug, probability in (("A", 0.1), ("B", 0.01)):
        selection = {"refit": "second", "answer": "dose", "drug": drug}
        refits["median"].loc[selection] = dose_quantile(fit, drug, probability)
    sentence = CHECKS[name](fit.assign_groups({"petfit/refits": refits})).sentence
    assert sentence.startswith("Do not use the dose of B: ")
    parts = ["beyond the fit's 95 % interval: B to ", "beyond the central 68 % of the fit's draws: A to "]
    positions = [sentence.index(part) for part in parts]
    assert positions == sorted(positions)


@need_refits
@pytest.mark.parametrize("drug", ["A", "B"])
@pytest.mark.parametrize("interval_is_finite", [True, False])
def test_dose_that_is_not_reached_in_a_refit_warns_and_fails_if_the_interval_is_finite(
    prior_fit, name, drug, interval_is_finite
):
    fit = prior_fit
    if interval_is_finite:
        fit = with_changed_draws(fit, "posterior", logit_emax=lambda draws: np.abs(draws) + 3.0)
    high = float(fit.dose_for_occupancy()["high"].sel(drug=drug).item())
    assert np.isfinite(high) == interval_is_finite
    change = {"refit": "second", "answer": "dose", "drug": drug}, np.inf
    check = CHECKS[name](with_refits(fit, ["first", "second"], KINDS[name], median=change))
    assert check.verdict == ("FAIL" if interval_is_finite else "WARN")
    assert f"{drug} to inf times" in check.text


@need_refits
@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("problem", "no initial point", "second could not be fitted (no initial point)"),
        ("r_hat", 1.2, "Unreliable, because of R-hat or divergences: second"),
        ("divergent", 0.2, "Unreliable, because of R-hat or divergences: second"),
    ],
)
def test_failed_or_unreliable_refit_warns_and_is_named(prior_fit, name, column, value, words):
    change = {column: ({"refit": "second"}, value)}
    check = CHECKS[name](with_refits(prior_fit, ["first", "second"], KINDS[name], **change))
    assert check.verdict == "WARN"
    assert words in check.text
