from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence import read_evidence
from petfit.evidence.parse import NumberText
from petfit.evidence.readers.dataframe import as_text


@given(st.one_of(st.floats(allow_nan=False), st.integers(-(10**400), 10**400), st.booleans()))
def test_the_text_of_a_value_reads_back_to_the_last_bit(value):
    text = as_text(value)
    if isinstance(value, bool):
        assert text == ("yes" if value else "no")
    else:
        assert isinstance(text, NumberText)
        assert type(value)(text) == value if isinstance(value, float) else Decimal(text) == value


def test_problems_of_a_dataframe_are_reported_by_row_label():
    frame = pd.DataFrame(
        {"drug": ["A", "A"], "dose": [5, -1], "value": [0.4, 0.5]}, index=["first", "second"]
    )
    with pytest.raises(EvidenceError, match="row second, column dose"):
        read_evidence(frame)


def test_rows_with_repeated_labels_are_all_read():
    frame = pd.DataFrame({"drug": ["A"], "dose": [5.0], "value": [0.4]})
    both = pd.concat([frame, frame.assign(dose=6.0)])
    assert read_evidence(both).table["dose"].tolist() == [5.0, 6.0]


def test_a_dataframe_has_no_sheets():
    with pytest.raises(PetfitError, match="no sheets"):
        read_evidence(pd.DataFrame(), sheet="x")


def test_a_named_index_and_joined_names_are_columns():
    rows = pd.DataFrame({"drug": ["A"] * 4, "dose": [5, 5, 9, 9], "occ": [0.4, 0.5, 0.6, 0.7]})
    evidence = read_evidence(rows.groupby(["drug", "dose"]).agg(["mean", "std", "count"]))
    assert evidence.table[["drug", "dose", "value", "n"]].to_numpy().tolist() == [
        ["A", 5, 0.45, 2],
        ["A", 9, pytest.approx(0.65), 2],
    ]
    assert "index read as columns: drug, dose" in evidence.assumptions
    people = rows.assign(subject=[1, 2, 1, 2]).set_index("subject")
    assert read_evidence(people).table["subject"].tolist() == ["1", "2", "1", "2"]
