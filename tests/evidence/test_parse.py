from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petfit.evidence.parse import parse_number
from petfit.evidence.unit_conversion import scale_number
from tests.evidence.tables import MISSING_NUMBERS, read_content

EN_DASH = "\N{EN DASH}"


@pytest.mark.parametrize("missing", MISSING_NUMBERS)
def test_every_spelling_of_a_missing_number_is_missing(missing):
    evidence = read_content(f"drug,dose,value,sd,time_h\nA,5,0.4,{missing},{missing}\n")
    assert evidence.table[["sd", "time_h"]].isna().all(axis=None)
    assert evidence.table["level"].tolist() == ["subject"]


@pytest.mark.parametrize("text", MISSING_NUMBERS)
def test_text_and_numbers_are_missing_by_the_same_rule(text):
    table = read_content(
        f"drug,dose,value,region,subject\nx,5,0.4,{text},{text}\nx,6,0.5,{text},{text}\n"
    ).table
    assert set(table["region"]) == set(table["subject"]) == {""}


def test_a_typographic_minus_sign_is_a_minus_sign():
    assert read_content("drug,dose,value\nA,5,\N{MINUS SIGN}0.03\n").table["value"].tolist() == [-0.03]


@pytest.mark.parametrize("text", ["1e-400", "1e400", "0x10", "1_0", "1 000", "0.4*", "<0.1", "٪"])
def test_text_outside_the_range_or_format_of_a_number_is_not_a_number(text):
    assert parse_number(text) is None


@given(st.integers(0, 10**60), st.integers(0, 60))
def test_long_numbers_are_rounded_once(digits, places):
    text = str(Decimal(digits).scaleb(-places))
    exact = f"{digits}e-{places}"
    assert parse_number(text) == float(exact)
    assert parse_number(scale_number(text, Fraction(1, 100))) == float(f"{digits}e-{places + 2}")


@given(st.floats(-1e6, 1e6))
def test_a_number_is_read_to_the_last_bit(value):
    assert parse_number(repr(value)) == value


@given(
    st.one_of(
        st.text(max_size=12),
        st.from_regex(r"[-+]?[0-9]{0,3}\.?[0-9]{0,3}([eE][-+]?[0-9]{1,9})?", fullmatch=True),
    )
)
def test_any_text_is_a_number_or_none(text):
    value = parse_number(text)
    assert value is None or isinstance(value, float)


@pytest.mark.parametrize("missing", ["", "n/a", "N/A", "NA", "nan", "NaN"])
def test_a_missing_number_does_not_change_the_level(missing):
    evidence = read_content(f"drug,dose,value,sd,n\nA,5,0.4,{missing},{missing}\n")
    assert evidence.table["level"].tolist() == ["subject"]
