import pytest

from petfit.model.curves import CURVES
from petfit.model.parameters import CURVE_PARAMETERS, PARAMETERS, RESIDUALS, SCAN_PARAMETERS


def test_the_table_holds_the_parameters_of_curves_scans_and_noise():
    assert tuple(PARAMETERS) == (*CURVE_PARAMETERS, *SCAN_PARAMETERS, *RESIDUALS)
    assert all(set(curve.parameters) <= set(CURVE_PARAMETERS) for curve in CURVES.values())


def test_only_residual_noise_has_an_sd_and_a_floor():
    for name, parameter in PARAMETERS.items():
        assert bool(parameter.sd_name) == bool(parameter.floor_name) == (name in RESIDUALS)


@pytest.mark.parametrize(("name", "natural", "linked"), [("ec50", 1.0, 0.0), ("emax", 0.5, 0.0)])
def test_a_fixed_value_is_converted_by_the_link(name, natural, linked):
    assert PARAMETERS[name].to_link_scale(natural) == linked
