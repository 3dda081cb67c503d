import io
import json
import math

import pandas as pd

from petfit.report.table import Column, Sheet, in_one_unit, number, percent, plain, share

FRAME = pd.DataFrame(
    {"drug": ["A\tB", "C\nD"], "dose": [1.23456789, math.inf], "p": [0.99912, math.nan], "unit": ["mg", "g"]}
)
COLUMNS = (Column("drug", "drug"), Column("dose", "dose,", number), Column("p", "p, %", percent))
SHEET = Sheet("doses", "Doses", FRAME, COLUMNS, "Whose.")


def test_the_page_shows_rounded_numbers_without_their_units():
    assert SHEET.rows == [["A\tB", "1.23", "99.9"], ["C\nD", "not reached", "-"]]
    assert SHEET.numeric == [False, True, True]
    assert [share(one) for one in (0.9995, 0.5, 0.0)] == ["> 99.9", "50.0", "< 0.1"]
    assert [plain(one) for one in (0.12345, math.nan, None, 3, "x")] == ["0.1235", "", "", "3", "x"]


def test_the_files_hold_every_column_unrounded():
    flat = pd.read_csv(io.StringIO(SHEET.tsv), sep="\t", na_values="n/a")
    assert list(flat.columns) == list(FRAME.columns)
    assert list(flat["dose"]) == [1.23456789, math.inf]
    assert list(flat["drug"]) == ["A B", "C D"]
    record = json.loads(SHEET.json)
    assert record["rows"][0] == {"drug": "A\tB", "dose": 1.23456789, "p": 0.99912, "unit": "mg"}
    assert (record["rows"][1]["dose"], record["rows"][1]["p"]) == ("inf", None)
    assert (record["title"], record["caption"]) == ("Doses", "Whose.")


def test_a_unit_stands_in_the_heads_where_all_rows_share_it_and_else_in_a_column():
    assert [one.head for one in in_one_unit(FRAME, COLUMNS)] == ["drug", "dose", "p, %", "unit"]
    shared = in_one_unit(FRAME.assign(unit="mg"), COLUMNS)
    assert [one.head for one in shared] == ["drug", "dose, mg", "p, %"]


def test_a_table_without_rows_is_still_a_table():
    empty = Sheet("empty", "Empty", FRAME[:0], COLUMNS)
    assert empty.rows == []
    assert len(empty.kinds) == len(COLUMNS)
    assert empty.tsv == "drug\tdose\tp\tunit\n"
