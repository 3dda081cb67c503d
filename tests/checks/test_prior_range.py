import numpy as np
import pytest

from petfit.checks import prior_range
from tests.helpers import MODELS, fit_from_prior, with_changed_draws


@pytest.mark.parametrize(("factor", "verdict"), [(1, "PASS"), (2e-4, "WARN"), (1e-6, "FAIL")])
def test_prior_far_from_the_tested_exposures_warns_or_fails_and_the_drug_is_named(
    people_table, factor, verdict
):
    table = people_table.assign(dose=people_table["dose"] * factor)
    check = prior_range.check(fit_from_prior(MODELS["plain"], table, draws=100))
    assert check.verdict == verdict
    assert "(A; limit: at most " in check.text
    assert ("unit" in check.text) == (verdict != "PASS")
    assert ("do not use the answers for A" in check.text) == (verdict == "FAIL")


@pytest.mark.parametrize(("shift", "verdict"), [(0.0, "PASS"), (8.0, "WARN")])
def test_an_answer_in_the_tail_of_its_prior_warns_that_their_scales_may_differ(people_table, shift, verdict):
    fit = fit_from_prior(MODELS["plain"], people_table, draws=100)
    name = next(str(name) for name in fit.posterior if "ec50" in str(name))
    fit = with_changed_draws(fit, "posterior", **{name: lambda draws: np.asarray(draws + shift)})
    check = prior_range.check(fit)
    assert check.verdict == verdict
    assert ("tail of its prior" in check.sentence) == (verdict == "WARN")
