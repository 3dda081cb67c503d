import numpy as np
import pytest

from petfit.checks import divergences
from tests.helpers import with_changed_draws


@pytest.mark.parametrize(("count", "verdict"), [(1, "WARN"), (400, "FAIL")])
def test_a_divergence_warns_and_many_fail(ssri_fit, count, verdict):
    def diverge(diverging):
        diverging.reshape(-1)[:count] = True
        return diverging

    check = divergences.check(with_changed_draws(ssri_fit, "sample_stats", diverging=diverge))
    assert check.verdict == verdict
    assert f"{count} of 8000" in check.text
    assert check.table["divergent"].sum() == count


def test_maximum_tree_depth_warns(ssri_fit):
    max_depth = int(ssri_fit.attrs["max_depth"])
    fit = with_changed_draws(
        ssri_fit, "sample_stats", tree_depth=lambda depth: np.full_like(depth, max_depth)
    )
    assert divergences.check(fit).verdict == "WARN"
