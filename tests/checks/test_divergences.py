import numpy as np
import pytest

from petfit.checks import divergences
from tests.checks.printed_sentences import is_printed
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


def test_divergent_draws_near_0_of_an_sd_name_its_prior(ssri_fit):
    sigma = ssri_fit.posterior["sigma"]
    fit = with_changed_draws(ssri_fit, "sample_stats", diverging=lambda _: sigma < np.quantile(sigma, 0.01))
    check = divergences.check(fit)
    assert "where the residual SD of one person" in check.sentence
    assert "give [noise.sigma] a prior that excludes 0" in check.sentence
    assert is_printed(check.sentence)


def test_maximum_tree_depth_warns(ssri_fit):
    max_depth = int(ssri_fit.attrs["max_depth"])
    fit = with_changed_draws(
        ssri_fit, "sample_stats", tree_depth=lambda depth: np.full_like(depth, max_depth)
    )
    assert divergences.check(fit).verdict == "WARN"
