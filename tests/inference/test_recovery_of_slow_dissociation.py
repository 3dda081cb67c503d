"""Simulated slow dissociation is recovered from scans at several times after several doses."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

import petfit
from petfit.inference.sample import sample
from petfit.model.kinetics.one_compartment import unit_concentration
from petfit.model.ops import NUMPY
from tests.helpers import make_design

MODEL = """
exposure = "plasma"
[ec50.centre]
dist = "Normal"
mu = 2.0
sigma = 1.5
[emax.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
[noise.sigma]
dist = "HalfNormal"
sigma = 0.1
[pk.A]
volume = 100.0
half_life = 20.0
absorption = 1.0
koff = { dist = "LogNormal", mu = -1.0, sigma = 1.5 }
[plasma]
"""
TRUE = {"log_ec50": math.log(15.0), "koff": 0.12, "logit_emax": math.log(9.0), "sigma": 0.02}


def occupancies(dose, hours):
    """From the differential equation, by a solver of its own."""
    rates = {"volume": 100.0, "elimination": math.log(2.0) / 20.0, "absorption": 1.0, "n_doses": 1.0}

    def binding(time, bound):
        plasma = dose * unit_concentration(NUMPY, time, **rates)
        return TRUE["koff"] * (plasma / 15.0 * (1.0 - bound) - bound)

    bound = solve_ivp(binding, (0.0, max(hours)), [0.0], t_eval=hours, rtol=1e-8, max_step=1.0).y[0]
    return 0.9 * bound, [dose * float(unit_concentration(NUMPY, hour, **rates)) for hour in hours]


@pytest.mark.slow
def test_the_truth_is_within_wide_intervals():
    rng, parts = np.random.default_rng(8), []
    for person, dose in enumerate((2.0, 5.0, 10.0, 20.0, 40.0, 80.0)):
        hours = [2.0, 8.0, 26.0, 50.0]
        occupancy, plasma = occupancies(dose, hours)
        rows = {"time_h": hours, "value": occupancy + rng.normal(0.0, 0.02, 4)}
        concentration = np.array(plasma) * np.exp(rng.normal(0.0, 0.1, 4))
        parts.append(pd.DataFrame(rows).assign(subject=str(person), dose=dose, concentration=concentration))
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(drug="A", regimen="single", concentration_unit="ng/mL", study="ours")
    sampled = sample(make_design(MODEL, table), petfit.Settings(draws=500, tune=500, chains=2, seed=1))
    assert sampled.n_divergent == 0
    for name, value in TRUE.items():
        low, high = np.quantile(sampled.draws[name], [0.005, 0.995])
        assert low < value < high
    assert np.log(sampled.draws["koff"]).std() < 0.3
