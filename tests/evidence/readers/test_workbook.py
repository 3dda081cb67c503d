import datetime

import pytest
from openpyxl.styles import Font

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence.readers.workbook import read_workbook
from tests.evidence.tables import make_workbook, problem_places, read_content, workbook_bytes

ROWS = [["drug", "dose", "value"], ["A", 5, 0.4], ["A", 12.5, 0.61]]


def test_a_sheet_reads_like_the_same_csv():
    plain = read_content("drug,dose,value\nA,5,0.4\nA,12.5,0.61\n")
    assert read_content(workbook_bytes(make_workbook(ROWS))).hash == plain.hash
    assert (
        read_content(workbook_bytes(make_workbook([[], [None], *ROWS[:2], [], *ROWS[2:]]))).hash == plain.hash
    )
    other = workbook_bytes(make_workbook(ROWS, title="Data", before=["Notes"]))
    assert read_content(other, sheet="Data").hash == plain.hash
    with pytest.raises(PetfitError, match="Did you mean 'Data'"):
        read_content(other, sheet="Dta")
    with pytest.raises(EvidenceError, match="sheet Notes"):
        read_content(other)


def test_problems_of_a_sheet_are_reported_by_row_and_letter():
    with pytest.raises(EvidenceError, match="sheet Sheet") as caught:
        read_content(workbook_bytes(make_workbook([[], [None, *ROWS[0]], [None, "A", "five", 0.4]])))
    assert problem_places(caught.value) == [("row 3", "dose (C)")]


def test_a_date_instead_of_a_number_is_reported_as_a_date():
    with pytest.raises(EvidenceError, match="this is a date") as caught:
        read_content(workbook_bytes(make_workbook([ROWS[0], ["A", datetime.date(2024, 5, 10), 0.4]])))
    assert problem_places(caught.value) == [("row 2", "dose (B)")]


def test_a_formula_without_a_value_and_an_error_are_refused():
    made = make_workbook([ROWS[0], ["A", 5, "=0.2+0.2"], ["A", 6, "#DIV/0!"]])
    with pytest.raises(EvidenceError) as caught:
        read_content(workbook_bytes(made))
    assert problem_places(caught.value) == [("row 2", "C"), ("row 3", "C")]


def test_a_percent_format_is_read_as_shown():
    made = make_workbook([ROWS[0], ["A", 5, 0.4], ["A", 6, 0.125]])
    made.active["C2"].number_format = made.active["C3"].number_format = "0%"
    assert read_workbook("mine.xlsx", workbook_bytes(made)).table["value"].tolist() == ["40%", "12.5%"]


def test_merged_cells_fill_rows_but_not_columns():
    made = make_workbook([ROWS[0], ["A", 5, 0.4], [None, 6, 0.5], ["B", 6, 0.5]])
    made.active.merge_cells("A2:A3")
    evidence = read_content(workbook_bytes(made))
    assert evidence.table["drug"].tolist() == ["A", "A", "B"]
    assert any("A2:A3" in sentence for sentence in evidence.assumptions)
    made.active.merge_cells("A4:B4")
    with pytest.raises(EvidenceError, match="row 4, column A: a merged cell spans several columns"):
        read_content(workbook_bytes(made))


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no archive", b"\xd0\xcf\x11\xe0 old"])
def test_a_workbook_that_cannot_be_read_is_refused(content):
    with pytest.raises(PetfitError, match="Excel"):
        read_content(content)


def test_a_text_file_has_no_sheets():
    with pytest.raises(PetfitError, match="no sheets"):
        read_content("drug,dose,value\nA,5,0.4\n", sheet="x")


def test_sheets_with_the_same_columns_are_asked_about():
    made = make_workbook(ROWS, title="caudate", before=["putamen"])
    for row in ROWS:
        made["putamen"].append(row)
    with pytest.raises(EvidenceError, match="the same columns as caudate"):
        read_content(workbook_bytes(made))
    assert len(read_content(workbook_bytes(made), sheet="caudate").table) == 2


def test_a_hidden_sheet_is_not_the_first():
    made = make_workbook(ROWS, title="Data", before=["Old"])
    made["Old"].append(ROWS[0])
    made["Old"].append(["A", 5, 0.9])
    made["Old"].sheet_state = "hidden"
    evidence = read_content(workbook_bytes(made))
    assert evidence.table["value"].tolist() == [0.4, 0.61]
    assert "sheet not given: the first, Data; not read: Old (hidden)" in evidence.assumptions


def test_struck_rows_are_said_and_units_in_formats_of_numbers_count():
    made = make_workbook([["drug", "subject", "dose", "value"], ["A", 1, 500, 38], ["A", 2, 900, 55]])
    for row in made.active.iter_rows(min_row=2):
        for cell, number_format in zip(row, ["General", '"S"0', '0" µg"', '0"%"'], strict=True):
            cell.number_format = number_format
    made.active["B3"].font = Font(strike=True)
    evidence = read_content(workbook_bytes(made))
    assert evidence.table[["subject", "dose", "value"]].to_numpy().tolist() == [
        ["1", 0.5, 0.38],
        ["2", 0.9, 0.55],
    ]
    assert "struck through in the sheet, and read: row 3" in evidence.assumptions


@pytest.mark.parametrize(("number_format", "dose"), [("0.0,", 1), ('0.0,"k"', 1000), ("#,##0", 1000)])
def test_commas_behind_the_digits_divide_what_is_shown(number_format, dose):
    made = make_workbook([["drug", "subject", "dose", "value"], ["A", 1, 1000, 0.4]])
    made.active["C2"].number_format = number_format
    assert read_content(workbook_bytes(made)).table["dose"].tolist() == [dose]


def test_hidden_rows_are_read_and_said():
    made = make_workbook(ROWS)
    made.active.row_dimensions[3].hidden = True
    evidence = read_content(workbook_bytes(made))
    assert evidence.table["value"].tolist() == [0.4, 0.61]
    assert "hidden in the sheet, such as by a filter, and read: row 3" in evidence.assumptions
