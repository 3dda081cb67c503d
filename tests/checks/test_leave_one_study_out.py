import numpy as np

from petfit.checks import leave_one_study_out
from tests.checks.small_fits import with_refits

REFITS = ["without X2001", "without Y2002"]


def test_drug_with_a_single_study_warns_and_its_shift_does_not_count(prior_fit):
    changes = {
        "median": ({"refit": "without X2001", "answer": "dose", "drug": "B"}, np.inf),
        "rows": ({"refit": "without X2001", "drug": "B"}, 0),
    }
    check = leave_one_study_out.check(with_refits(prior_fit, REFITS, "study", **changes))
    assert check.verdict == "WARN"
    assert "B has no rows without X2001" in check.text
    assert "inf times" not in check.text


def test_large_monte_carlo_error_of_elpd_warns_and_the_study_is_named(prior_fit):
    fit = with_refits(prior_fit, REFITS, "study", elpd_mcse=({"refit": "without Y2002"}, 1.5))
    check = leave_one_study_out.check(fit)
    assert check.verdict == "WARN"
    assert "above 0.2 without Y2002" in check.text


def test_total_elpd_is_the_sum_over_studies(prior_fit):
    check = leave_one_study_out.check(with_refits(prior_fit, REFITS, "study"))
    assert {finding.quantity: finding.value for finding in check.findings}["elpd"] == 2.0


def test_one_study_alone_warns(prior_fit):
    check = leave_one_study_out.check(with_refits(prior_fit, ["first"], "reference doses"))
    assert check.verdict == "WARN"
    assert "one study" in check.text
