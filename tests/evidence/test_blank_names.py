"""Names in the first of several rows only."""

import pytest

from tests.evidence.tables import read_content, refusal_of

ROWS = "{},drug,dose,value,sd,n\n{},x,10,0.4,,\n{},x,20,0.5,,\n{},x,30,0.6,,\n{},x,40,0.7,,\n"


@pytest.mark.parametrize("column", ["study", "cohort", "subject", "region", "tracer"])
@pytest.mark.parametrize("names", [("A", "", "B", ""), ("A", "", "", "")])
def test_a_name_in_the_first_of_several_rows_is_asked_for_in_the_others(column, names):
    text = ROWS.format(column, *names)
    refusal = refusal_of(text)
    assert "in the first of several rows only" in refusal
    assert f"add --fill {column}" in refusal
    last = "B" if "B" in names else "A"
    assert read_content(text, fill=[column]).table[column].tolist() == ["A", "A", last, last]


def test_people_without_a_name_below_those_with_one_are_other_people():
    assert len(read_content(ROWS.format("subject", "A", "B", "", "")).table) == 4


@pytest.mark.parametrize(
    "names",
    [("", "", "", ""), ("A", "A", "B", "B"), ("A", "B", "C", "D"), ("", "A", "", "B"), ("A", "", "A", "")],
)
def test_other_columns_of_names_are_read(names):
    assert len(read_content(ROWS.format("cohort", *names)).table) == 4


def test_a_group_is_not_asked_for_a_subject():
    text = "subject,drug,dose,value,n\nS1,x,10,0.4,1\n,x,20,0.5,6\n,x,30,0.6,7\nS2,x,10,0.4,1\n"
    assert len(read_content(text).table) == 4


def test_blank_names_of_a_wide_table_are_asked_for():
    text = "study,drug,dose,putamen,caudate\nA,x,10,0.4,0.5\n,x,20,0.5,0.6\n,x,30,0.5,0.6\n"
    assert "in the first of several rows only" in refusal_of(text, wide="region")


def test_doses_side_by_side_are_read_by_the_option_named():
    text = "subject,drug,Occ 10 mg (%),Occ 20 mg (%)\n1,x,40,50\n2,x,30,45\n"
    assert "--wide dose" in refusal_of(text)
    assert read_content(text, wide="dose").table["dose"].tolist() == [10, 20, 10, 20]


def test_a_column_n_that_counts_the_rows_is_asked_about():
    text = "N,drug,dose,value\n1,x,5,0.3\n2,x,10,0.4\n3,x,20,0.5\n"
    assert '--columns "subject=N"' in refusal_of(text)
    assert read_content(text, columns={"subject": "N"}).table["subject"].tolist() == ["1", "2", "3"]
    assert read_content(text, constants={"level": "group"}).table["n"].tolist() == [1, 2, 3]
    assert read_content(text.replace("\n3,", "\n4,")).table["n"].tolist() == [1, 2, 4]


def test_a_table_without_rows_is_refused():
    assert "not one row" in refusal_of("subject,drug,dose,value\n")
