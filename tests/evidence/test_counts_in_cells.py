"""Numbers of people behind the cells of a column, as its header says."""

import pytest

from tests.evidence.tables import read_content


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Drug (n),Dose (mg),Occupancy (%)", ["x (5),10,55", "x (n=6),20,70"]),
        ("Drug,Dose mg (n),Occupancy (%)", ["x,10 (5),55", "x,20 (6),70"]),
        ("Drug,Dose (mg),Occupancy% (n)", ["x,10,55 (5)", "x,20,70 [6]"]),
    ],
)
def test_they_are_a_column_of_their_own(header, cells):
    table = read_content("\n".join([header, *cells])).table
    assert table[["drug", "dose", "value", "n"]].to_numpy().tolist() == [
        ["x", 10, 0.55, 5],
        ["x", 20, 0.7, 6],
    ]


def test_a_mapped_column_and_those_of_a_wide_table_have_theirs():
    rows = "Report (n),Drug,Dose,value\nA (5),x,10,0.5\n"
    table = read_content(rows, columns={"study": "Report (n)"}).table
    assert table[["study", "n"]].to_numpy().tolist() == [["A", 5]]
    rows = "Drug,Dose,putamen (n),caudate (n)\nx,10,0.5 (4),0.6 (5)\n"
    assert read_content(rows, wide="region").table["n"].tolist() == [4, 5]
