"""People with rows in two cohorts or at several doses."""

import pytest

from tests.evidence.tables import read_content, refusal_of

ROWS = "study,cohort,subject,drug,dose,value\n{},A,1,x,10,0.5\n{},B,{},x,20,0.6\n"


def test_a_subject_of_two_cohorts_is_asked_about():
    assert "Write names such as A-1 and B-1" in refusal_of(ROWS.format("s", "s", "1"))


@pytest.mark.parametrize("cells", [("s", "s", "2"), ("s", "t", "1")])
def test_subjects_of_one_cohort_each_are_read(cells):
    assert len(read_content(ROWS.format(*cells)).table) == 2


def test_people_with_several_doses_are_said():
    rows = "subject,drug,dose,value\n1,x,5,0.3\n1,x,10,0.5\n2,x,5,0.3\n2,x,5.0,0.4\n"
    sentence = "1 subject has rows at several doses, such as 1 at 5 and 10: each is one person"
    assert sentence in read_content(rows).assumptions


def test_repeated_measurements_are_said_unless_a_column_tells_them_apart():
    rows = "subject,drug,dose,value\n1,x,5,0.3\n2,x,5,0.3\n2,x,5.0,0.4\n2,x,5,0.5\n"
    sentence = "line 3 and line 4 differ in the result alone: repeated measurements of one person"
    assert f"{sentence}, and 1 more such pair" in read_content(rows).assumptions
    apart = "subject,drug,dose,session,value\n2,x,5,1,0.3\n2,x,5,2,0.4\n"
    assert not [note for note in read_content(apart).assumptions if "result alone" in note]
