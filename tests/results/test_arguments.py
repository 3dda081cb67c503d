import math

import numpy as np
import pandas as pd
import pytest

from petfit import compare
from petfit.errors import PetfitError
from petfit.results.arguments import as_conditions, as_list, read_number


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (0.8, [0.8]),
        ([1, 2], [1.0, 2.0]),
        (np.float32(0.5), [0.5]),
        (np.array(0.8), [0.8]),
        (pd.Series([0.5, 0.8], index=[7, 9]), [0.5, 0.8]),
        ((tenths / 10 for tenths in (5, 8)), [0.5, 0.8]),
    ],
)
def test_one_number_and_several_are_a_list(values, expected):
    assert as_list(values, "dose") == expected


@pytest.mark.parametrize("values", ["ten", "0.8", None, True, [], {"A": 5}, [[1, 2]], [5, None]])
def test_what_is_no_list_of_numbers_is_refused_by_the_name_of_the_argument(values):
    with pytest.raises(PetfitError, match=r"^dose must be a number or a list of numbers, not"):
        as_list(values, "dose")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda fit: fit.ec50(prob="0.95"), "prob must be a number between 0 and 1, not '0.95'"),
        (lambda fit: fit.ec50(None), "predict_for must be one of"),
        (lambda fit: fit.ec50(at="striatum"), "at must be a dict"),
        (lambda fit: fit.ec50(at={"drug": "A"}), r"take \.sel"),
        (lambda fit: fit.draws([0.5, 0.8]), "occupancy must be a number between"),
        (lambda fit: fit.summary([0.5, 0.8]), "occupancy must be a number between"),
        (lambda fit: fit.contrasts([0.5, 0.8]), "occupancy must be a number between"),
        (lambda fit: fit.window(0.6, 0.8, []), "dose must be a number or"),
        (lambda fit: fit.equivalent_dose(["A"], 5), "the fit has no drug"),
        (lambda fit: fit.group("posteriors"), "Did you mean 'posterior'"),
        (lambda fit: fit.plot_curves(80), "Did you mean 0.8"),
        (lambda fit: fit.plot_forest(80), "Did you mean 0.8"),
        (lambda fit: fit.plot_curves(window=(65, 80)), "Did you mean 0.65"),
        (lambda fit: fit.plot_curves(window=0.8), "window must be two occupancies"),
        (lambda fit: fit.plot_curves(drugs=[]), "name one or more of"),
        (lambda fit: fit.methods(window=0.8), "window must be two occupancies"),
        (lambda fit: fit.save(None), "a file is named by a path, not None"),
        (lambda fit: compare({"a": fit, "b": "fit.nc"}), "b is not a fit"),
    ],
)
def test_a_wrong_argument_of_an_answer_is_named(prior_fit, ask, message):
    with pytest.raises(PetfitError, match=message):
        ask(prior_fit)


def test_one_drug_and_a_series_of_conditions_are_taken(prior_fit):
    assert len(prior_fit.plot_curves(drugs="A")) == 1
    assert as_conditions(pd.Series({"region": "midbrain"})) == {"region": "midbrain"}


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
