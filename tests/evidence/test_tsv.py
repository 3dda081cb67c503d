import json
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petfit.errors import PetfitError
from petfit.evidence import COLUMNS, read_evidence
from petfit.evidence.parse import is_missing
from petfit.evidence.tsv import describe_columns, sidecar, write_table

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
CASES = st.lists(st.tuples(st.floats(1e-9, 1e9), st.floats(-2, 2), WORDS, WORDS), min_size=1, max_size=4)


@settings(max_examples=25)
@given(CASES)
def test_a_saved_table_reads_back_to_the_last_bit(tmp_path_factory, cases):
    has_tracers = not any(is_missing(tracer) for *_, tracer in cases)  # a blank below a name is asked about
    rows = [
        {
            "drug": "A",
            "dose": dose,
            "outcome": "occupancy",
            "value": value,
            "subject": str(i),
            "note": note,
            "tracer": tracer if has_tracers else "",
        }
        for i, (dose, value, note, tracer) in enumerate(cases)
    ]
    evidence = read_evidence(pd.DataFrame(rows))
    path = evidence.save(tmp_path_factory.mktemp("write") / "mine.tsv")
    again = read_evidence(path)
    assert again.hash == evidence.hash
    assert again.assumptions == ()


def test_the_bundled_table_reads_back_the_same(tmp_path):
    assert read_evidence(read_evidence().save(tmp_path / "mine.tsv")).hash == read_evidence().hash


def test_extra_columns_are_saved(tmp_path):
    frame = pd.DataFrame({"drug": ["A"], "dose": [5], "value": [0.4], "camera": ["tabs\tand\nlines"]})
    evidence = read_evidence(frame, extra=["camera"])
    path = evidence.save(tmp_path / "mine.tsv")
    assert read_evidence(path, extra=["camera"]).hash == evidence.hash
    assert "camera" in json.loads(sidecar(path).read_text())


def test_a_unit_that_all_rows_share_is_described():
    table = read_evidence().table
    described = describe_columns(table)
    assert list(described) == list(table.columns)
    assert described["dose"]["Units"] == "mg/day"
    assert described["value"]["Units"] == "fraction"
    mixed = table.assign(dose_unit=["mg/kg/day"] + ["mg/day"] * (len(table) - 1))
    assert describe_columns(mixed)["dose"]["Units"] == "see dose_unit"
    assert described["use"]["Levels"] == COLUMNS["use"].levels


FLAT = pd.DataFrame({"drug": ["β", ""], "median": [1 / 3, math.inf], "n": [3, 4], "r_hat": [math.nan, 20.0]})
MEANING = {name: {"Description": f"The {name}."} for name in FLAT.columns}


def test_a_table_is_written_with_its_column_descriptions(tmp_path):
    path = write_table(FLAT, tmp_path / "answers.tsv", MEANING)
    assert path.read_text(encoding="utf-8").splitlines() == [
        "drug\tmedian\tn\tr_hat",
        f"β\t{1 / 3!r}\t3\tn/a",
        "n/a\tinf\t4\t20",
    ]
    assert json.loads((tmp_path / "answers.json").read_text(encoding="utf-8")) == MEANING


def test_nothing_is_written_if_a_column_has_no_description(tmp_path):
    with pytest.raises(KeyError, match="r_hat"):
        write_table(FLAT, tmp_path / "answers.tsv", {name: MEANING[name] for name in ("drug", "median", "n")})
    assert list(tmp_path.iterdir()) == []


def test_a_file_name_must_end_in_tsv(tmp_path):
    with pytest.raises(PetfitError, match=r"mine\.csv: .*ends in \.tsv"):
        read_evidence().save(tmp_path / "mine.csv")
    assert list(tmp_path.iterdir()) == []
