import pytest

from petfit.checks import prior_range
from tests.helpers import MODELS, fit_from_prior


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
