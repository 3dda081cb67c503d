import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from petfit.model import likelihood
from petfit.model.likelihood import LEVELS, Predicted
from petfit.model.ops import NUMPY
from tests.helpers import make_design

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
HALF = '{ dist = "HalfNormal", sigma = 1.0 }'
SHARE = 'dose_share = { dist = "Beta", alpha = 1.0, beta = 1.0 }'
RIVAL = f'competition.rival = {{ column = "rival", ec50 = {CENTRE} }}'
REFERENCE = "[reference_doses]\nA = 10.0\nB = 10.0\n"


def model(top="", groups="", noise="", hill=False):
    people = f'[ec50.people]\ngroups = "{groups}"\nsd = {HALF}\n' if groups else ""
    curve = 'curve = "sigmoid_emax"\n' if hill else ""
    return (
        f"{curve}{top}\n{REFERENCE}[ec50]\ncentre = {CENTRE}\n{people}[emax]\ncentre = {CENTRE}\n"
        f"{f'[hill]{chr(10)}centre = {CENTRE}{chr(10)}' if hill else ''}{noise}"
    )


def predictions(text, table, **draws):
    """The predictions for every row of a table; parameters are 0 unless given."""
    design = make_design(text, pd.DataFrame(table))
    unknown = {name: np.array(0.0) for name in design.scalar_priors}
    unknown |= {effect.name: np.zeros(len(effect.levels)) for effect in design.effects}
    unknown |= {name: np.array(value, float) for name, value in draws.items()}
    numbers = likelihood.inputs(design)
    occupancy, between = likelihood.predict(NUMPY, design, unknown, numbers)
    _, _, measured = next(likelihood.predict_levels(NUMPY, design, unknown, numbers))
    return SimpleNamespace(occupancy=occupancy, between=between, sigma=measured.sigma, nu=measured.nu)


def group(doses, n=8, **columns):
    return {"drug": "A", "dose": doses, "value": 0.5, "n": n, "level": "group", **columns}


X = np.array([3.0, 10.0, 40.0])


# --- differences between people -----------------------------------------------------------------


def test_quadrature_equals_first_order_for_small_omega():
    first, quadrature = (
        predictions(model(groups=how), group(X), omega=1e-3, logit_emax=2.0)
        for how in ("first_order", "quadrature")
    )
    assert quadrature.occupancy == pytest.approx(first.occupancy, abs=1e-6)
    assert quadrature.between == pytest.approx(first.between, rel=1e-4)


