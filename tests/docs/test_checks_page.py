"""docs/checks.md: a section and the limits of every check."""

import re
from pathlib import Path

import pytest

from petfit.checks import (
    CHECKS,
    convergence,
    divergences,
    energy,
    first_order,
    leave_one_study_out,
    loo,
    posterior_predictive,
    prior_sensitivity,
    refit_moves,
)
from petfit.checks.prior_range import FAIL_ABOVE as PRIOR_FAILS
from petfit.model import prior_predictive
from petfit.results import comparison

pytestmark = pytest.mark.docs

CHECKS_PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")


def test_the_page_has_a_section_for_every_check_in_order():
    assert re.findall(r"^## `(\w+)`$", CHECKS_PAGE, flags=re.M) == list(CHECKS)
    assert re.findall(r"^\| `(\w+)` \|", CHECKS_PAGE, flags=re.M) == list(CHECKS)


@pytest.mark.parametrize(
    ("name", "thresholds"),
    {
        "convergence": (
            convergence.R_HAT_MOST,
            convergence.ESS_LEAST,
            convergence.MEAN_MOST,
            convergence.ENDS_MOST,
        ),
        "divergences": (divergences.SHARE_MOST,),
        "energy": (energy.E_BFMI_LEAST, energy.FAIL_BELOW),
        "groups": (first_order.OMEGA_MOST,),
        "prior": (prior_predictive.SHARE_MOST, PRIOR_FAILS),
        "predictive": (posterior_predictive.WARN_BELOW, posterior_predictive.FAIL_BELOW),
        "loo": (comparison.K_MOST, loo.K_FAILS),
        "sensitivity": (prior_sensitivity.SENSITIVE, prior_sensitivity.FAIL_FROM),
    }.items(),
)
def test_the_limits_on_the_page_equal_those_of_the_code(name, thresholds):
    row = next(line for line in CHECKS_PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    assert set(re.findall(r"(?<!\w)\d[\d.]*", row)) == {f"{threshold:g}" for threshold in thresholds}


def test_the_limits_of_refits_equal_those_of_the_code():
    words = " ".join(CHECKS_PAGE.split())
    assert refit_moves.CENTRAL in words
    assert refit_moves.INTERVAL in words
    assert f"R-hat of an answer is above {refit_moves.R_HAT_MOST} " in words
    assert f"more than {100 * refit_moves.DIVERGENT_MOST:g} % of its draws" in words
    assert f"Monte Carlo error above {leave_one_study_out.MCSE_MOST} " in words
