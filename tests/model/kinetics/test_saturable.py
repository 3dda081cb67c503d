"""Saturable clearance: the power law, and its profile against the mechanism."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from petfit.model.kinetics.one_compartment import mean_concentration, unit_concentration
from petfit.model.kinetics.saturable import clearance_at
from petfit.model.ops import NUMPY


@given(st.floats(0.1, 10.0), st.floats(0.0, 1.5))
def test_the_mean_concentration_is_a_power_of_the_dose(ratio, power):
    reference = 20.0
    means = [
        dose
        * mean_concentration(
            clearance_at(NUMPY, dose, reference=reference, clearance=20.0, power=power), 24.0
        )
        for dose in (reference, reference * ratio)
    ]
    assert means[1] / means[0] == pytest.approx(ratio ** (1.0 + power), rel=1e-12)


def test_the_published_means_of_paroxetine():
    """Kim 2015: CL/F is 13.1 L/h at 25 mg a day and 71 years; it falls with dose^0.363 and age^0.702."""
    at_fifty = 13.1 * (50.0 / 71.0) ** -0.702
    doses = np.array([10.0, 20.0, 40.0, 60.0])
    clearance = clearance_at(NUMPY, doses, reference=25.0, clearance=at_fifty, power=0.363)
    np.testing.assert_allclose(
        doses * mean_concentration(clearance, 24.0), [17.8, 45.9, 118.0, 205.0], rtol=0.005
    )


@pytest.mark.parametrize("dose", [10.0, 20.0, 40.0])
def test_the_profile_is_that_of_the_mechanism_within_half_a_point_of_occupancy(dose):
    """Enzyme that saturates: ``CL = 8.7 + 21.2 / (1 + C / 40)`` has the means of paroxetine above."""
    volume, absorption, linear, saturable, half = 600.0, 0.9, 8.7, 21.2, 40.0

    def slopes(_, amounts):
        concentration = 1000.0 * amounts[1] / volume
        clearance = linear + saturable / (1.0 + concentration / half)
        return [-absorption * amounts[0], absorption * amounts[0] - clearance * concentration / 1000.0]

    gut, body = 0.0, 0.0
    times = np.linspace(0.0, 24.0, 97)
    for _ in range(60):
        path = solve_ivp(slopes, (0.0, 24.0), [gut + dose, body], t_eval=times, rtol=1e-9, method="LSODA")
        gut, body = path.y[:, -1]
    solved = 1000.0 * path.y[1] / volume
    mean = np.trapezoid(solved, times) / 24.0
    effective = 1000.0 * dose / (24.0 * mean)
    closed = dose * unit_concentration(
        NUMPY, times, volume=volume, elimination=effective / volume, absorption=absorption
    )
    for ec50 in (mean / 5.0, mean):
        occupancies = [course / (course + ec50) for course in (solved, closed)]
        assert np.abs(occupancies[0] - occupancies[1]).max() < 0.005
