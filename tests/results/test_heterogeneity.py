import numpy as np
import pytest

from petfit.errors import PetfitError
from petfit.results.quantiles import quantile


def test_the_sd_of_each_random_effect_is_that_of_the_posterior(ssri_fit):
    answer = ssri_fit.heterogeneity(prob=0.9)
    assert set(answer["effect"].to_numpy()) == {
        name for name in ssri_fit.posterior if name.endswith("_sd") or name == "omega"
    }
    for name in answer["effect"].to_numpy():
        found = [answer.sel(effect=name)[column].item() for column in ("low", "median", "high")]
        assert found == quantile(ssri_fit.tree["posterior"][name], [0.05, 0.5, 0.95]).tolist()
    levels = dict(zip(answer["effect"].to_numpy(), answer["levels"].to_numpy(), strict=True))
    assert levels["log_ec50_study_sd"] == ssri_fit.design.rows["study"].nunique()


def test_the_ratio_of_each_study_is_the_exponential_of_its_effect(ssri_fit):
    answer = ssri_fit.heterogeneity("study")
    deviations = ssri_fit.tree["posterior"]["log_ec50_study"]
    assert set(answer["level"].to_numpy()) == set(ssri_fit.design.rows["study"])
    assert np.log(answer["median"].to_numpy()) == pytest.approx(quantile(deviations, [0.5])[0])


@pytest.mark.parametrize("by", ["studi", "tracer"])
def test_a_factor_without_a_random_effect_is_refused(ssri_fit, by):
    with pytest.raises(PetfitError, match="EC50 has no random effect of"):
        ssri_fit.heterogeneity(by)