# In small groups of a steep curve the variance is off by more: deviations from a common mean are correlated.
@pytest.mark.parametrize(
    ("hill", "n", "off"),
    [(0.0, 4, 0.045), (0.0, 10, 0.03), (0.0, 100, 0.03), (0.7, 10, 0.045), (0.7, 100, 0.03)],
)
@pytest.mark.parametrize("omega", [0.3, 0.6, 1.0, 1.5])
def test_quadrature_is_the_average_over_simulated_people(omega, hill, n, off):
    shift = 0.4
    found = predictions(
        model(groups="quadrature", hill=True),
        group(X, n),
        omega=omega,
        logit_emax=2.0,
        log_hill=hill,
        log_ec50_person=np.full(3, shift),
    )
    normals = np.random.default_rng(1).standard_normal((200_000 // n, n))
    deviation = shift / math.sqrt(n) + omega * (normals - normals.mean(axis=1, keepdims=True))
    power = math.exp(hill)
    for i, dose in enumerate(X / 10.0):
        each = 1 / (1 + math.exp(-2.0)) * dose**power / (np.exp(deviation) ** power + dose**power)
        assert found.occupancy[i] == pytest.approx(each.mean(), abs=0.005)
        assert found.between[i] == pytest.approx(each.var(axis=1, ddof=1).mean(), rel=off)


# What docs/models.md prints: omega, points the mean is off by, and the SD's ratio to the true one.
PRINTED = {0.2: (0.2, 0.98, 1.01), 0.4: (0.7, 0.91, 1.04), 0.6: (1.4, 0.81, 1.08), 1.0: (3.5, 0.61, 1.20)}


@pytest.mark.parametrize("omega", PRINTED)
def test_first_order_errors_match_the_documentation(omega):
    doses = 10.0 * np.geomspace(0.1, 30, 25)
    logit = math.log(0.9 / 0.1)
    found = predictions(model(groups="first_order"), group(doses, 1000), omega=omega, logit_emax=logit)
    ec50 = np.exp(omega * stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000))
    people = 0.9 * doses[:, None] / 10.0 / (ec50 + doses[:, None] / 10.0)
    off = 100 * np.abs(found.occupancy - people.mean(axis=1)).max()
    ratio = np.sqrt(found.between) / people.std(axis=1)
    assert (off, ratio.min(), ratio.max()) == pytest.approx(PRINTED[omega], abs=0.06)


@pytest.mark.parametrize("hill", [False, True])
def test_quadrature_of_one_person_is_that_person(hill):
    text, more = model(groups="quadrature", hill=hill), {"omega": 0.8, "log_ec50_person": [0.5, -0.3, 0.1]}
    people = {"drug": "A", "dose": X, "value": 0.5, "level": "subject"}
    alone, grouped = predictions(text, people, **more), predictions(text, group(X, 1), **more)
    plain = predictions(model(groups="first_order", hill=hill), people, **more)
    assert alone.occupancy == pytest.approx(plain.occupancy, rel=1e-13)
    assert grouped.occupancy == pytest.approx(plain.occupancy, rel=1e-13)
    assert grouped.between == pytest.approx(np.zeros(3), abs=1e-15)


def test_quadrature_keeps_the_leading_axes_of_the_draws():
    design = make_design(model(groups="quadrature", top=RIVAL), pd.DataFrame(group(X, rival=1.0)))
    draws = design.draw_prior(np.random.default_rng(0), 6)
    numbers = likelihood.inputs(design)
    whole = likelihood.predict(NUMPY, design, draws, numbers)
    assert [one.shape for one in whole] == [(6, 3), (6, 3)]
    for i in range(6):
        one = likelihood.predict(NUMPY, design, {name: d[i] for name, d in draws.items()}, numbers)
        for of_all, of_one in zip(whole, one, strict=True):
            assert of_all[i] == pytest.approx(of_one, rel=1e-12)


# --- competition --------------------------------------------------------------------------------

UNKNOWN = {"log_ec50": 0.3, "logit_emax": 1.5, "log_hill": 0.4, "omega": 0.5}


@pytest.mark.parametrize("hill", [False, True])
def test_ligands_of_one_ec50_add_up(hill):
    same = {**UNKNOWN, "competitor_log_ec50_rival": 0.3 + math.log(10.0)}
    text = model(top=RIVAL, hill=hill)
    both = predictions(text, group(X, rival=[1.0, 7.0, 20.0]), **same)
    alone = predictions(text, group(X + np.array([1.0, 7.0, 20.0]), rival=0.0), **same)
    assert both.occupancy == pytest.approx(alone.occupancy, rel=1e-12)


@pytest.mark.parametrize("groups", ["first_order", "quadrature"])
@pytest.mark.parametrize("hill", [False, True])
def test_an_absent_competitor_changes_nothing(hill, groups):
    text = model(top=RIVAL, hill=hill, groups=groups)
    doses = np.array([0.0, 3.0, 40.0])
    without = predictions(model(hill=hill, groups=groups), group(doses), **UNKNOWN)
    absent = predictions(text, group(doses, rival=0.0), **UNKNOWN)
    assert absent.occupancy == pytest.approx(without.occupancy, rel=1e-12, abs=1e-15)
    assert absent.between == pytest.approx(without.between, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("hill", [False, True])
def test_the_variance_with_a_competitor_follows_the_numeric_slope(hill):
    text, table = model(top=RIVAL, hill=hill, groups="first_order"), group(X, rival=[0.5, 1.0, 30.0])
    step = 1e-5
    up, down = (predictions(text, table, **{**UNKNOWN, "log_ec50": 0.3 + h}).occupancy for h in (step, -step))
    found = predictions(text, table, **UNKNOWN)
    assert found.between == pytest.approx((0.5 * (up - down) / (2 * step)) ** 2, rel=1e-6)


def test_a_competitor_alone_occupies_too():
    found = predictions(model(top=RIVAL), group([0.0, 0.0], rival=[0.0, 1.0]))
    assert found.occupancy == pytest.approx([0.0, 0.25])


# --- doses known as a range ---------------------------------------------------------------------


def ranged(n=8):
    table = group([np.nan, np.nan], n, drug=["A", "B"])
    return {**table, "dose_low": [5.0, 10.0], "dose_high": [20.0, 30.0]}


@pytest.mark.parametrize("groups", ["", "first_order", "quadrature"])
@pytest.mark.parametrize(("share", "doses"), [(0.0, [5.0, 10.0]), (1.0, [20.0, 30.0])])
def test_all_people_on_one_dose_is_that_dose(groups, share, doses):
    text = model(top=SHARE, groups=groups)
    mixed = predictions(text, ranged(), **UNKNOWN, dose_share=[share, share])
    plain = predictions(text, group(doses, drug=["A", "B"]), **UNKNOWN)
    assert mixed.occupancy == pytest.approx(plain.occupancy, rel=1e-12)
    assert mixed.between == pytest.approx(np.broadcast_to(plain.between, 2), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("groups", ["", "first_order", "quadrature"])
def test_a_mixture_of_doses_has_its_mean_and_total_variance(groups):
    text, share = model(top=SHARE, groups=groups), np.array([0.3, 0.8])
    low, high = (
        predictions(text, group(doses, drug=["A", "B"]), **UNKNOWN) for doses in ([5.0, 10.0], [20.0, 30.0])
    )
    mixed = predictions(text, ranged(), **UNKNOWN, dose_share=share)
    mean = (1 - share) * low.occupancy + share * high.occupancy
    within = (1 - share) * low.between + share * high.between
    squares = (1 - share) * low.occupancy**2 + share * high.occupancy**2
    assert mixed.occupancy == pytest.approx(mean, rel=1e-12)
    assert mixed.between == pytest.approx(within + squares - mean**2, rel=1e-9)


# --- noise --------------------------------------------------------------------------------------


def test_constant_noise_is_one_number_for_all_rows():
    assert np.asarray(predictions(model(), group(X), sigma=0.07).sigma).ravel().tolist() == [0.07]
    assert predictions(model(noise="[noise]\nfixed = 0.05\n"), group(X)).sigma == 0.05


def test_shrinking_noise_follows_its_formula():
    text = model(noise=f"[noise]\nfloor = {HALF}\n")
    found = predictions(text, group(X), sigma=0.12, floor=0.03)
    assert found.sigma == pytest.approx(np.hypot(0.03, 0.12 * (1 - found.occupancy)), rel=1e-12)
    assert np.ptp(found.sigma) > 0.01


def test_separate_noise_depends_on_the_level_of_the_row():
    text = model(noise='[noise]\nseparate = "drug"\n')
    found = predictions(text, group(X, drug=["A", "B", "B"]), sigma_drug=[0.04, 0.09])
    assert found.sigma == pytest.approx([0.04, 0.09, 0.09])


def test_pooled_noise_and_shifts_of_it_are_on_the_log_scale():
    noise = f'[noise.drug]\npooled = {HALF}\n[noise.region]\nfrom = {{ region = "x" }}\nshift = {CENTRE}\n'
    table = group(X, drug=["A", "B", "B"], region=["x", "x", "y"])
    found = predictions(
        model(noise=noise), table, sigma=0.05, log_sigma_drug=[0.2, -0.3], log_sigma_region=[0.5]
    )
    assert found.sigma == pytest.approx(0.05 * np.exp([0.2, -0.3, -0.3 + 0.5]))


@pytest.mark.parametrize("nu", [2.5, 4.0, 30.0])
def test_student_s_t_has_scipy_s_density_and_variance(nu):
    noise = f'[noise]\nfamily = "student"\nnu = {nu}\n'
    assert predictions(model(noise=noise), group(X), sigma=0.1).nu == nu
    values = np.linspace(-0.5, 1.5, 21)
    row = Predicted(np.array(0.6), np.array(0.08), np.array(0.0), nu)
    found = LEVELS["subject"].log_density(NUMPY, {"value": values}, row)
    assert found == pytest.approx(stats.t.logpdf(values, nu, 0.6, 0.08), rel=1e-12)
    assert row.variance == pytest.approx(stats.t.var(nu, scale=0.08), rel=1e-12)


def test_simulated_people_have_the_tails_of_student_s_t():
    many = Predicted(np.full((50_000, 1), 0.6), np.array([0.08]), np.array(0.0), 4.0)
    values = LEVELS["subject"].simulate(np.random.default_rng(2), {}, many)["value"].ravel()
    assert stats.kstest(values, stats.t(4.0, 0.6, 0.08).cdf).pvalue > 1e-3


def test_normal_noise_has_infinitely_many_degrees_of_freedom():
    assert math.isinf(predictions(model(), group(X), sigma=0.1).nu)


# --- covariates ---------------------------------------------------------------------------------


def test_a_covariate_is_linear_on_the_link_scale():
    text = model() + f'[ec50.covariates.age]\ncentre = 40.0\nslope = {CENTRE}\nmissing = "centre"\n'
    table = group(X, age=[30.0, None, 55.0])
    bent = predictions(text, table, log_ec50_age=[0.02])
    for i, shift in enumerate((-0.2, 0.0, 0.3)):
        assert bent.occupancy[i] == pytest.approx(predictions(model(), group(X), log_ec50=shift).occupancy[i])


def test_slopes_by_level_depend_on_the_level_of_the_row():
    text = (
        model()
        + f'[emax.covariates.age]\ncentre = 40.0\nby = "drug"\nslope.A = {CENTRE}\nslope.B = {CENTRE}\n'
    )
    table = group(X, age=[50.0, 50.0, 40.0], drug=["A", "B", "B"])
    found = predictions(text, table, logit_emax_age=[0.1, -0.1]).occupancy
    for i, shift in enumerate((1.0, -1.0, 0.0)):
        assert found[i] == pytest.approx(predictions(model(), group(X), logit_emax=shift).occupancy[i])
