import math

import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from petfit.results import formatting
from petfit.results.curve_draws import PREDICT_FOR

positive = st.floats(1e-30, 1e30)


@given(positive)
def test_a_figure_is_within_half_a_unit_of_its_third_digit(value):
    assert float(formatting.number(value)) == pytest.approx(value, rel=0.0051)


@given(positive)
def test_a_figure_has_three_digits_that_count_or_four_where_it_rounds_up(value):
    mantissa = formatting.number(value).split("e")[0]
    digits = mantissa.replace(".", "").lstrip("0")
    counting = digits if "." in mantissa else digits.rstrip("0")
    assert 1 <= len(counting) <= 3 or float(mantissa) == float(f"{value:.2e}")


@given(positive)
def test_a_negative_figure_is_the_positive_one_with_a_sign(value):
    assert formatting.number(-value) == f"-{formatting.number(value)}"


FIGURES = {0.0: "0", 39.71: "39.7", 1234.5: "1230", 5.0: "5.00", 0.25: "0.250", 999.6: "1000", 1e7: "1e+07"}


@pytest.mark.parametrize(("value", "words"), [*FIGURES.items(), (math.inf, "not reached"), (math.nan, "-")])
def test_figures_read_as_people_write_them(value, words):
    assert formatting.number(value) == words


@given(st.floats(0, 1))
def test_a_percentage_is_within_half_of_its_last_digit(value):
    assert float(formatting.percent(value).removesuffix(" %")) == pytest.approx(100 * value, abs=0.0501)


@given(st.floats(0, 1))
def test_a_probability_is_never_printed_as_certain(value):
    words = formatting.probability(value)
    assert words not in ("0.0 %", "100.0 %")
    number = float(words.removesuffix(" %").lstrip("<> "))
    assert number == pytest.approx(100 * value, abs=0.11)


def test_what_is_missing_is_a_dash():
    assert (
        formatting.percent(math.nan) == formatting.probability(math.nan) == formatting.number(math.nan) == "-"
    )


def test_an_emax_is_in_percent_and_anything_else_a_number():
    assert formatting.parameter_value("emax", 0.875) == "87.5 %"
    assert formatting.parameter_value("ec50", 0.875) == "0.875"
    assert formatting.interval("emax", 0.5, 0.9) == "50.0 % to 90.0 %"
    assert formatting.interval("ec50", 0.5, math.inf) == "0.500 to not reached"


@pytest.mark.parametrize("predict_for", PREDICT_FOR)
def test_every_caption_says_whose_where_and_which_interval(predict_for):
    said = {"predict_for": predict_for, "at": "midbrain", "interval": "equal-tailed", "prob": 0.5}
    words = formatting.caption(xr.Dataset(attrs=said))
    assert all(part in words for part in ("midbrain", "50 % equal-tailed interval", "Median"))
    others = {formatting.caption(xr.Dataset(attrs={**said, "predict_for": other})) for other in PREDICT_FOR}
    assert len(others) == len(PREDICT_FOR)
    assert "; " not in formatting.caption(xr.Dataset(attrs={**said, "at": ""}))
