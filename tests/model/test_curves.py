import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from petfit.model.curves import CURVES
from petfit.model.curves.base import odds
from petfit.model.curves.two_site import site_ec50s

RANGES = {
    "ec50": (1e-3, 1e3),
    "emax": (0.05, 1.0),
    "hill": (0.3, 5.0),
    "ec50_ratio": (1.0, 1e3),
    "high_affinity_fraction": (0.0, 1.0),
}
every_curve = pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES.keys())


def drawn(data, curve):
    return {name: data.draw(st.floats(*RANGES[name]), label=name) for name in curve.parameters}


def test_every_curve_is_filed_under_its_name():
    assert all(curve.name == name for name, curve in CURVES.items())


@every_curve
@given(data=st.data(), odds_of_x=st.floats(1e-4, 1e4))
def test_dose_to_occupancy_to_dose_is_a_round_trip(curve, data, odds_of_x):
    parameters = drawn(data, curve)
    dose = parameters["ec50"] * odds_of_x ** (1 / parameters.get("hill", 1.0))
    occupancy = curve.occupancy(dose, **parameters)
    assert curve.exposure(occupancy, **parameters) == pytest.approx(dose, rel=1e-9)


@every_curve
@given(data=st.data(), share=st.floats(1e-4, 0.9999))
def test_occupancy_to_dose_to_occupancy_is_a_round_trip(curve, data, share):
    parameters = drawn(data, curve)
    target = share * parameters["emax"]
    dose = curve.exposure(target, **parameters)
    assert curve.occupancy(dose, **parameters) == pytest.approx(target, rel=1e-9)


@every_curve
@given(data=st.data(), target=st.floats(0.01, 0.99))
def test_the_target_dose_is_infinite_exactly_when_emax_is_not_above_the_target(curve, data, target):
    parameters = drawn(data, curve)
    just = [target, np.nextafter(target, 1), np.nextafter(target, 0), 0.0, 1.0, parameters["emax"]]
    parameters["emax"] = np.array(just)
    dose = curve.exposure(target, **parameters)
    assert np.array_equal(np.isinf(dose), np.array(just) <= target)
    assert np.all(dose > 0)


@every_curve
@given(data=st.data(), odds_of_x=st.floats(1e-6, 1e6))
def test_the_slope_is_the_derivative_by_log_ec50(curve, data, odds_of_x):
    parameters = drawn(data, curve)
    dose = parameters["ec50"] * odds_of_x ** (1 / parameters.get("hill", 1.0))
    step = 1e-100
    bent = {**parameters, "ec50": parameters["ec50"] * (1 + 1j * step)}
    derivative = curve.occupancy(dose, **bent).imag / step
    slope = curve.slope(dose, **parameters)
    assert slope == pytest.approx(derivative, rel=1e-9)
    assert slope <= 0


@every_curve
@given(data=st.data())
def test_the_curve_starts_at_zero_and_reaches_half_of_emax_at_ec50(curve, data):
    parameters = drawn(data, curve)
    assert curve.occupancy(0.0, **parameters) == 0
    assert curve.slope(0.0, **parameters) == 0
    assert curve.occupancy(parameters["ec50"], **parameters) == pytest.approx(parameters["emax"] / 2)


@every_curve
@given(data=st.data())
def test_occupancy_never_falls_with_dose_and_never_passes_emax(curve, data):
    parameters = drawn(data, curve)
    occupancies = curve.occupancy(np.geomspace(1e-6, 1e9, 200), **parameters)
    assert np.all(np.diff(occupancies) >= -1e-15)
    assert np.all(occupancies <= parameters["emax"] * (1 + 1e-12))


@given(x=st.floats(0, 1e6), ec50=st.floats(1e-3, 1e3), emax=st.floats(0.05, 1))
def test_the_sigmoid_curve_with_hill_1_is_the_emax_curve(x, ec50, emax):
    sigmoid, plain = CURVES["sigmoid_emax"], CURVES["emax"]
    for function in ("occupancy", "slope"):
        bent = getattr(sigmoid, function)(x, ec50=ec50, emax=emax, hill=1.0)
        assert bent == pytest.approx(getattr(plain, function)(x, ec50=ec50, emax=emax), rel=1e-12)


ratios, fractions = st.floats(*RANGES["ec50_ratio"]), st.floats(*RANGES["high_affinity_fraction"])


@given(x=st.floats(0, 1e6), emax=st.floats(0.05, 1), ratio=ratios, fraction=fractions)
def test_the_two_site_curve_is_the_sum_of_two_emax_curves(x, emax, ratio, fraction):
    sites = site_ec50s(3.0, ratio, fraction)
    low_ratio = sites["ec50_low_affinity"] / sites["ec50_high_affinity"]
    assert low_ratio == pytest.approx(ratio)
    curves = {name: CURVES["emax"].occupancy(x, ec50=ec50, emax=emax) for name, ec50 in sites.items()}
    expected = fraction * curves["ec50_high_affinity"] + (1 - fraction) * curves["ec50_low_affinity"]
    parameters = {"ec50": 3.0, "emax": emax, "ec50_ratio": ratio, "high_affinity_fraction": fraction}
    assert CURVES["two_site"].occupancy(x, **parameters) == pytest.approx(expected, rel=1e-12)


@given(x=st.floats(0, 1e6), ec50=st.floats(1e-3, 1e3), emax=st.floats(0.05, 1), ratio=ratios)
def test_two_sites_of_one_affinity_are_one_site(x, ec50, emax, ratio):
    one_site = CURVES["emax"].occupancy(x, ec50=ec50, emax=emax)
    for same in (
        {"ec50_ratio": 1.0, "high_affinity_fraction": 0.4},
        {"ec50_ratio": ratio, "high_affinity_fraction": 0.0},
        {"ec50_ratio": ratio, "high_affinity_fraction": 1.0},
    ):
        two_sites = CURVES["two_site"].occupancy(x, ec50=ec50, emax=emax, **same)
        assert two_sites == pytest.approx(one_site, rel=1e-9)


def test_a_published_two_site_curve_has_its_two_affinities():
    """PBR28 in mixed-affinity binders: Ki of 4 and 300 nM (Owen 2011), whose product is 1200."""
    sites = {"ec50": 1200**0.5, "emax": 1.0, "ec50_ratio": 75.0, "high_affinity_fraction": 0.5}
    assert site_ec50s(1200**0.5, 75.0, 0.5) == pytest.approx(
        {"ec50_high_affinity": 4.0, "ec50_low_affinity": 300.0}
    )
    half_of_each = CURVES["two_site"].occupancy(np.array([4.0, 300.0]), **sites)
    assert half_of_each == pytest.approx([0.25 + 2 / 304, 0.25 + 150 / 304])


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0.01, 0.99))
def test_odds_are_never_negative_and_never_nan(maxima, target):
    found = odds(target, maxima)
    assert np.all(found > 0)
    assert found.shape == (len(maxima),)


def test_a_very_steep_curve_is_a_step_and_not_an_overflow():
    steep = {"ec50": 1.0, "emax": 0.9, "hill": 500.0}
    curve = CURVES["sigmoid_emax"]
    assert curve.occupancy(np.array([0.0, 0.5, 2.0]), **steep) == pytest.approx([0.0, 0.0, 0.9])
    assert curve.slope(np.array([0.0, 0.5, 2.0]), **steep) == pytest.approx([0.0, 0.0, 0.0])
