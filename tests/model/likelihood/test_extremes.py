import numpy as np
import pandas as pd
import pytensor
import pytensor.tensor as pt
import pytest
from scipy import stats

from petfit.model import likelihood
from petfit.model.likelihood.base import Predicted
from petfit.model.likelihood.extremes import EXTREMES
from petfit.model.ops import NUMPY
from petfit.model.pymc_model import PYTENSOR
from tests.helpers import MODELS, make_design

MEAN, SIGMA, BETWEEN = 0.6, 0.06, 0.08**2
SD = np.sqrt(SIGMA**2 + BETWEEN)


def data(low, high, n):
    return EXTREMES.data(pd.DataFrame({"low": [low], "high": [high], "n": [n]}))


def said(shape=(1,)):
    return Predicted(*(np.full(shape, value) for value in (MEAN, SIGMA, BETWEEN)))


def density(low, high, n):
    return float(np.exp(EXTREMES.log_density(NUMPY, data(low, high, n), said())[0]))


def integral(n, low, width):
    """Gauss and Legendre's integral over a rectangle of lows and widths, each given by its two ends."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    (x, of_x), (w, of_w) = (
        ((a + b) / 2 + (b - a) / 2 * nodes, (b - a) / 2 * weights) for a, b in (low, width)
    )
    x, w = np.meshgrid(x, w, indexing="ij")
    grid = pd.DataFrame({"low": x.ravel(), "high": (x + w).ravel(), "n": float(n)})
    log_density = EXTREMES.log_density(NUMPY, EXTREMES.data(grid), said((x.size,)))
    return of_x @ np.exp(log_density).reshape(x.shape) @ of_w


@pytest.mark.parametrize("n", [2, 3, 8])
def test_the_density_integrates_to_one(n):
    assert integral(n, (MEAN - 8 * SD, MEAN + 8 * SD), (0, 16 * SD)) == pytest.approx(1, abs=1e-9)


def test_extremes_of_two_people_are_their_sorted_values():
    one = stats.norm(MEAN, SD)
    assert density(0.5, 0.75, 2) == pytest.approx(2 * one.pdf(0.5) * one.pdf(0.75), rel=1e-12)


@pytest.mark.parametrize("n", [2, 6, 25])
def test_simulated_extremes_follow_the_density(n):
    """Each is the other's margin: the highest is a power of the CDF, the lowest of its complement."""
    found = EXTREMES.simulate(np.random.default_rng(n), data(0.5, 0.7, n), said((20_000, 1)))
    one = stats.norm(MEAN, SD)
    assert stats.kstest(found["high"][:, 0], lambda x: one.cdf(x) ** n).pvalue > 1e-3
    assert stats.kstest(found["low"][:, 0], lambda x: 1 - one.sf(x) ** n).pvalue > 1e-3


@pytest.mark.parametrize("n", [2, 3, 8])
@pytest.mark.parametrize("widths", [(0.5, 1.5), (1.5, 3.0)])
def test_simulated_extremes_fall_into_cells_as_often_as_the_density_says(n, widths):
    found = EXTREMES.simulate(np.random.default_rng(1), data(0.5, 0.7, n), said((40_000, 1)))
    low, width = found["low"], found["high"] - found["low"]
    share = integral(n, (MEAN - 1.2 * SD, MEAN - 0.2 * SD), tuple(SD * one for one in widths))
    inside = (np.abs(low - MEAN + 0.7 * SD) < 0.5 * SD) & (
        np.abs(width - SD * np.mean(widths)) < SD * np.ptp(widths) / 2
    )
    assert share > 0.02
    assert inside.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 40_000))


FAR = np.array([-40.0, -3.0, 0.6, 1.5, 30.0, 1e4])


def test_numpy_equals_pytensor_and_the_gradient_is_finite_far_in_the_tails():
    occupancy, sigma, between = inputs = [pt.dvector(name) for name in ("occupancy", "sigma", "between")]
    many = {name: np.repeat(values, FAR.size) for name, values in data(0.55, 0.6501, 7).items()}
    value = EXTREMES.log_density(PYTENSOR, many, Predicted(occupancy, sigma, between))
    gradient = pytensor.grad(value.sum(), inputs)
    run = pytensor.function(inputs, [value, *gradient], mode="FAST_COMPILE")
    point = FAR, np.full(FAR.size, 0.05), np.full(FAR.size, 0.0025)
    found, *slopes = run(*point)
    assert found == pytest.approx(EXTREMES.log_density(NUMPY, many, Predicted(*point)), rel=1e-12)
    assert np.isfinite(found).all()
    assert np.isfinite(slopes).all()
    assert found.min() < -1e9


def test_student_noise_enters_with_its_variance():
    heavy = Predicted(np.array([MEAN]), np.array([SIGMA]), np.array([BETWEEN]), nu=4.0)
    same = Predicted(np.array([MEAN]), np.array([SIGMA * np.sqrt(2.0)]), np.array([BETWEEN]))
    given = data(0.5, 0.7, 5)
    assert EXTREMES.log_density(NUMPY, given, heavy) == pytest.approx(
        EXTREMES.log_density(NUMPY, given, same), rel=1e-14
    )


# --- within a model -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table():
    rows = [
        {"drug": "A", "dose": 5.0, "level": "extremes", "low": 0.3, "high": 0.6, "n": 6, "cohort": "x"},
        {"drug": "A", "dose": 10.0, "level": "group", "value": 0.5, "n": 6, "cohort": "y"},
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module", params=["first_order", "quadrature"])
def design(request, table):
    groups = f'[ec50.people]\ngroups = "{request.param}"\n[emax.c'
    return make_design(MODELS["people"].replace("[emax.c", groups), table)


def truth(deviation, omega=0.4):
    draws = {"log_ec50": np.array(0.0), "logit_emax": np.array(2.0), "sigma": np.array(0.05)}
    return {**draws, "omega": np.array(omega), "log_ec50_person": np.array(deviation)}


def row_densities(design, draws):
    return likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))


def test_extremes_do_not_depend_on_the_cohort_deviation(design):
    at_zero, away = (row_densities(design, truth([d, d])) for d in (0.0, 0.7))
    assert at_zero["extremes"] == pytest.approx(away["extremes"], rel=1e-14)
    assert at_zero["group"] != pytest.approx(away["group"], rel=1e-3)


def test_simulated_people_differ_by_noise_and_by_omega(design):
    """Against people drawn one by one, each with an EC50 of their own."""
    rng = np.random.default_rng(2)
    draws = {name: np.broadcast_to(value, (4000, *value.shape)) for name, value in
             truth([0.0, 0.0], omega=0.15).items()}  # fmt: skip
    found = likelihood.predictive_draws(rng, design, draws)
    ec50 = np.exp(0.15 * rng.standard_normal((4000, 6)))
    people = 1 / (1 + np.exp(-2.0)) * 0.5 / (ec50 + 0.5) + 0.05 * rng.standard_normal((4000, 6))
    for name, exact in (("low", people.min(axis=1)), ("high", people.max(axis=1))):
        assert found[name][:, 0].mean() == pytest.approx(exact.mean(), abs=0.003)
        assert found[name][:, 0].std() == pytest.approx(exact.std(), rel=0.06)
    assert np.isnan(found["value"][:, 0]).all()
    assert np.isnan(found["low"][:, 1]).all()
