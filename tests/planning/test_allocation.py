"""The best allocation is no worse than any other of the same size, and within the limit."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petfit import PetfitError, Settings
from petfit.model.specification import parse_model
from petfit.planning.allocation import _Budget, _exchange, _information, _labels, optimise
from petfit.planning.evaluation import SimulationSettings
from petfit.planning.next_person import with_doses
from petfit.planning.planned_study import plan_study
from petfit.planning.question import Question
from petfit.planning.study_design import Arm, StudyDesign
from tests.helpers import PEOPLE, PLAIN

pytestmark = pytest.mark.slow

SAMPLER = Settings(draws=200, tune=200, chains=2, cores=1, target_accept=0.8)
TRUTH = {"ec50": 10.0, "emax": 0.92, "sigma": 0.05}
ARM = Arm(n=1, drug="A", doses=[5.0])
DOSES = [3.0, 15.0, 60.0, 150.0]


def test_the_exchange_finds_the_best_of_all_allocations():
    arms = [with_doses(ARM, [dose]) for dose in DOSES]
    planned = plan_study(StudyDesign(arms=arms, truth={**TRUTH, "omega": 0.3}), parse_model(PEOPLE))
    gains, not_reached = _information(planned, Question(), 1)
    assert not_reached == 0.0
    found = _exchange(gains, [2, 2, 1, 1], _Budget([1] * 4, people=6, scans=None))
    every = [counts for counts in product(range(7), repeat=4) if sum(counts) == 6]
    best = min(gains.log_variance(counts) for counts in every)
    assert gains.log_variance(found) == pytest.approx(best)
    assert sum(found) == 6


@given(
    st.lists(st.integers(1, 4), min_size=2, max_size=3),
    st.none() | st.integers(1, 8),
    st.integers(4, 20),
)
def test_no_allocation_exceeds_the_budget(scans_of_arms, people, scans):
    budget = _Budget(scans_of_arms, people, scans)
    balanced = budget.balanced()
    assert sum(balanced) > 0
    for counts in (balanced, *budget.neighbours(balanced)):
        assert sum(n * each for n, each in zip(counts, scans_of_arms, strict=True)) <= scans
        assert people is None or sum(counts) <= people
        assert min(counts) >= 0


def test_arms_with_more_scans_are_chosen_where_people_are_few_and_not_where_scans_are():
    """A person is scanned once or twice, and a second scan tells less than another person."""
    arms = [Arm(n=1, drug="A", doses=doses) for doses in ([3.0], [60.0], [3.0, 60.0])]
    study = StudyDesign(arms=arms, truth={**TRUTH, "omega": 0.3})
    planned = plan_study(study, parse_model(PEOPLE))
    gains, _ = _information(planned, Question(), 1)
    few_people, few_scans = _Budget([1, 1, 2], 6, None), _Budget([1, 1, 2], None, 6)
    assert _exchange(gains, few_people.balanced(), few_people) == [0, 0, 6]
    found = _exchange(gains, few_scans.balanced(), few_scans)
    assert found[0] + found[1] + 2 * found[2] == 6
    assert gains.log_variance(found) <= gains.log_variance([0, 0, 3])


def test_the_best_allocation_is_simulated_beside_the_balanced_one():
    study = StudyDesign(arms=[ARM], truth=TRUTH)
    settings = SimulationSettings(parse_model(PLAIN), studies=4, sampler=SAMPLER)
    result = optimise(study, settings, doses=DOSES, people=8)
    assert result.counts["best"].sum() == result.counts["balanced"].sum() == 8
    assert result.efficiency > 1.0
    assert result.study.n == 8
    assert result.evaluation.n_studies == result.balanced.n_studies == 4


@pytest.mark.parametrize(
    ("doses", "change", "words"),
    [
        ([5, 200], {"max_dose": 100.0}, "200 is above the limit, 100"),
        ([5], {}, "two or more"),
        ([0, 5], {}, "0 is no dose"),
        ([5, 20], {"people": 0}, "people must be 1 or more"),
        ([5, 20], {"people": None}, "give the number of people, or of scans"),
        ([5, 20], {"scans": 0}, "scans: 0 are not enough"),
        (None, {}, "two arms or more"),
    ],
)
def test_what_cannot_be_allocated_is_refused(doses, change, words):
    settings = SimulationSettings(parse_model(PLAIN))
    with pytest.raises(PetfitError, match=words):
        optimise(StudyDesign(arms=[ARM]), settings, doses=doses, **{"people": 4, **change})


def test_arms_of_the_same_doses_are_told_apart():
    arms = [Arm(n=1, drug="A", doses=[5.0], times=times) for times in ([4.0], [4.0, 24.0])]
    assert _labels(StudyDesign(arms=arms)) == ["5 (arm 1)", "5 (arm 2)"]
    assert _labels(StudyDesign(arms=[ARM, Arm(n=1, drug="A", doses=[0.0, 5.0], level="scan")])) == [
        "5",
        "0; 5",
    ]


def test_an_arm_above_the_limit_is_refused():
    arms = [Arm(n=1, drug="A", doses=doses) for doses in ([5.0], [5.0, 50.0])]
    with pytest.raises(PetfitError, match="50 is above the limit, 20"):
        optimise(StudyDesign(arms=arms), SimulationSettings(parse_model(PLAIN)), scans=8, max_dose=20.0)


def test_a_target_that_emax_never_reaches_is_said():
    study = StudyDesign(arms=[ARM], truth={**TRUTH, "emax": 0.7})
    with pytest.raises(PetfitError, match="under none"):
        optimise(study, SimulationSettings(parse_model(PLAIN)), doses=[5, 20], people=4)
