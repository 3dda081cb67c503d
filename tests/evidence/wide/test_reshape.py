import pytest

from petfit.errors import EvidenceError
from tests.evidence.tables import problem_places, read_content, refusal_of

WIDE = "drug,dose,striatum,midbrain,subject\nA,5,0.4,0.3,1\nA,9,n/a,0.5,2\nA,9,,,3\n"


def test_a_wide_table_reads_like_the_long_one():
    evidence = read_content(WIDE, wide="region")
    long = "drug,dose,region,value,subject\nA,5,striatum,0.4,1\nA,5,midbrain,0.3,1\nA,9,midbrain,0.5,2\n"
    assert evidence.hash == read_content(long).hash
    assert evidence.table.index.tolist()[1] == "line 2, column midbrain"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("0.3", "x"), [("line 2", "midbrain")]),
        (("A,5", "A,five"), [("line 2", "dose")]),
        (("midbrain", "doze"), [("header", "doze")]),
        (("midbrain", "Value"), [("header", "Value")]),
        (("midbrain", "value"), [("header", "value")]),
        (("midbrain", "region"), [("header", "region")]),
    ],
)
def test_one_wrong_cell_of_a_wide_table_is_one_problem_at_its_place(change, expected):
    with pytest.raises(EvidenceError) as caught:
        read_content(WIDE.replace(*change), wide="region")
    assert problem_places(caught.value) == expected


def test_a_line_of_a_wide_table_without_people_columns_is_one_person():
    text = "drug,dose,left,right\nA,5,0.4,0.5\nA,10,0.6,0.7\n"
    evidence = read_content(text, wide="region")
    assert evidence.table["subject"].tolist() == ["line 2", "line 2", "line 3", "line 3"]
    assert any("one person" in sentence for sentence in evidence.assumptions)
    group = read_content(
        text.replace("dose,", "dose,n,").replace("A,5,", "A,5,6,").replace("A,10,", "A,10,6,"), wide="region"
    )
    assert set(group.table["subject"]) == {""}


@pytest.mark.parametrize(("wide", "expected"), [("regio", "'region'"), ("dose", "wide"), ("camera", "wide")])
def test_a_table_can_be_wide_only_in_a_factor(wide, expected):
    with pytest.raises(EvidenceError, match=expected):
        read_content(WIDE, wide=wide)
    assert read_content(WIDE, wide="camera", extra=["camera"]).table["camera"].iloc[0] == "striatum"


def test_a_wide_table_without_columns_of_values_is_refused():
    with pytest.raises(EvidenceError, match="has none"):
        read_content("drug,dose\nA,5\n", wide="region")


def test_names_that_give_more_than_doses_are_asked_about():
    rows = "subject,A 10 mg,A 20 mg,B 5 mg\n1,0.4,0.6,0.3\n"
    assert "--wide drug,dose" in refusal_of(rows)
    assert "the names give more than the dose: A, B" in refusal_of(rows, wide="dose", constants={"drug": "x"})
    table = read_content(rows, wide="drug,dose").table
    assert table[["drug", "dose"]].to_numpy().tolist() == [["A", 10], ["A", 20], ["B", 5]]


def test_lines_of_regions_are_people_or_means_as_said():
    rows = "region,placebo,5 mg (n=4),20 mg (n=5)\nputamen,0,0.3,0.6\ncortex,0,0.2,0.5\n"
    options = {"wide": "dose", "constants": {"drug": "x"}}
    assert "--set level=group" in refusal_of(rows, **options)
    constants = {"drug": "x", "level": "group"}
    table = read_content(rows, wide="dose", constants=constants).table
    assert table["dose"].tolist() == [0, 5, 20] * 2
    assert table["n"].tolist()[1:3] == [4, 5]
    assert set(table["level"]) == {"group"}
