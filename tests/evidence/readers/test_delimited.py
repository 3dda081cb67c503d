import pytest

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence.readers.delimited import read_delimited
from tests.evidence.tables import problem_places, read_content, refusal_of


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_delimiter_in_brackets_is_part_of_the_cell(mark):
    rows = [["drug", "dose", "n", "value (95% CI)"], ["x", "10", "8", f"0.32 (0.26{mark} 0.38)"]]
    evidence = read_content("".join(mark.join(row) + "\n" for row in rows))
    assert evidence.table["value"].tolist() == [0.32]
    assert "line 2: a cell in brackets contains the delimiter" in evidence.assumptions


def test_brackets_that_do_not_complete_the_line_are_not_joined():
    assert "line 2" in refusal_of("drug,dose,value\nx,(1,2),3,4\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_reads_the_same_and_a_guess_is_an_assumption(encoding):
    evidence = read_content("drug,dose,value,region\nä,5,0.4,Nucleus “caudatus”\n".encode(encoding))
    assert evidence.table[["drug", "region"]].iloc[0].tolist() == ["ä", "Nucleus “caudatus”"]
    assert any("Windows-1252" in sentence for sentence in evidence.assumptions) == (encoding == "cp1252")


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)), b"\x00\x01", "drug,dose\n".encode("utf-32"), b"\xff\xfed", b"drug,\x81\x8d\n"],
)
def test_binary_content_is_refused(content):
    with pytest.raises(PetfitError, match="not text"):
        read_content(content)


def test_the_place_of_a_record_is_its_first_line_for_any_line_ending():
    for ending in ("\n", "\r\n", "\r"):
        text = '\ndrug;dose;value;note\nA;5;0.4;"two\nlines"\n\nA;x;0.4;\n'.replace("\n", ending)
        with pytest.raises(EvidenceError) as caught:
            read_content(text)
        assert problem_places(caught.value) == [("line 6", "dose")]


@pytest.mark.parametrize("tail", ['A,6,0.5,"never closed\nA,7,0.6,\n', 'A,6,0.5,"closed"twice\n'])
def test_an_unclosed_quote_is_refused(tail):
    with pytest.raises(EvidenceError, match=r"line 3.*quote"):
        read_content("drug,dose,value,note\nA,5,0.4,\n" + tail)


@pytest.mark.parametrize(
    "text",
    [
        "drug,dose,value,\nA,5,0.4,\n",
        "drug,dose,value\nA,5,0.4,,,\n",
        "drug,,dose,value\nA,,5,0.4\n",
        ",drug,dose,value,,\n,A,5,0.4,,\n,,,,,\n",
        "sep=;\ndrug;dose;value\nA;5;0.4\n",
        "\n\n  \ndrug\tdose\tvalue\nA\t5\t0.4\n",
        '"drug","dose";"value"\n'.replace(";", ",") + "A,5,0.4",
    ],
)
def test_empty_columns_and_lines_are_skipped(text):
    assert read_content(text).hash == read_content("drug,dose,value\nA,5,0.4\n").hash


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drug,,dose,value\nA,x,5,0.4\n", r"ignore=\['unnamed 2'\]"),
        ("drug,dose,value,\nA,5,0.4,7\n", "line 2: the header has 3 cells and this line has 4"),
        ("drug,dose,value,sd\nA,5,0.4\n", "line 2: the header has 4 cells and this line has 3"),
    ],
)
def test_lines_with_too_many_or_too_few_cells_are_refused(text, expected):
    with pytest.raises(EvidenceError, match=expected):
        read_content(text)


@pytest.mark.parametrize(
    "text",
    [
        '"subject" "drug" "dose" "value"\n"1" "S1" "x" 10 0.5\n"2" "S2" "x" 20 0.6\n',
        "subject\tdrug\tdose\tvalue\n1\tS1\tx\t10\t0.5\n2\tS2\tx\t20\t0.6\n",
        "subject  drug  dose  value\n S1      x      10   0.5\n S2      x      20   0.6\n",
    ],
)
def test_tables_of_r_with_row_names_or_spaces_between_cells_are_read(text):
    expected = read_content("subject,drug,dose,value\nS1,x,10,0.5\nS2,x,20,0.6\n")
    assert read_content(text).hash == expected.hash


def test_a_cell_more_in_every_line_is_refused_where_commas_separate_them():
    with pytest.raises(EvidenceError, match="this line has 5"):
        read_content("subject,drug,dose,value\n1,x,10,0,5\n2,x,20,0,6\n")


