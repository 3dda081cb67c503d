import math

import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from petfit import text
from petfit.answers import WHO

positive = st.floats(1e-30, 1e30)


@given(positive)
def test_a_figure_is_within_half_a_unit_of_its_third_digit(value):
    assert float(text.figure(value)) == pytest.approx(value, rel=0.0051)


@given(positive)
def test_a_figure_has_three_digits_that_count_or_four_where_it_rounds_up(value):
    mantissa = text.figure(value).split("e")[0]
    digits = mantissa.replace(".", "").lstrip("0")
    counting = digits if "." in mantissa else digits.rstrip("0")
    assert 1 <= len(counting) <= 3 or float(mantissa) == float(f"{value:.2e}")


@given(positive)
def test_a_negative_figure_is_the_positive_one_with_a_sign(value):
    assert text.figure(-value) == f"-{text.figure(value)}"


FIGURES = {0.0: "0", 39.71: "39.7", 1234.5: "1230", 5.0: "5.00", 0.25: "0.250", 999.6: "1000", 1e7: "1e+07"}


@pytest.mark.parametrize(("value", "words"), [*FIGURES.items(), (math.inf, "not reached"), (math.nan, "-")])
def test_figures_read_as_people_write_them(value, words):
    assert text.figure(value) == words


@given(st.floats(0, 1))
def test_a_percentage_is_within_half_of_its_last_digit(value):
    assert float(text.percent(value).removesuffix(" %")) == pytest.approx(100 * value, abs=0.0501)


@given(st.floats(0, 1))
def test_a_probability_is_never_printed_as_certain(value):
    words = text.probability(value)
    assert words not in ("0.0 %", "100.0 %")
    number = float(words.removesuffix(" %").lstrip("<> "))
    assert number == pytest.approx(100 * value, abs=0.11)


def test_what_is_missing_is_a_dash():
    assert text.percent(math.nan) == text.probability(math.nan) == text.figure(math.nan) == "-"


def test_an_emax_is_in_percent_and_anything_else_a_number():
    assert text.quantity("emax", 0.875) == "87.5 %"
    assert text.quantity("ec50", 0.875) == "0.875"
    assert text.span("emax", 0.5, 0.9) == "50.0 % to 90.0 %"
    assert text.span("ec50", 0.5, math.inf) == "0.500 to not reached"


@pytest.mark.parametrize("who", WHO)
def test_every_caption_says_whose_where_and_which_interval(who):
    said = {"who": who, "at": "midbrain", "interval": "equal-tailed", "prob": 0.5}
    words = text.caption(xr.Dataset(attrs=said))
    assert all(part in words for part in ("midbrain", "50 % equal-tailed interval", "Median"))
    others = {text.caption(xr.Dataset(attrs={**said, "who": other})) for other in WHO}
    assert len(others) == len(WHO)
    assert "; " not in text.caption(xr.Dataset(attrs={**said, "at": ""}))
