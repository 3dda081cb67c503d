import math

import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from petfit.results import formatting

positive = st.floats(1e-30, 1e30)


@given(positive)
def test_numbers_are_rounded_to_three_digits(value):
    assert float(formatting.number(value)) == pytest.approx(value, rel=0.0051)


@given(positive)
def test_numbers_have_three_significant_digits(value):
    mantissa = formatting.number(value).split("e")[0]
    digits = mantissa.replace(".", "").lstrip("0")
    counting = digits if "." in mantissa else digits.rstrip("0")
    assert 1 <= len(counting) <= 3 or float(mantissa) == float(f"{value:.2e}")


@given(positive)
def test_negative_numbers_have_a_minus_sign(value):
    assert formatting.number(-value) == f"-{formatting.number(value)}"


NUMBERS = {0.0: "0", 39.71: "39.7", 1234.5: "1230", 5.0: "5.00", 0.25: "0.250", 999.6: "1000", 1e7: "1e+07"}


@pytest.mark.parametrize(("value", "words"), [*NUMBERS.items(), (math.inf, "not reached"), (math.nan, "-")])
def test_examples_of_numbers(value, words):
    assert formatting.number(value) == words


@given(st.floats(0, 1))
def test_percentages_are_rounded_to_one_decimal(value):
    assert float(formatting.percent(value).removesuffix(" %")) == pytest.approx(100 * value, abs=0.0501)


@given(st.floats(0, 1))
def test_probabilities_are_never_0_or_1(value):
    words = formatting.probability(value)
    assert words not in ("0.0 %", "100.0 %")
    number = float(words.removesuffix(" %").lstrip("<> "))
    assert number == pytest.approx(100 * value, abs=0.11)


def test_nan_is_a_dash():
    assert (
        formatting.percent(math.nan) == formatting.probability(math.nan) == formatting.number(math.nan) == "-"
    )


def test_emax_is_in_percent():
    assert formatting.parameter_value("emax", 0.875) == "87.5 %"
    assert formatting.parameter_value("ec50", 0.875) == "0.875"
    assert formatting.interval("emax", 0.5, 0.9) == "50.0 % to 90.0 %"
    assert formatting.interval("ec50", 0.5, math.inf) == "0.500 to not reached"


def test_captions_hold_population_conditions_and_interval():
    attrs = {"population": "a new person", "at": "midbrain", "interval": "equal-tailed", "prob": 0.5}
    words = formatting.caption(xr.Dataset(attrs=attrs))
    assert all(part in words for part in ("a new person", "midbrain", "50 % equal-tailed interval", "Median"))
    assert "; " not in formatting.caption(xr.Dataset(attrs={**attrs, "at": ""}))
