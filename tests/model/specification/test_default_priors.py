import pytest

from petfit.model.specification import parse_model
from petfit.model.specification.default_priors import SIGMA
from petfit.model.specification.residual_noise import Noise

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
GOOD = f"[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"


@pytest.mark.parametrize(
    ("curve", "names"),
    {"sigmoid_emax": ["hill"], "two_site": ["ec50_ratio", "high_affinity_fraction"]}.items(),
)
def test_a_curve_alone_frees_its_further_parameters(curve, names):
    spec = parse_model(f'curve = "{curve}"\n{GOOD}')
    for name in names:
        assert getattr(spec, name).centre.source
    assert parse_model(spec.to_toml()) == spec


def test_noise_has_a_default_prior_with_a_source():
    assert Noise().sigma == SIGMA
    assert SIGMA.source
    assert Noise(fixed=0.1).sigma is None


def test_defaults_of_shrinking_noise_match_test_retest_data():
    noise = Noise.model_validate({"shrinks": True})
    sigma, floor = (float(prior.quantile(0.5)) for prior in (noise.sigma, noise.floor))
    sd = [(floor**2 + (sigma * (1 - occupancy)) ** 2) ** 0.5 for occupancy in (0.0, 0.5, 0.8)]
    assert sd == pytest.approx([0.12, 0.07, 0.04], abs=0.004)
    assert "Ogden2007" in noise.sigma.source
    assert "Ogden2007" in noise.floor.source
