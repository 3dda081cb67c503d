"""Rows that are the same."""

from tests.evidence.tables import read_content, refusal_of

TIED = "drug,dose,value\n" + "".join(f"A,5,{value}\n" for value in (0.40, 0.44, 0.40, 0.47, 0.51))


def test_two_people_without_a_name_can_have_one_value():
    evidence = read_content(TIED)
    assert evidence.table["value"].tolist() == [0.40, 0.44, 0.40, 0.47, 0.51]
    assert "line 2 and line 4 are the same, without a subject: two people" in evidence.assumptions


def test_copied_rows_are_refused():
    assert "the same row as line 2" in refusal_of(TIED + TIED.partition("\n")[2])
    groups = (
        TIED.replace("value\n", "value,n\n").replace("\nA", ",6\nA").replace(",n,6", ",n").rstrip() + ",6\n"
    )
    assert "the same row as line 2" in refusal_of(groups)
