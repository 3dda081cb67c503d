"""Concentrations of the rows: nesting of models without kinetics, people, saturation."""

import math

import numpy as np
import pandas as pd
import pytest

from petfit.model import likelihood
from petfit.model.kinetics.one_compartment import unit_concentration
from petfit.model.kinetics.plasma import concentration_and_variance
from petfit.model.linear_predictor import row_kinetics, true_exposure
from petfit.model.ops import NUMPY
from tests.helpers import PLAIN, make_design
from tests.plasma_model import MODEL, TABLE

FIXED = """
[pk.A]
clearance = 30.0
half_life = 24.0
absorption = 1.0
"""
AT_ONE_TIME = pd.DataFrame(
    {"drug": "A", "dose": [5.0, 10.0, 40.0], "value": [0.3, 0.5, 0.8], "time_h": 6.0, "regimen": "repeated"}
)


def unit_at(time, n_doses=math.inf, **changes):
    kinetics = {"volume": 30.0 * 24.0 / math.log(2), "elimination": math.log(2) / 24.0, "absorption": 1.0}
    return float(unit_concentration(NUMPY, time, **{**kinetics, **changes}, n_doses=n_doses))


def densities(design, draws):
    by_level = likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))
    return sum(density.sum(axis=-1) for density in by_level.values())


def test_a_model_of_doses_is_the_special_case_of_one_time_and_schedule():
    """With fixed kinetics, EC50 in plasma is EC50 in doses times the concentration of a unit dose."""
    plasma = make_design(
        'exposure = "plasma"\n' + PLAIN.replace("[reference_doses]\nA = 10.0\n", "") + FIXED, AT_ONE_TIME
    )
    dose = make_design(PLAIN.replace("A = 10.0", "A = 1.0"), AT_ONE_TIME)
    draws = plasma.draw_prior(np.random.default_rng(1), 50)
    shifted = {**draws, "log_ec50": draws["log_ec50"] - math.log(unit_at(6.0))}
    np.testing.assert_allclose(densities(plasma, draws), densities(dose, shifted), rtol=1e-10)


def test_a_single_dose_is_shifted_by_the_accumulation_and_a_late_scan_by_the_half_life():
    rows = AT_ONE_TIME.assign(
        regimen=["single", "repeated", "repeated"], time_h=[30.0, 30.0, 54.0], dose=10.0
    )
    model = 'exposure = "plasma"\n' + PLAIN.replace("[reference_doses]\nA = 10.0\n", "") + FIXED
    design = make_design(model, rows)
    draws = design.draw_prior(np.random.default_rng(1), 1)
    x = design.rows["x"].to_numpy(float)
    concentrations = true_exposure(NUMPY, design, draws, design.fitted_matrix, x)
    by_time = dict(zip(design.rows.index, concentrations, strict=True))
    single, repeated, late = (by_time[f"row {i}"] for i in range(3))
    assert repeated / single == pytest.approx(1.0 / (1.0 - 0.5), rel=1e-6)  # a half-life of one day
    assert late / repeated == pytest.approx(0.5, rel=1e-6)


def test_people_with_twice_the_clearance_have_half_the_mean_concentration():
    design = make_design(MODEL, TABLE)
    draws = design.draw_prior(np.random.default_rng(2), 3)
    matrix, x = design.fitted_matrix, design.rows["x"].to_numpy(float)
    typical = {
        **draws,
        **{f"{name}_person": 0.0 * draws[f"{name}_person"] for name in ("clearance", "volume", "absorption")},
    }
    person = {**typical, "clearance_person": typical["clearance_person"] + 1.0}
    ratio = true_exposure(NUMPY, design, person, matrix, x) / np.maximum(
        true_exposure(NUMPY, design, typical, matrix, x), 1e-12
    )
    is_dosed = (design.rows["x"] > 0).to_numpy()
    assert (ratio[:, is_dosed] < 1.0).all()
    late = ((design.rows["time_h"] == 48) & is_dosed).to_numpy()
    early = ((design.rows["time_h"] == 4) & (design.rows["drug"] == "A")).to_numpy()
    assert (ratio[:, late] < ratio[:, early]).all()


def test_the_variance_between_people_is_that_of_simulated_people():
    design = make_design(MODEL, TABLE)
    draws = design.draw_prior(np.random.default_rng(3), 1)
    matrix, x = design.fitted_matrix, design.rows["x"].to_numpy(float)
    _, variance = concentration_and_variance(NUMPY, matrix.kinetics, row_kinetics(design, draws, matrix), x)
    rng = np.random.default_rng(4)
    n = 4000
    people = {name: np.repeat(values, n, axis=0) for name, values in draws.items()}
    for name in ("clearance", "volume", "absorption"):
        effect = f"{name}_person"
        levels = people[effect].shape[-1]
        people[effect] = people[effect] + rng.standard_normal((n, levels)) * np.sqrt(5.0)
    logs = np.log(np.maximum(true_exposure(NUMPY, design, people, matrix, x), 1e-300))
    group = (design.rows["n"] == 5).to_numpy() & (design.rows["drug"] == "A").to_numpy()
    np.testing.assert_allclose(variance[0, group], logs.var(axis=0)[group], rtol=0.15)
    placebo = (design.rows["x"] == 0).to_numpy()
    assert (variance[:, placebo] == 0).all()


def test_saturation_raises_the_trough_more_than_the_dose():
    rows = pd.DataFrame(
        {"drug": "B", "dose": [20.0, 40.0], "regimen": "repeated", "time_h": 24.0, "value": [0.7, 0.8]}
    )
    design = make_design(MODEL, rows)
    draws = design.draw_prior(np.random.default_rng(5), 20)
    draws["clearance_person"] = 0.0 * draws["clearance_person"]
    low, high = true_exposure(NUMPY, design, draws, design.fitted_matrix, design.rows["x"].to_numpy(float)).T
    assert (high / low > 2.0 ** (1.0 + draws["power"][:, 0])).all()


def test_the_first_dose_of_a_saturable_drug_has_its_own_kinetics():
    rows = pd.DataFrame(
        {"drug": "B", "dose": 20.0, "regimen": "single", "time_h": [4.0, 28.0], "value": [0.4, 0.1]}
    )
    design = make_design(MODEL, rows)
    draws = design.draw_prior(np.random.default_rng(5), 1)
    draws["clearance_person"] = 0.0 * draws["clearance_person"]
    early, late = true_exposure(NUMPY, design, draws, design.fitted_matrix, design.rows["x"].to_numpy(float))[
        0
    ]
    expected = [
        0.3
        * 20.0
        * unit_at(time, 1, volume=20.0 * 21.0 / math.log(2), elimination=math.log(2) / 8.4, absorption=0.9)
        for time in (4.0, 28.0)
    ]
    assert [early, late] == pytest.approx(expected, rel=1e-9)


def test_every_concentration_and_density_of_the_bundled_model_is_finite(ssri_pk_design):
    draws = ssri_pk_design.draw_prior(np.random.default_rng(6), 200)
    assert np.isfinite(densities(ssri_pk_design, draws)).all()
