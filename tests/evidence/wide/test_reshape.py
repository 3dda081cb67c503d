import pytest

from petfit.errors import EvidenceError
from tests.evidence.tables import problem_places, read_content

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
