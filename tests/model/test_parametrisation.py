import numpy as np
import pandas as pd
import pytest

from petfit.model.parametrisation import from_free_parameters, householder_reflection
from tests.helpers import make_design

TWO_RANDOM_EFFECTS = """
[ec50]
centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }
drug.pooled = { dist = "HalfNormal", sigma = 1.0 }
region.pooled = { dist = "HalfNormal", sigma = 1.0 }
[emax]
fixed = 0.9
"""


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_householder_reflection_keeps_lengths_and_is_its_own_inverse(size):
    normals = np.random.default_rng(1).normal(size=(4, 5, size))
    reflected = householder_reflection(normals, size)
    assert np.linalg.norm(reflected, axis=-1) == pytest.approx(np.linalg.norm(normals, axis=-1))
    assert householder_reflection(reflected, size) == pytest.approx(normals)
    assert reflected.mean(axis=-1) * np.sqrt(size) == pytest.approx(normals[..., 0])


def two_random_effects():
    rows = [{"drug": drug, "region": region, "dose": 5, "value": 0.5} for drug in "ABC" for region in "XY"]
    design = make_design(TWO_RANDOM_EFFECTS, pd.DataFrame(rows))
    rng = np.random.default_rng(2)
    sampled = {"log_ec50_grand_mean": rng.normal(size=6), "sigma": np.full(6, 0.1)}
    sampled |= {f"log_ec50_{name}_sd": rng.exponential(size=6) for name in ("drug", "region")}
    sampled |= {
        "log_ec50_drug_free": rng.normal(size=(6, 3)),
        "log_ec50_region_free": rng.normal(size=(6, 2)),
    }
    return design, sampled


def test_a_grand_mean_is_the_centre_plus_the_means_of_its_effects():
    design, sampled = two_random_effects()
    draws = from_free_parameters(design, sampled)
    means = draws["log_ec50_drug"].mean(axis=-1) + draws["log_ec50_region"].mean(axis=-1)
    assert draws["log_ec50"] + means == pytest.approx(sampled["log_ec50_grand_mean"])


def test_the_mean_of_an_effect_under_a_grand_mean_changes_no_linear_predictor():
    design, sampled = two_random_effects()
    moved = {**sampled, "log_ec50_region_free": sampled["log_ec50_region_free"] + np.array([1.0, 0.0])}
    before, after = from_free_parameters(design, sampled), from_free_parameters(design, moved)
    assert before["log_ec50"] != pytest.approx(after["log_ec50"])
    by_region = [draws["log_ec50"][:, None] + draws["log_ec50_region"] for draws in (before, after)]
    assert by_region[0] == pytest.approx(by_region[1])
