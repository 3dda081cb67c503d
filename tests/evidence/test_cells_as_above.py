"""Cells that stand for the one above."""

import pytest

from tests.evidence.tables import read_content, refusal_of

ROWS = "subject,drug,dose,value\n1,x,10,0.4\n2,{0},{0},0.5\n3,{0},20,0.6\n"


@pytest.mark.parametrize("mark", ['""""', "\N{DITTO MARK}", "ditto", "Same as above", "idem", '",,"', "''"])
def test_a_ditto_mark_is_the_cell_above_and_said(mark):
    evidence = read_content(ROWS.format(mark))
    assert evidence.table["drug"].tolist() == ["x"] * 3
    assert evidence.table["dose"].tolist() == [10, 10, 20]
    assert "drug in line 3, line 4 as above, as the cells say" in evidence.assumptions


def test_a_ditto_mark_below_the_header_is_refused():
    assert "no cell above the first row" in refusal_of("drug,dose,value\nditto,10,0.4\nditto,20,0.5\n")


def test_empty_cells_repeat_the_one_above_where_asked():
    rows = "study,drug,dose,value\ns,x,10,0.4\n,,10,0.5\nt,,20,0.6\n"
    evidence = read_content(rows, fill=["study", "drug"])
    assert evidence.table["study"].tolist() == ["s", "s", "t"]
    assert evidence.table["drug"].tolist() == ["x"] * 3
    assert "drug in line 3, line 4 as above, as asked" in evidence.assumptions
    assert "no cell above the first row" in refusal_of(rows.replace("\ns,", "\n,"), fill=["study"])
    assert "the table has no such column" in refusal_of(rows, fill=["cohort"])


def test_initials_are_no_ditto_marks():
    rows = "subject,drug,dose,value\nAB,x,10,0.4\nID,x,10,0.5\nDO,x,20,0.6\n"
    assert read_content(rows).table["subject"].tolist() == ["AB", "ID", "DO"]
