import math

import pandas as pd
import pytest

from petfit.evidence.rows import each_row, group_rows

TABLE = pd.DataFrame(
    {
        "study": ["S", "S", "T", "S"],
        "subject": ["1", "2", "1", ""],
        "level": ["subject", "scan", "scan", "group"],
        "dose": [5.0, float("nan"), 20.0, 40.0],
    },
    index=["line 2", "line 3", "line 5", "line 4"],
)


def test_each_row_is_yielded_once_in_order():
    places, rows = zip(*each_row(TABLE), strict=True)
    assert list(places) == list(TABLE.index)
    assert [row["subject"] for row in rows] == list(TABLE["subject"])
    assert all(set(row) == set(TABLE.columns) for row in rows)


def test_cells_are_python_floats_and_strings():
    (_, first), (_, second), *_ = each_row(TABLE)
    assert (type(first["dose"]), type(first["study"])) == (float, str)
    assert math.isnan(second["dose"])


def test_people_are_grouped_by_study_and_rows_without_a_name_are_left_out():
    found = group_rows(TABLE, "subject")
    assert found == {
        ("S", "1"): [("line 2", "subject")],
        ("S", "2"): [("line 3", "scan")],
        ("T", "1"): [("line 5", "scan")],
    }


@pytest.mark.parametrize("empty", [TABLE.iloc[:0], TABLE.iloc[:, :0]])
def test_an_empty_table_yields_no_cells(empty):
    assert [row for _, row in each_row(empty)] == [{}] * len(empty)
