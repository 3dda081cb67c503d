import numpy as np
import pandas as pd
import pytest

from petfit.checks import CHECKS, Finding, run
from petfit.checks.record import overall_verdict

NEED_REFITS = {"leave_one_study_out", "assumptions"}
VERDICTS = {"loo": "WARN", "prior_sensitivity": "WARN", **dict.fromkeys(NEED_REFITS, "NOT RUN")}
"""On the bundled fit: few rows a study, informative priors, and no refits."""

every_check = pytest.mark.parametrize("name", CHECKS)


@every_check
def test_verdict_of_each_check_on_the_bundled_fit(ssri_fit, name):
    check = CHECKS[name](ssri_fit)
    assert check.verdict == VERDICTS.get(name, "PASS"), check.text
    assert check.name == name
    assert check.sentence.endswith(".")
    assert isinstance(check.table, pd.DataFrame)
    assert len(check.table) or name in NEED_REFITS


@every_check
def test_verdict_follows_from_the_findings(ssri_fit, name):
    check = CHECKS[name](ssri_fit)
    assert check.verdict == overall_verdict(check.findings) or name in NEED_REFITS
    assert bool(check.findings) == bool(len(check.table))


def test_run_returns_every_check_in_order(ssri_fit):
    assert [check.name for check in run(ssri_fit)] == list(CHECKS)


@pytest.mark.parametrize(
    ("side", "values_within"),
    {"below": (1,), "at most": (1, 2), "at least": (2, 3), "above": (3,)}.items(),
)
def test_limit_holds_on_its_side_and_never_for_nan(side, values_within):
    for value in (1.0, 2.0, 3.0, np.nan):
        finding = Finding("any", value, side, 2.0, "FAIL")
        assert finding.within_limit == (value in values_within)
        assert overall_verdict([finding]) == ("PASS" if value in values_within else "FAIL")


def test_overall_verdict_is_the_worst_one():
    no_limit = Finding("a", np.nan)
    warned, failed = (Finding("b", 3, "below", 2, verdict) for verdict in ("WARN", "FAIL"))
    assert overall_verdict([]) == "PASS"
    assert overall_verdict([no_limit]) == "PASS"
    assert overall_verdict([no_limit, warned]) == "WARN"
    assert overall_verdict([failed, warned]) == "FAIL"
