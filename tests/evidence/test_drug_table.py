import pandas as pd
import pytest

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence.drug_table import DRUG_COLUMNS, read_drug_table, strengths

BAD = {
    "an unknown column": (
        "drug,reference_doze\nA,5\n",
        ["header, column reference_doze", "'reference_dose'"],
    ),
    "no drug column": ("reference_dose\n5\n", ["column drug", "missing"]),
    "text for a number": ("drug,reference_dose\nA,ten\n", ["line 2, column reference_dose", "'ten'"]),
    "a dose of 0": ("drug,reference_dose\nA,0\n", ["line 2, column reference_dose", "'0'"]),
    "a drug twice": ("drug,reference_dose\nA,5\nA,6\n", ["line 3, column drug", "'A'", "only once"]),
    "strengths with units": ("drug,strengths\nA,10 mg 20 mg\n", ["line 2, column strengths", "10 mg 20 mg"]),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_a_wrong_drug_table_is_refused_with_place_and_remedy(tmp_path, text, expected):
    path = tmp_path / "drugs.csv"
    path.write_text(text)
    with pytest.raises(EvidenceError) as caught:
        read_drug_table(path)
    assert all(words in str(caught.value) for words in [str(path), *expected])


def test_a_missing_drug_table_is_refused_by_name(tmp_path):
    with pytest.raises(PetfitError, match=r"none\.csv: there is no such file"):
        read_drug_table(tmp_path / "none.csv")


def test_a_drug_table_needs_only_names():
    table = read_drug_table(pd.DataFrame({"drug": ["A"]}))
    assert list(table.columns) == [name for name in DRUG_COLUMNS if name != "drug"]
    assert table["reference_dose"].isna().all()
    assert strengths(table, "A") == ()


def test_strengths_are_numbers_in_the_order_of_the_table():
    table = read_drug_table(pd.DataFrame({"drug": ["A"], "strengths": ["2.5 10 40"]}))
    assert strengths(table, "A") == (2.5, 10.0, 40.0)


def test_a_drug_that_is_not_in_the_table_has_no_strengths():
    assert strengths(read_drug_table(), "water") == ()
