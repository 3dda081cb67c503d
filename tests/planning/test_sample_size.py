"""The size of a study: scaled arms, a bracket by the quick look, and simulated studies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petfit import PetfitError, Settings
from petfit.model.specification import parse_model
from petfit.planning.evaluation import SimulationSettings
from petfit.planning.question import Question
from petfit.planning.sample_size import _bisect, _search, sample_size, scaled_to
from petfit.planning.study_design import Arm, StudyDesign
from tests.helpers import PLAIN

pytestmark = pytest.mark.slow

SAMPLER = Settings(draws=200, tune=200, chains=2, cores=1, target_accept=0.8)
TRUTH = {"ec50": 10.0, "emax": 0.95, "sigma": 0.05}


def study(*counts):
    doses = (3.0, 20.0, 100.0)
    arms = [Arm(n=n, drug="A", doses=[dose]) for n, dose in zip(counts, doses, strict=False)]
    return StudyDesign(arms=arms, truth=TRUTH)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(3, 200))
def test_scaled_arms_add_up_and_keep_their_proportions(counts, n):
    scaled = scaled_to(study(*counts), n)
    assert scaled.n == n
    for arm, count in zip(scaled.arms, counts, strict=True):
        assert abs(arm.n - n * count / sum(counts)) <= len(counts)


@given(st.integers(1, 60), st.integers(1, 60))
def test_the_searches_find_the_smallest_number_that_is_enough(least, start):
    def enough(n):
        return n >= least

    assert _bisect(1, 60, enough) == least
    found = _search(start, 1, 60, enough)
    assert found is None or found >= least
    if abs(start - least) <= 3:
        assert found is not None
        assert found - least <= max(2, least // 10)


def test_the_size_is_precise_with_the_assurance_and_grows_with_the_precision_asked_for():
    sizes = {}
    for ratio in (2.2, 1.7):
        size = sample_size(
            study(1, 1, 1),
            SimulationSettings(parse_model(PLAIN), studies=6, sampler=SAMPLER),
            Question(ratio=ratio),
            quantity="ec50",
            assurance=0.7,
            max_people=24,
        )
        reached = size.tried[(size.tried["method"] == "simulated") & (size.tried["n"] == size.n)]
        assert reached["estimate"].item() >= 0.7
        assert size.evaluation.study.n == size.n
        sizes[ratio] = size.n
    assert sizes[1.7] > sizes[2.2]


def test_a_precision_that_no_study_reaches_is_said():
    settings = SimulationSettings(parse_model(PLAIN), studies=4, sampler=SAMPLER)
    size = sample_size(study(1, 1), settings, Question(ratio=1.001), max_people=4)
    assert (size.n, size.quick_n, size.evaluation) == (None, None, None)


def test_the_size_is_bounded_by_scans_where_people_are_scanned_twice():
    arms = [Arm(n=1, drug="A", doses=[5.0, 40.0]), Arm(n=1, drug="A", doses=[40.0])]
    settings = SimulationSettings(parse_model(PLAIN), studies=4, sampler=SAMPLER)
    size = sample_size(StudyDesign(arms=arms, truth=TRUTH), settings, Question(ratio=1.001), max_scans=10)
    assert (size.n, size.tried["n"].max(), size.tried["scans"].max()) == (None, 6, 9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"max_scans": 2}, "max_scans must be 3 or more"),
        ({"assurance": 1.0}, "assurance"),
        ({"quantity": "emax"}, "quantity must be"),
        ({"max_people": 2}, "max_people must be 3 or more"),
    ],
)
def test_what_means_nothing_is_refused(change, words):
    with pytest.raises(PetfitError, match=words):
        sample_size(study(1, 1, 1), SimulationSettings(parse_model(PLAIN)), **change)
