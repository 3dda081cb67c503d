import io
import json
import math

import pandas as pd

from petfit.report.table import Column, Table, number, percent, plain, probability, with_units

FRAME = pd.DataFrame(
    {"drug": ["A\tB", "C\nD"], "dose": [1.23456789, math.inf], "p": [0.99912, math.nan], "unit": ["mg", "g"]}
)
COLUMNS = (
    Column("drug", "drug"),
    Column("dose", "dose, {unit}", number),
    Column("p", "p, %", percent),
)
COMPOSED = Column(("dose", "unit"), "dose", "{} {}".format, COLUMNS)
TABLE = Table("doses", "Doses", FRAME, (COMPOSED,), "A caption.")


def test_cells_are_rounded_and_without_units():
    assert TABLE.rows == [["A\tB", "1.23", "99.9"], ["C\nD", "not reached", "-"]]
    assert TABLE.numeric == [False, True, True]


def test_formatters_treat_missing_and_extreme_values():
    assert [probability(value) for value in (0.9995, 0.5, 0.0)] == ["> 99.9", "50.0", "< 0.1"]
    assert [plain(value) for value in (0.12345, math.nan, None, 3, "x")] == ["0.1235", "", "", "3", "x"]


def test_a_cell_can_be_composed_of_several_columns():
    assert TABLE.narrow().rows == [["1.23456789 mg"], ["inf g"]]


def test_a_table_without_composed_cells_shows_the_same_on_a_terminal():
    table = Table("doses", "Doses", FRAME, COLUMNS)
    assert table.narrow().rows == table.rows


def test_columns_that_would_be_too_wide_are_not_shown_on_a_terminal():
    drug, dose, _ = COLUMNS
    table = Table("doses", "Doses", FRAME, (drug, Column.only_wide(dose)))
    assert table.headings == ["drug", "dose, {unit}"]
    assert table.narrow().headings == ["drug"]


def test_tsv_has_every_column_unrounded():
    frame = pd.read_csv(io.StringIO(TABLE.tsv), sep="\t", na_values="n/a")
    assert list(frame.columns) == list(FRAME.columns)
    assert list(frame["dose"]) == [1.23456789, math.inf]
    assert list(frame["drug"]) == ["A B", "C D"]


def test_json_has_every_column_unrounded_and_infinity_as_a_word():
    record = json.loads(TABLE.json)
    assert record["rows"][0] == {"drug": "A\tB", "dose": 1.23456789, "p": 0.99912, "unit": "mg"}
    assert (record["rows"][1]["dose"], record["rows"][1]["p"]) == ("inf", None)
    assert (record["title"], record["caption"]) == ("Doses", "A caption.")


def test_different_units_are_a_column():
    assert [column.heading for column in with_units(FRAME, COLUMNS)] == ["drug", "dose", "p, %", "unit"]


def test_a_common_unit_is_in_the_headings():
    columns = with_units(FRAME.assign(unit="mg"), COLUMNS)
    assert [column.heading for column in columns] == ["drug", "dose, mg", "p, %"]


def test_a_table_without_rows_has_headings():
    empty = Table("empty", "Empty", FRAME[:0], COLUMNS)
    assert empty.rows == []
    assert len(empty.css_classes) == len(COLUMNS)
    assert empty.tsv == "drug\tdose\tp\tunit\n"
