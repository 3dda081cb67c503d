"""The first-order information is exact where the model is linear, and grows with the number of people."""

import numpy as np
import pytest

from petfit.model.specification import parse_model
from petfit.planning.expected_information import expected_information, row_information
from petfit.planning.planned_study import plan_study
from petfit.planning.study_design import Arm, StudyDesign
from petfit.planning.truth import draw_truths
from tests.helpers import PEOPLE, PLAIN
from tests.plasma_model import MODEL

pytestmark = pytest.mark.slow


def study(n=4, **arm):
    return StudyDesign(arms=[Arm(n=n, drug="A", doses=[5.0, 20.0], **arm)])


def truth_of(design, seed=1):
    return {
        name: values[0] for name, values in draw_truths(design, None, np.random.default_rng(seed), 1).items()
    }


def test_derivatives_are_those_of_the_curve():
    design = plan_study(study(1), parse_model(PLAIN)).design
    truth = truth_of(design)
    coordinates, slopes = row_information(design, truth)
    x, ec50 = design.rows["x"].to_numpy(), np.exp(truth["log_ec50"])
    emax = 1 / (1 + np.exp(-truth["logit_emax"]))
    expected = {
        "log_ec50": -1.5 * emax * x * ec50 / (ec50 + x) ** 2,
        "logit_emax": emax * (1 - emax) * x / (ec50 + x),
    }
    for i, coordinate in enumerate(coordinates):
        assert slopes[:, i] == pytest.approx(expected[coordinate.name] / truth["sigma"], rel=1e-5)


def test_information_adds_up_over_people_and_a_mean_of_n_people_without_differences_equals_them():
    spec = parse_model(PLAIN)
    designs = [plan_study(s, spec).design for s in (study(1), study(6), study(6, level="group"))]
    one, six, group = (expected_information(d, truth_of(designs[0])).rows for d in designs)
    assert six == pytest.approx(6 * one)
    assert group == pytest.approx(six)


def test_the_priors_are_the_information_without_rows():
    information = expected_information(
        plan_study(study(), parse_model(PLAIN)).design,
        truth_of(plan_study(study(), parse_model(PLAIN)).design),
    )
    assert information.matrix - information.rows == pytest.approx(np.eye(2))


def test_the_marginal_information_is_that_of_the_first_order_approximation():
    """Marginal over people, their rows have the covariance of PFIM: sigma^2 + slopes omega^2 slopes'."""
    design = plan_study(study(3), parse_model(PEOPLE)).design
    truth = truth_of(design)
    truth["log_ec50_person"] = np.zeros(3)
    information = expected_information(design, truth)
    names = [coordinate.name for coordinate in information.coordinates]
    fixed = np.array([name != "log_ec50_person" for name in names])
    full = information.matrix
    marginal = full[fixed][:, fixed] - full[fixed][:, ~fixed] @ np.linalg.solve(
        full[~fixed][:, ~fixed], full[~fixed][:, fixed]
    )
    _, slopes = row_information(design, truth)
    j, z = slopes[:, fixed] * truth["sigma"], slopes[:, ~fixed] * truth["sigma"]
    covariance = truth["sigma"] ** 2 * np.eye(len(j)) + z @ z.T
    assert marginal == pytest.approx(j.T @ np.linalg.solve(covariance, j) + np.eye(fixed.sum()), rel=1e-6)


def test_uncertain_kinetics_are_positive_and_tell_less_about_ec50():
    arm = Arm(n=4, drug="A", doses=[10.0], regimen="single", times=[4.0, 24.0])
    known, unknown = (
        parse_model(MODEL.split("[pk.B]")[0].replace("mu = 3.4, sigma = 0.2", f"mu = 3.4, sigma = {sd}"))
        for sd in (0.01, 1.5)
    )
    rng, spread = np.random.default_rng(1), {}
    for name, spec in (("known", known), ("unknown", unknown)):
        design = plan_study(StudyDesign(arms=[arm]), spec).design
        truth = truth_of(design) | {"clearance": np.array([30.0])}
        draws = expected_information(design, truth).posterior_draws(rng, 500)
        assert (draws["clearance"] > 0).all()
        spread[name] = draws["log_ec50"].std()
    assert spread["unknown"] > 1.1 * spread["known"]


def test_posterior_draws_have_the_covariance_of_the_information_and_cover_the_truth():
    design = plan_study(study(4), parse_model(PLAIN)).design
    rng, inside = np.random.default_rng(2), []
    for seed in range(400):
        truth = truth_of(design, seed)
        draws = expected_information(design, truth).posterior_draws(rng, 100)["log_ec50"]
        assert draws.shape == (1, 100)
        inside.append(np.mean(draws < truth["log_ec50"]))
    assert np.mean(inside) == pytest.approx(0.5, abs=0.06)
    assert np.mean((np.array(inside) > 0.05) & (np.array(inside) < 0.95)) == pytest.approx(0.9, abs=0.06)