@pytest.mark.parametrize("comment", ["# cohort 2", "# cohort 2, men"])
def test_comments_are_left_out_and_said(comment):
    evidence = read_content(f"# by R, 2021\ndrug,dose,value\nx,10,0.5\n{comment}\nx,20,0.6\n")
    assert evidence.table["dose"].tolist() == [10, 20]
    assert any("line 4 left out as a comment" in sentence for sentence in evidence.assumptions)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("subject,drug,dose,value\nCohort 1,,,\n1,x,10,0.5\n", "columns={'cohort': 'heading'}"),
        (
            "subject,drug,dose,value\n1,x,10,0.5\n,,,\ndose,value,sd,n\n10,0.5,0.1,6\n",
            "header of another table",
        ),
        ("Subject,S1,S2\nDrug,x,x\nDose (mg),5,10\nOccupancy (%),30,48\n", "on its side"),
    ],
)
def test_rows_that_are_no_rows_of_the_table_are_refused_as_what_they_are(text, rule):
    with pytest.raises(EvidenceError, match=rule):
        read_content(text)


def test_a_mean_below_two_studies_does_not_turn_the_table_on_its_side():
    rows = "Our study,Our drug,dose,value\ns0,A,5,0.4\ns1,A,9,0.6\nMedian,,,0.5\nn,,,2\n"
    table = read_content(rows, columns={"study": "Our study", "drug": "Our drug"}).table
    assert table["study"].tolist() == ["s0", "s1"]


@pytest.mark.parametrize(
    "text",
    [
        "| drug | dose (mg) | occupancy (%) |\n|---|---:|:---|\n| x | 10 | 45 |\n| x | 20 | 55 |\n",
        "drug|dose (mg)|occupancy (%)\nx|10|45\nx|20|55\n",
        "drug  dose (mg)  occupancy (%)\nx     10         45\nx     20         55\n",
        "   drug  dose (mg)  occupancy (%)\n0  x     10         45\n1  x     20         55\n",
    ],
)
def test_bars_and_spaces_that_align_columns_separate_cells(text):
    table = read_content(text).table
    assert table[["drug", "dose", "value"]].to_numpy().tolist() == [["x", 10, 0.45], ["x", 20, 0.55]]


def test_a_file_without_names_of_columns_is_refused_by_that():
    text = refusal_of("10.12, 45.23\n20.31, 61.2\n")
    assert "numbers stand where the names of the columns belong" in text
    assert "Write a line of names above them, such as dose,value" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drug,dose,value\nA,5,0.4\n,,\nregion,BPnd,\nputamen,3.1,\n", "the header of another table"),
        ("drug,dose,value,,drug,dose,value\nA,5,0.4,,B,5,0.3\n", "two tables seem to stand side by side"),
        (",S1,S2\nDose (mg),10,20\nOccupancy (%),40,50\n", "on its side"),
    ],
)
def test_a_text_of_another_form_than_one_table_is_refused_by_its_form(text, expected):
    assert expected in refusal_of(text)


def test_headings_in_an_empty_first_column_are_the_names_of_the_rows_below():
    rows = "Drug,Dose,n,Occupancy\nA,,,\n,10,5,0.5\n,20,5,0.7\nB,,,\n,50,5,0.8\n"
    evidence = read_content(rows)
    assert evidence.table["drug"].tolist() == ["A", "A", "B"]
    assert "line 2 read as the heading of the rows below: A" in evidence.assumptions


def test_a_title_is_the_first_heading_where_the_header_repeats_below_the_others():
    rows = "Drug A,,\nsubject,dose,value\n1,5,0.4\nDrug B,,\nsubject,dose,value\n1,9,0.5\n"
    evidence = read_content(rows, columns={"drug": "heading"})
    assert evidence.table["drug"].tolist() == ["Drug A", "Drug B"]
    assert not any("left out above" in sentence for sentence in evidence.assumptions)


def test_other_headings_become_a_column_that_is_asked_about():
    rows = "dose,n,value\nA,,\n10,5,0.5\nB,,\n50,5,0.8\n"
    assert '--columns "drug=heading"' in refusal_of(rows)
    assert read_content(rows, columns={"drug": "heading"}).table["drug"].tolist() == ["A", "B"]
    with_drug = "drug,dose,value\nLee 2004,,\nA,10,0.5\nKim 2009,,\nA,50,0.8\n"
    assert '"study=heading"' in refusal_of(with_drug)


def test_curves_side_by_side_are_to_be_written_one_below_the_other():
    assert "dose (X) and value (Y)" in refusal_of("A,,B,\nX,Y,X,Y\n1,0.4,2,0.5\n3,0.6,4,0.7\n")


def test_an_apostrophe_before_a_number_is_left_out():
    table = read_delimited("x.csv", b"subject,dose,note\n'01,'10,'tis\n").table
    assert table.loc["line 2"].tolist() == ["01", "10", "'tis"]


@pytest.mark.parametrize("end", [b"\\\\", b"\\\\ "])
def test_a_table_of_latex_is_called_so(end):
    with pytest.raises(PetfitError, match="this is a table of LaTeX"):
        read_delimited("x.tex", b"drug & dose & value" + end + b"\nA & 10 & 0.5" + end + b"\n")
