from petfit.checks import assumptions
from tests.checks.small_fits import with_refits


def test_model_without_assumptions_to_change_passes(prior_fit):
    check = assumptions.check(with_refits(prior_fit, ["without X2001"], "study"))
    assert check.verdict == "PASS"
    assert "no reference doses, group sizes or pooling to change" in check.text
