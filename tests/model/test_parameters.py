import pytest

from petfit.model.curves import CURVES
from petfit.model.ops import NUMPY
from petfit.model.parameters import (
    CURVE_PARAMETERS,
    PARAMETERS,
    RESIDUALS,
    SCAN_PARAMETERS,
    SITE_PARAMETERS,
)


def test_the_table_holds_the_parameters_of_curves_scans_and_noise():
    assert tuple(PARAMETERS) == (*CURVE_PARAMETERS, *SITE_PARAMETERS, *SCAN_PARAMETERS, *RESIDUALS)
    assert all(set(curve.parameters) <= set(CURVE_PARAMETERS) for curve in CURVES.values())


def test_only_residual_noise_has_an_sd_and_a_floor():
    for name, parameter in PARAMETERS.items():
        assert bool(parameter.sd_name) == bool(parameter.floor_name) == (name in RESIDUALS)


@pytest.mark.parametrize(
    ("name", "natural", "linked"), [("ec50", 1.0, 0.0), ("emax", 0.5, 0.0), ("ec50_ratio", 2.0, 0.0)]
)
def test_a_fixed_value_is_converted_by_the_link(name, natural, linked):
    assert PARAMETERS[name].to_link_scale(natural) == linked


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_link_and_its_inverse_are_a_round_trip(name):
    parameter = PARAMETERS[name]
    for linked in (-3.0, 0.0, 2.0):
        natural = float(parameter.from_link_scale(NUMPY, linked))
        assert parameter.to_link_scale(natural) == pytest.approx(linked)
