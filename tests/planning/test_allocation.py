"""The best allocation is no worse than any other of the same size, and within the limit."""

from itertools import product

import pytest

from petfit import PetfitError, Settings
from petfit.model.specification import parse_model
from petfit.planning.allocation import _criterion, _exchange, _information, optimise
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
    found = _exchange(gains[:1], [2, 2, 1, 1])
    every = [counts for counts in product(range(7), repeat=4) if sum(counts) == 6]
    assert _criterion(gains[:1], found) == pytest.approx(min(_criterion(gains[:1], c) for c in every))
    assert sum(found) == 6


def test_the_best_allocation_is_simulated_beside_the_balanced_one():
    study = StudyDesign(arms=[ARM], truth=TRUTH)
    result = optimise(study, DOSES, 8, SimulationSettings(parse_model(PLAIN), studies=4, sampler=SAMPLER))
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
    ],
)
def test_what_cannot_be_allocated_is_refused(doses, change, words):
    with pytest.raises(PetfitError, match=words):
        optimise(
            StudyDesign(arms=[ARM]),
            doses,
            **{"people": 4, "settings": SimulationSettings(parse_model(PLAIN)), **change},
        )


def test_a_target_that_emax_never_reaches_is_said():
    study = StudyDesign(arms=[ARM], truth={**TRUTH, "emax": 0.7})
    with pytest.raises(PetfitError, match="under none"):
        optimise(study, [5, 20], 4, SimulationSettings(parse_model(PLAIN)))
