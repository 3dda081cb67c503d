"""Footnote marks on numbers."""

import pytest

from tests.evidence.tables import read_content, refusal_of

ROWS = "drug,dose,occupancy (%),n\nA,10,{},6\nA,20,60,6\n"


@pytest.mark.parametrize("mark", ["*", "**", "\N{DAGGER}", " #", "\N{MODIFIER LETTER SMALL A}"])
def test_a_mark_is_left_out_and_said(mark):
    evidence = read_content(ROWS.format(f"45{mark}"))
    assert evidence.table["value"].tolist() == [0.45, 0.60]
    assert f"footnote marks left out: occupancy (%) (45{mark})" in evidence.assumptions


@pytest.mark.parametrize("mark", ["a", "\N{SUPERSCRIPT TWO}"])
def test_what_may_be_a_unit_or_an_exponent_is_asked_about(mark):
    assert "45" in refusal_of(ROWS.format(f"45{mark}"))


def test_a_mark_after_a_decimal_comma_is_left_out():
    rows = ROWS.replace(",", ";").format("45,5*").replace("60", "60,5")
    assert read_content(rows).table["value"].tolist() == [0.455, 0.605]
