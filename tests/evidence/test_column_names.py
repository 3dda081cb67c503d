import pytest

from petfit.errors import EvidenceError
from tests.evidence.tables import problem_places, read_content

THEIRS = "Drug;mg_per_day;Occ;Comment;camera\nA;5;0.4;x;HRRT\n"
MAP = {"drug": "Drug", "dose": "mg_per_day", "value": "Occ"}


def test_mapped_columns_read_like_canonical_ones():
    evidence = read_content(THEIRS, columns={**MAP, "camera": "camera"}, ignore=["Comment"], extra=["camera"])
    assert evidence.hash == read_content("drug,dose,value,camera\nA,5,0.4,HRRT\n", extra=["camera"]).hash
    assert "columns Comment left out, as asked" in evidence.assumptions


@pytest.mark.parametrize(
    ("columns", "ignore", "expected"),
    [
        ({**MAP, "dos": "mg_per_day"}, ["Comment"], ["columns, column dos", "Did you mean 'dose'?"]),
        ({**MAP, "n": "People"}, [], ["columns, column People", "no such column"]),
        ({**MAP, "n": "Comments"}, [], ["Did you mean 'Comment'?"]),
        ({**MAP, "sd": "Occ"}, [], ["one column cannot be value and sd"]),
        (MAP, ["comment"], ["ignore, column comment", "Did you mean 'Comment'?"]),
        (MAP, ["Occ"], ["mapped and ignored"]),
        (MAP, [], ["header, column Comment", "not a column petfit knows"]),
        (
            {**MAP, "camera": "Comment"},
            [],
            ["the table already has a column camera, and 'Comment' is mapped to that name"],
        ),
    ],
)
def test_a_wrong_mapping_is_refused(columns, ignore, expected):
    with pytest.raises(EvidenceError) as caught:
        read_content(THEIRS, columns=columns, ignore=ignore, extra=["camera"])
    for words in expected:
        assert words in str(caught.value)


def test_problems_are_reported_by_the_user_s_column_names():
    with pytest.raises(EvidenceError) as caught:
        read_content(THEIRS.replace("A;5;0.4", "A;five;44"), columns=MAP, ignore=["Comment", "camera"])
    assert problem_places(caught.value) == [("line 2", "mg_per_day"), ("line 2", "Occ")]
