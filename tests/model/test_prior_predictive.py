import numpy as np
import pandas as pd
import pytest
from scipy import stats

from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model.prior_predictive import (
    FAR_FACTOR,
    LARGEST_PRIOR_SHARE,
    prior_curves,
    prior_share_far_from_tested,
)
from petfit.model.specification import model_file, parse_model, read_model

PLAIN = """
[reference_doses]
A = 10.0
[ec50]
centre = {{ dist = "Normal", mu = {mu}, sigma = {sigma} }}
[emax]
fixed = 0.9
"""
TABLE = pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": [0.4, 0.7]})


@pytest.mark.parametrize(("mu", "sigma"), [(0.0, 1.5), (7.0, 1.0), (0.0, 9.0), (-12.0, 2.0)])
def test_the_share_of_far_ec50_is_the_normal_tail_probability(mu, sigma):
    spec = parse_model(PLAIN.format(mu=mu, sigma=sigma))
    found = prior_share_far_from_tested(spec, read_evidence(TABLE), read_drug_table())["A"]
    low, high = np.log(0.5 / FAR_FACTOR), np.log(2.0 * FAR_FACTOR)
    expected = stats.norm.sf(high, mu, sigma) + stats.norm.cdf(low, mu, sigma)
    assert found == pytest.approx(expected, abs=0.015)


@pytest.mark.parametrize("name", ["ssri", "ssri_time", "meta_analysis"])
def test_bundled_priors_lie_near_the_bundled_evidence(name):
    spec = read_model(name)
    found = prior_share_far_from_tested(spec, read_evidence(extra=spec.columns), read_drug_table())
    assert len(found) >= 5
    assert max(found.values()) < LARGEST_PRIOR_SHARE


def test_doses_in_the_wrong_unit_make_ec50_far_from_tested():
    table = TABLE.assign(dose=TABLE["dose"] * 1e-6)
    spec = parse_model(PLAIN.format(mu=0.0, sigma=1.5))
    assert (
        prior_share_far_from_tested(spec, read_evidence(table), read_drug_table())["A"] > LARGEST_PRIOR_SHARE
    )


def test_prior_curves_start_at_0_and_increase_up_to_1():
    exposure = np.array([0.0, 0.1, 1.0, 10.0, 1e9])
    for file in sorted(model_file("ssri").parent.glob("*.toml")):
        drawn = prior_curves(read_model(file), exposure, 50, np.random.default_rng(1))
        assert np.all(drawn[:, 0] == 0)
        assert np.all(np.diff(drawn) >= 0)
        assert np.all(drawn <= 1)
