import pytest

from tests.evidence.tables import read_content

GROUPS = "study,cohort,drug,dose,level,value,sd,n\nS,men,A,5,group,.45,.1,6\nS,women,A,5,group,.5,.1,6\n"
PEOPLE = "study,subject,drug,dose,value\n" + "".join(
    f"{study},{name},A,{dose},{value}\n"
    for study in ("S", "T")
    for name, dose, value in ((f"{study}1", 5, 0.451), (f"{study}2", 10, 0.552), (f"{study}3", 20, 0.653))
)


def notes(text):
    return [note for note in read_content(text).assumptions if "count twice" in note]


@pytest.mark.parametrize(
    ("row", "is_pool"),
    [
        ("S,all,A,5,group,.48,.1,12\n", True),
        ("T,,A,5,group,.48,.1,12\n", True),
        ("S,all,A,10,group,.48,.1,12\n", False),
        ("S,old,A,5,group,.6,.1,12\n", False),
    ],
)
def test_a_group_whose_n_and_mean_are_those_of_others_together_is_said(row, is_pool):
    assert len(notes(GROUPS + row)) == is_pool
    if is_pool:
        assert notes(GROUPS + row)[0].startswith("line 4 seems to pool line 2 and line 3")


def test_two_studies_with_the_same_numbers_are_said():
    assert notes(PEOPLE)[0].startswith("S and T have 3 equal values")
    assert notes(PEOPLE.replace("T,T3,A,20,0.653", "T,T3,A,20,0.654")) == []
