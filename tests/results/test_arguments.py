import math

import pytest

from petfit.errors import PetfitError
from petfit.results.arguments import as_list, read_number


def test_one_number_and_several_are_a_list():
    assert as_list(0.8) == [0.8]
    assert as_list([1, 2]) == [1.0, 2.0]
    with pytest.raises(PetfitError, match="a number or several are needed, not 'ten'"):
        as_list("ten")


@pytest.mark.parametrize(
    ("value", "limits", "expected"),
    [
        ("12", {}, 12.0),
        (0, {"at_least": 0.0}, 0.0),
        ("inf", {"at_least": 1.0, "may_be_infinite": True}, math.inf),
    ],
)
def test_a_number_is_read_from_text(value, limits, expected):
    assert read_number("every", value, **limits) == expected


@pytest.mark.parametrize(
    ("value", "limits", "message"),
    [
        ("often", {}, "every must be a number, not 'often'"),
        ("nan", {}, "every must be a number, not 'nan'"),
        ("inf", {}, "every must be a number, not 'inf'"),
        (0, {"above": 0.0}, "every must be a number, above 0, not 0"),
        (-1, {"at_least": 0.0}, "every must be a number, 0 or more, not -1"),
    ],
)
def test_what_is_not_such_a_number_is_refused(value, limits, message):
    with pytest.raises(PetfitError, match=message):
        read_number("every", value, **limits)
