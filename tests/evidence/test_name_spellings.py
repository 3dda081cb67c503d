"""Names that may be two spellings of one."""

from itertools import combinations

import pytest

from petfit.evidence.name_spellings import _alike
from petfit.evidence.spelling import is_one_letter_apart
from tests.evidence.tables import read_content, refusal_of

ROWS = "subject,drug,dose,value\n{},x,10,0.5\n{},x,20,0.6\n"


@pytest.mark.parametrize("pair", [("S1*", "S1"), ("S1†", "S1"), ("S1", "s1 *")])
def test_subjects_that_differ_in_marks_are_asked_about(pair):
    assert "footnote marks" in refusal_of(ROWS.format(*pair))


@pytest.mark.parametrize("pair", [("1", "10"), ("100", "1"), ("S1", "S11"), ("A0", "A")])
def test_subjects_of_other_numbers_are_two(pair):
    assert len(read_content(ROWS.format(*pair)).table) == 2


@pytest.mark.parametrize("pair", [("1", "01"), ("S001", "S1"), ("p-01", "P1")])
def test_subjects_that_differ_in_leading_zeros_are_asked_about(pair):
    assert "Write one name if they are one subject" in refusal_of(ROWS.format(*pair))


def test_a_nuclide_behind_its_element_is_the_same():
    table = read_content(
        "drug,dose,value,tracer\nx,1,0.5,[11C]DASB\nx,2,0.6,C-11 DASB\nx,3,0.7,[C-11]DASB\n"
    ).table
    assert table["tracer"].nunique() == 1


def test_drugs_that_differ_in_a_footnote_mark_are_asked_about():
    text = "drug,dose,value\nx*,10,0.5\nx,20,0.6\n"
    assert "only in a footnote mark" in refusal_of(text)


def test_no_pair_of_names_a_letter_apart_is_missed():
    names = ["sertraline", "sertralin", "setraline", "sertarline", "sertralime", "paroxetine", "par0xetine"]
    alike = set(_alike(names))
    for pair in combinations(names, 2):
        assert pair in alike or not is_one_letter_apart(*pair)


def test_a_tracer_with_and_without_its_nuclide_is_asked_about():
    rows = "drug,tracer,dose,value\nx,[11C]DASB,10,0.4\nx,{},20,0.5\n"
    assert "without its nuclide" in refusal_of(rows.format("DASB"))
    assert len(read_content(rows.format("[18F]DASB")).table) == 2
