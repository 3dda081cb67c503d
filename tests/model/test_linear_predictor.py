import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.model.linear_predictor import curve_parameters_by_row
from petfit.model.ops import NUMPY
from tests.helpers import make_design

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
SEPARATE_EMAX = f"""
n_assumed = 5
[ec50]
centre = {CENTRE}
[emax]
centre = {CENTRE}
separate = "drug"
"""
FIXED_EMAX = f"""
n_assumed = 5
[ec50]
centre = {CENTRE}
[emax]
fixed = 0.85
"""


@pytest.fixture(scope="module")
def ssri():
    return make_design(petfit.read_model("ssri"), "sert_occupancy")


def one_draw(design):
    return {name: values[0] for name, values in design.draw_prior(np.random.default_rng(0), 1).items()}


def test_parameters_of_a_row_are_the_sum_of_its_effects(ssri):
    draws = one_draw(ssri)

    def level_draw(name, level):
        labels = next(effect.labels for effect in ssri.effects if effect.name == name)
        return draws[name][labels.index(level)]

    parameters = curve_parameters_by_row(NUMPY, ssri, draws, ssri.matrix(ssri.rows))
    for i, (_, row) in enumerate(ssri.rows.iterrows()):
        log_ec50 = draws["log_ec50"] + level_draw("log_ec50_drug", row["drug"])
        log_ec50 += level_draw("log_ec50_study", row["study"]) + level_draw("log_ec50_region", row["region"])
        log_ec50 += level_draw("log_ec50_person", f"{row['study']}: {row['cohort']}") / np.sqrt(row["n"])
        if row["regimen"] == "single":
            log_ec50 += level_draw("log_ec50_drug_regimen", f"{row['drug']}:single")
        logit_emax = draws["logit_emax"] + level_draw("logit_emax_drug", row["drug"])
        if row["tracer"] == "[123I]ADAM":
            logit_emax += level_draw("logit_emax_tracer", "[123I]ADAM")
        assert parameters["ec50"][i] == pytest.approx(np.exp(log_ec50), rel=1e-12)
        assert parameters["emax"][i] == pytest.approx(1 / (1 + np.exp(-logit_emax)), rel=1e-12)


def test_an_empty_cell_is_the_typical_level(ssri):
    question = pd.DataFrame(
        [
            {
                "drug": "citalopram",
                "study": "",
                "region": "",
                "regimen": "repeated",
                "tracer": "[11C]DASB",
                "person": "",
                "n": 1.0,
            }
        ]
    )
    draws = one_draw(ssri)
    ec50 = curve_parameters_by_row(NUMPY, ssri, draws, ssri.matrix(question))["ec50"][0]
    drug = ssri.drugs.index("citalopram")
    assert ec50 == pytest.approx(np.exp(draws["log_ec50"] + draws["log_ec50_drug"][drug]))


def test_separate_levels_have_their_own_centres(mixed_table):
    design = make_design(SEPARATE_EMAX, mixed_table)
    assert "logit_emax" not in design.scalar_priors
    draws = one_draw(design) | {"logit_emax_drug": np.array([0.0, 2.0])}
    emax_by_row = curve_parameters_by_row(NUMPY, design, draws, design.matrix(design.rows))["emax"]
    for drug, emax in zip(design.rows["drug"], emax_by_row, strict=True):
        assert emax == pytest.approx({"A": 0.5, "B": 1 / (1 + np.exp(-2))}[drug])


def test_a_fixed_parameter_has_its_value(mixed_table):
    design = make_design(FIXED_EMAX, mixed_table)
    parameters = curve_parameters_by_row(NUMPY, design, one_draw(design), design.matrix(design.rows))
    assert parameters["emax"] == 0.85
