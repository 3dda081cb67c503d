import mpmath
import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from petfit.model.likelihood.interval import log_interval
from petfit.model.ops import NUMPY
from petfit.model.pymc_model import PYTENSOR

MIDDLES = [0.0, 0.01, 0.3, 0.5, 1.0, 2.5, 6.0, 10.0, 37.0, 40.0, 100.0, 1e3, 1e4]
WIDTHS = [1e-8, 1e-4, 0.02, 0.6, 1.0, 5.0, 20.0, 80.0, 2e3, 1e5]
SCALES = [(0.0, 1.0), (0.7, 0.03)]
GRID = [
    (mean + sd * (side * middle - width / 2), mean + sd * (side * middle + width / 2), mean, sd)
    for middle in MIDDLES
    for side in (1, -1)
    for width in WIDTHS
    for mean, sd in SCALES
]
GRID = [case for case in GRID if case[0] < case[1]]


def exactly(low, high, mean, sd):
    """Log probability, and its derivatives by mean and sd, in 100 digits from the very same floats."""
    with mpmath.workdps(100):
        low, high, mean, sd = map(mpmath.mpf, (low, high, mean, sd))
        a, b = (low - mean) / sd, (high - mean) / sd
        mass = (mpmath.erfc(-b / mpmath.sqrt(2)) - mpmath.erfc(-a / mpmath.sqrt(2))) / 2
        if a + b > 0:
            mass = (mpmath.erfc(a / mpmath.sqrt(2)) - mpmath.erfc(b / mpmath.sqrt(2))) / 2
        at_a, at_b = (mpmath.exp(-(z**2) / 2) / mpmath.sqrt(2 * mpmath.pi) for z in (a, b))
        by_mean = -(at_b - at_a) / (sd * mass)
        by_sd = -(b * at_b - a * at_a) / (sd * mass)
        return tuple(float(value) for value in (mpmath.log(mass), by_mean, by_sd))


@pytest.fixture(scope="module")
def exact():
    return np.array([exactly(*case) for case in GRID]).T


@pytest.fixture(scope="module")
def compiled():
    low, high, mean, sd = inputs = [pt.dvector(name) for name in ("low", "high", "mean", "sd")]
    value = log_interval(PYTENSOR, low, high, mean, sd)
    gradient = pytensor.grad(value.sum(), [mean, sd])
    function = pytensor.function(inputs, [value, *gradient], mode="FAST_COMPILE")
    return function(*np.array(GRID).T)


def rounding(exact):
    """What a few roundings may change: of the result itself, of a narrow width, of a shifted middle."""
    low, high, mean, sd = np.array(GRID).T
    shifted = np.where(mean == 0, 1.0, np.abs(mean) / sd)
    width = (high - low) / sd
    return 1e-15 * shifted * (1 + np.abs(exact)) + 2e-15 / width + 2e-16 * width


def test_the_grid_reaches_far_into_both_tails(exact):
    z = [(0.5 * (low + high) - mean) / sd for low, high, mean, sd in GRID]
    assert min(z) <= -9e3
    assert max(z) >= 9e3
    assert exact[0].min() < -1e7


def test_numpy_agrees_with_high_precision_values(exact):
    low, high, mean, sd = np.array(GRID).T
    found = log_interval(NUMPY, low, high, mean, sd)
    assert np.all(np.abs(found - exact[0]) <= rounding(exact[0]))


def test_pytensor_agrees_with_numpy(compiled):
    assert compiled[0] == pytest.approx(log_interval(NUMPY, *np.array(GRID).T), rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("which", [1, 2], ids=["by mean", "by sd"])
def test_the_gradient_agrees_with_the_high_precision_derivative(compiled, exact, which):
    _, _, _, sd = np.array(GRID).T
    found, wanted = compiled[which] * sd, exact[which] * sd
    assert np.all(np.isfinite(found))
    narrow = 1e-15 * sd / np.diff(np.array(GRID)[:, :2]).squeeze()
    assert np.all(np.abs(found - wanted) <= (1e-9 + narrow) * np.maximum(1.0, np.abs(wanted)))


@given(st.floats(-60, 60), st.floats(1e-3, 20), st.floats(1e-3, 20))
def test_neighbouring_intervals_add_up(a, left, right):
    b, c = a + left, a + left + right
    parts = np.logaddexp(log_interval(NUMPY, a, b, 0.0, 1.0), log_interval(NUMPY, b, c, 0.0, 1.0))
    assert parts == pytest.approx(log_interval(NUMPY, a, c, 0.0, 1.0), rel=1e-9, abs=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.floats(1e-3, 1e3))
def test_the_log_probability_is_finite_and_never_above_zero(low, width, sd):
    if low + width > low:
        found = log_interval(NUMPY, low, low + width, 0.0, sd)
        assert np.isfinite(found)
        assert found <= 1e-15


@given(st.floats(-500, 500), st.floats(1e-6, 100))
def test_both_tails_are_mirror_images(low, width):
    high = low + width
    mirrored = log_interval(NUMPY, -high, -low, 0.0, 1.0)
    assert log_interval(NUMPY, low, high, 0.0, 1.0) == pytest.approx(mirrored, rel=1e-12)


@given(st.floats(-50, 50), st.floats(1e-5, 1e-3))
def test_a_narrow_interval_holds_the_density_times_its_width(middle, width):
    found = log_interval(NUMPY, middle - width / 2, middle + width / 2, 0.0, 1.0)
    density = -0.5 * middle**2 - 0.5 * np.log(2 * np.pi)
    curvature = abs(middle**2 - 1) * width**2 / 24
    assert found == pytest.approx(density + np.log(width), abs=2 * curvature + 1e-8)
