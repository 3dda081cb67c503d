import pytest

from petfit import PetfitError
from petfit.planning.question import Question


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ratio": 1.0}, "ratio must be above 1"),
        ({"occupancy": 80}, "Did you mean 0.8"),
        ({"prob": 0.0}, "prob"),
    ],
)
def test_a_question_that_means_nothing_is_refused(change, words):
    with pytest.raises(PetfitError, match=words):
        Question(**change)
