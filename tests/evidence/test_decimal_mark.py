import pandas as pd
import pytest

from petfit.errors import EvidenceError
from petfit.evidence import read_evidence
from tests.evidence.tables import problem_places, read_content, refusal_of


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_one_unambiguous_decimal_comma_decides_for_the_table(delimiter):
    text = "drug;dose;value;time_h\nA;5;0,412;1,234\nA;12,5;-,5;7\nB;3;1,5e-1;n/a\n"
    evidence = read_content(text.replace(";", delimiter))
    assert evidence.table["value"].tolist() == [0.412, -0.5, 0.15]
    assert evidence.table["time_h"].tolist()[:2] == [1.234, 7]
    assert any(sentence.startswith("decimal mark not given: a comma") for sentence in evidence.assumptions)


@pytest.mark.parametrize("text", ["1,234", "12,345", "-123,456", "1,234,567"])
def test_an_ambiguous_comma_is_refused_unless_the_mark_is_given(text):
    table = f"drug;dose;value;time_h\nA;5;1;{text}\n"
    with pytest.raises(EvidenceError, match=r"thousands separator.*decimal=") as caught:
        read_content(table)
    assert problem_places(caught.value) == [("line 2", "time_h")]
    if text.count(",") == 1 and not text.startswith("-"):
        assert read_content(table, decimal=",").table["time_h"].tolist() == [float(text.replace(",", "."))]
    if not text.startswith("-"):
        assert read_content(table, decimal=".").table["time_h"].tolist() == [float(text.replace(",", ""))]


def test_a_wide_row_without_values_can_decide_the_mark():
    evidence = read_content("drug;dose;left;right\nA;1,500;1;0\nA;2,5;;\n", wide="region")
    assert evidence.table["dose"].tolist() == [1.5, 1.5]


def test_mixed_marks_are_refused_at_the_rarer_mark():
    with pytest.raises(EvidenceError, match="some numbers of the table have a comma") as caught:
        read_content("drug;dose;value\nA;5;0,4\nA;6.5;0,5\nA;7;0,6\n")
    assert problem_places(caught.value) == [("line 3", "dose")]
    with pytest.raises(EvidenceError, match="this number has a point") as caught:
        read_content("drug;dose;value\nA;5;0,4\nA;1.50;0,5\n", decimal=",")
    assert problem_places(caught.value) == [("line 3", "dose")]


def test_points_separate_thousands_once_the_comma_is_said_to_be_the_decimal_mark():
    text = "drug;dose (ug);value\nA;500;0,4\nA;1.500;0,5\nA;1.250,5;0,45\n"
    with pytest.raises(EvidenceError, match="Use decimal=',' if points separate thousands"):
        read_content(text.replace("1.250,5", "750"))
    assert read_content(text, decimal=",").table["dose"].tolist() == [0.5, 1.5, 1.2505]


def test_spaces_separate_thousands():
    assert read_content("drug,dose (ng/kg),value\nA,10 000,0.4\n").table["dose"].tolist() == [0.01]


def test_a_decimal_comma_before_a_unit_is_read():
    assert read_content("drug;dose;value\nA;2,5 mg b.i.d.;40 %\n").table["dose"].tolist() == [5]


def test_decimal_commas_in_a_comma_separated_file_must_be_declared():
    table = 'drug,dose,value\nA,5,"0,4"\n'
    with pytest.raises(EvidenceError, match=r"a number belongs here.*as a point"):
        read_content(table)
    assert read_content(table, decimal=",").table["value"].tolist() == [0.4]


def test_numbers_of_a_dataframe_have_no_ambiguous_mark():
    frame = pd.DataFrame({"drug": "A", "dose": [5.5, 7.25], "value": ["0,4", "0,5"], "age": [31.5, 40.0]})
    evidence = read_evidence(frame, extra=["age"]).table
    assert evidence["dose"].tolist() == [5.5, 7.25]
    assert evidence["value"].tolist() == [0.4, 0.5]


def test_an_extra_column_is_converted_only_if_all_of_it_is_numeric():
    text = "drug;dose;value;age;site\nA;5;0,4;31,5;1,5\nA;6;0,5;n/a;b\n"
    evidence = read_content(text, extra=["age", "site"]).table
    assert evidence["age"].tolist() == ["31.5", ""]
    assert evidence["site"].tolist() == ["1,5", "b"]


def test_points_that_may_separate_thousands_are_asked_about_where_semicolons_separate_cells():
    rows = "drug;dose;value\nx;1.000;0,5\nx;750;1\n".replace("0,5", "1")
    assert "thousands separator" in refusal_of(rows)
    assert read_content(rows, decimal=".").table["dose"].tolist() == [1, 750]
    assert read_content(rows.replace("1.000", "1.25")).table["dose"].tolist() == [1.25, 750]
    assert read_content(rows.replace(";", ",")).table["dose"].tolist() == [1, 750]


THOUSANDS = 'drug,dose_unit,dose,value\nx,ug,"1,500",0.4\nx,ug,"12,000",0.5\n'


def test_commas_of_thousands_are_asked_about_and_cured_by_one_option():
    assert "Use --decimal . if it separates thousands" in refusal_of(THOUSANDS)
    evidence = read_content(THOUSANDS, decimal=".")
    assert evidence.table["dose"].tolist() == [1.5, 12]
    assert "separators of thousands left out: dose (1,500, 12,000)" in evidence.assumptions


@pytest.mark.parametrize("separator", ["'", "\N{RIGHT SINGLE QUOTATION MARK}", "\N{NARROW NO-BREAK SPACE}"])
def test_a_separator_that_no_decimal_mark_can_be_is_left_out(separator):
    rows = f"drug,dose_unit,dose,value\nx,ug,1{separator}500,0.4\nx,ug,800,0.3\n"
    assert read_content(rows).table["dose"].tolist() == [1.5, 0.8]
