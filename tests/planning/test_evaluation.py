"""What a study will tell: simulated and by expected information, with Monte Carlo errors."""

import numpy as np
import pandas as pd
import pytest

from petfit import PetfitError, Settings
from petfit.model.specification import parse_model
from petfit.planning.evaluation import SimulationSettings, evaluate
from petfit.planning.question import Question
from petfit.planning.study_design import Arm, StudyDesign
from tests.helpers import PLAIN
from tests.plasma_model import MODEL

SAMPLER = Settings(draws=200, tune=200, chains=2, cores=1, target_accept=0.8)
SPEC = parse_model(PLAIN)
TRUTH = {"ec50": 10.0, "emax": 0.95, "sigma": 0.05}


def study(n):
    arms = [Arm(n=n, drug="A", doses=[dose]) for dose in (3.0, 20.0, 100.0)]
    return StudyDesign(arms=arms, truth=TRUTH, strengths=[20.0, 50.0, 80.0])


@pytest.fixture(scope="module")
def small():
    return evaluate(study(2), SimulationSettings(SPEC, studies=24, sampler=SAMPLER))


@pytest.fixture(scope="module")
def large():
    question = Question(window=(0.5, 0.7))
    return evaluate(study(16), SimulationSettings(SPEC, studies=24, sampler=SAMPLER), question)


def value(evaluation, quantity, measure):
    row = evaluation.frame.set_index(["quantity", "measure"]).loc[(quantity, measure)]
    return row["estimate"], row["mcse"], row["quick_estimate"], row["quick_mcse"]


def test_more_people_give_narrower_intervals_by_both_ways(small, large):
    for i in (0, 2):
        wide, narrow = (value(e, "ec50", "median ratio")[i] for e in (small, large))
        assert 1 < narrow < wide
        # The width falls with the square root of the number of people, where the priors say little.
        assert np.log(wide) / np.log(narrow) == pytest.approx(np.sqrt(8), rel=0.3)


def test_both_ways_agree_where_there_are_many_people(large):
    simulated, error, quick, quick_error = value(large, "ec50", "median ratio")
    assert abs(quick - simulated) < 4 * np.hypot(error, quick_error)


def test_the_quick_look_is_of_the_same_size_for_the_dose_which_is_less_linear(large):
    simulated, _, quick, _ = value(large, "dose", "median ratio")
    assert 0.5 < np.log(quick) / np.log(simulated) < 2


def test_intervals_cover_the_truth(small, large):
    for evaluation in (small, large):
        coverage, error, quick, _ = value(evaluation, "ec50", "coverage")
        assert coverage > 0.95 - 4 * error
        assert quick > 0.95 - 4 * error


def test_stated_truth_is_that_of_every_study_and_the_right_strength_follows_from_it(large):
    assert large.simulated["ec50"].to_numpy() == pytest.approx(10.0)
    assert large.simulated["dose"].to_numpy() == pytest.approx(10.0 * 0.8 / 0.15)  # 53: the right one is 80
    assert value(large, "study", "P(bracketed)")[0] == 1.0
    assert value(large, "study", "P(right strength)")[0] > 0.5


def test_the_doses_of_a_window_are_measured_and_a_dose_nearer_to_emax_is_known_less_well(large):
    assert large.simulated["lower_dose"].to_numpy() == pytest.approx(10.0 * 0.5 / 0.45)
    assert large.simulated["upper_dose"].to_numpy() == pytest.approx(10.0 * 0.7 / 0.25)
    assert 1 < value(large, "upper_dose", "median ratio")[0] < value(large, "dose", "median ratio")[0]


def test_the_same_seed_gives_the_same_studies_and_another_seed_others():
    first, again, other = (
        evaluate(study(1), SimulationSettings(SPEC, studies=2, sampler=SAMPLER, seed=seed))
        for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert not first.simulated.equals(other.simulated)


def test_a_given_fit_narrows_the_truth_and_the_intervals(plain_fit):
    """The planned study adds to thirty people, and the true EC50 lies where they say."""
    arms = StudyDesign(arms=[Arm(n=1, drug="A", doses=[10.0])])
    evaluation = evaluate(arms, SimulationSettings(given=plain_fit, studies=4, sampler=SAMPLER))
    low, high = np.quantile(plain_fit.ec50_draws(), [0.0, 1.0])
    assert evaluation.simulated["ec50"].between(low, high).all()
    before = plain_fit.ec50()
    ratio_before = float(before["high"][0] / before["low"][0])
    assert value(evaluation, "ec50", "median ratio")[0] < 1.25 * ratio_before


def test_a_study_of_a_model_with_kinetics_is_simulated_at_its_scan_times():
    spec = parse_model(MODEL.split("[pk.B]")[0])
    arm = Arm(n=3, drug="A", doses=[10.0, 40.0], regimen="single", times=[4.0, 24.0])
    evaluation = evaluate(StudyDesign(arms=[arm]), SimulationSettings(spec, studies=2, sampler=SAMPLER))
    assert evaluation.failed == 0
    assert (evaluation.simulated["ec50_high"] > evaluation.simulated["ec50_low"]).all()


def test_a_single_study_is_too_few():
    with pytest.raises(PetfitError, match="studies must be 2 or more"):
        SimulationSettings(studies=1)
