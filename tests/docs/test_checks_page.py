"""docs/checks.md: a section, the limits and the sentences of every check."""

import ast
import re
from pathlib import Path

import pytest

import petfit.checks
from petfit.checks import (
    CHECKS,
    convergence,
    divergences,
    energy,
    first_order,
    ignored_columns,
    integration,
    leave_one_study_out,
    loo,
    posterior_predictive,
    prior_range,
    prior_sensitivity,
    refit_shifts,
    shape,
)
from petfit.model.prior_predictive import LARGEST_PRIOR_SHARE
from petfit.report import figures
from petfit.results.leave_one_out import PARETO_K_LIMIT
from tests.checks.printed_sentences import printed_sentences

pytestmark = pytest.mark.docs

CHECKS_PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")


def test_page_has_a_section_and_a_row_for_every_check_in_order():
    assert re.findall(r"^## `(\w+)`$", CHECKS_PAGE, flags=re.M) == list(CHECKS)
    assert re.findall(r"^\| `(\w+)` \|", CHECKS_PAGE, flags=re.M) == list(CHECKS)


def test_every_section_of_a_check_says_what_to_do():
    sections = re.split(r"^## ", CHECKS_PAGE, flags=re.M)[1:]
    without = [text.splitlines()[0] for text in sections if "| printed | what to do |" not in text]
    assert without == ["Refits"]


def test_every_sentence_of_the_page_is_one_of_the_checks():
    """tests/checks/conftest.py looks for the sentences of the checks on the page."""
    sources = [*Path(petfit.checks.__file__).parent.glob("*.py"), Path(figures.__file__)]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))]
    literals = "\n".join(node.value for node in nodes if isinstance(getattr(node, "value", None), str))
    literals = literals.replace("; the largest shift", f"{refit_shifts.CENTRAL_WORDS}; the largest shift")
    clauses = {clause.strip() for text in printed_sentences() for clause in re.split(r"[….:]|within", text)}
    assert [clause for clause in clauses if clause not in literals] == []


@pytest.mark.parametrize(
    ("name", "limits"),
    {
        "convergence": (
            convergence.MAX_R_HAT,
            convergence.MIN_ESS,
            convergence.MAX_MEAN_MCSE,
            convergence.MAX_INTERVAL_MCSE,
        ),
        "divergences": (divergences.MAX_DIVERGENT_SHARE,),
        "energy": (energy.MIN_E_BFMI, energy.MIN_E_BFMI_FAIL),
        "first_order": (first_order.MAX_OMEGA,),
        "prior_range": (LARGEST_PRIOR_SHARE, prior_range.MAX_SHARE_FAIL, prior_range.MIN_TAIL),
        "posterior_predictive": (posterior_predictive.MIN_TAIL_WARN, posterior_predictive.MIN_TAIL_FAIL),
        "shape": (shape.MIN_P_WARN, shape.MIN_P_FAIL),
        "ignored_columns": (ignored_columns.MIN_P_WARN, ignored_columns.MIN_P_FAIL),
        "loo": (PARETO_K_LIMIT, loo.MAX_PARETO_K_FAIL),
        "prior_sensitivity": (prior_sensitivity.MAX_SENSITIVITY_WARN, prior_sensitivity.MAX_SENSITIVITY_FAIL),
    }.items(),
)
def test_limits_in_the_table_equal_those_of_the_code(name, limits):
    row = next(line for line in CHECKS_PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    assert set(re.findall(r"(?<!\w)\d[\d.]*", row)) == {f"{limit:g}" for limit in limits}


def test_limit_of_the_error_of_integrals_equals_that_of_the_code():
    assert f"error of a log likelihood above {integration.MAX_ERROR:g} |" in CHECKS_PAGE


def test_limits_of_refits_equal_those_of_the_code():
    words = " ".join(CHECKS_PAGE.split())
    assert refit_shifts.CENTRAL_WORDS in words
    assert refit_shifts.INTERVAL_WORDS in words
    assert f"R-hat of an answer is above {refit_shifts.MAX_R_HAT} " in words
    assert f"more than {100 * refit_shifts.MAX_DIVERGENT_SHARE:g} % of its draws" in words
    assert f"Monte Carlo error above {leave_one_study_out.MAX_ELPD_MCSE} " in words
