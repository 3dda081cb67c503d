"""The same table in any format reads the same; anything else is refused with a clear error."""

import sys
from pathlib import Path

import pandas as pd
import pytest

from petfit import PetfitError, read_evidence
from petfit.errors import EvidenceError
from petfit.evidence import read, read_drug_table

TABLE = pd.DataFrame(
    {
        "drug": ["A", "A", "B", "β"],
        "dose": ["5", "10.50", "", "3"],
        "concentration": ["", "", "1e-2", ""],
        "subject": ["01", "2", "", "x, y"],
        "value": ["0.4", "-0.031", "0.7", "1.068"],
        "outcome": "occupancy",
        "n": ["", "", "6", "n/a"],
        "note": ['said "so"', "", "a;b", ""],
    }
)


def as_csv(table, **how):
    return table.to_csv(index=False, lineterminator="\n", **how)


WAYS = {
    "columns in reverse": as_csv(TABLE[TABLE.columns[::-1]]).encode(),
    "a byte order mark": as_csv(TABLE).encode("utf-8-sig"),
    "CRLF": as_csv(TABLE).replace("\n", "\r\n").encode(),
    "a byte order mark, CRLF and other columns first": as_csv(TABLE[sorted(TABLE)])
    .replace("\n", "\r\n")
    .encode("utf-8-sig"),
    "tabs": as_csv(TABLE, sep="\t").encode(),
    "semicolons": as_csv(TABLE, sep=";").encode(),
    "every cell quoted": as_csv(TABLE, quoting=1).encode(),
    "empty lines below": (as_csv(TABLE) + "\n,,,,,,,\n").encode(),
    "spaces around cells": as_csv(TABLE).replace("0.7", " 0.7 ").encode(),
    "missing cells as n/a": as_csv(TABLE.replace("", "n/a")).encode(),
}


@pytest.fixture
def plain_evidence(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text(as_csv(TABLE), encoding="utf-8")
    return read_evidence(path)


@pytest.mark.parametrize("content", WAYS.values(), ids=WAYS.keys())
def test_a_table_reads_the_same_in_any_file_format(tmp_path, plain_evidence, content):
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    other = read_evidence(path)
    pd.testing.assert_frame_equal(
        other.table.reset_index(drop=True), plain_evidence.table.reset_index(drop=True)
    )
    assert other.hash == plain_evidence.hash


def test_a_dataframe_reads_like_its_file(plain_evidence):
    assert read_evidence(TABLE).hash == plain_evidence.hash


def test_a_table_written_as_csv_reads_the_same_again(tmp_path):
    evidence = read_evidence()
    evidence.table.to_csv(tmp_path / "again.csv", index=False)
    assert read_evidence(tmp_path / "again.csv").hash == evidence.hash


def test_identifiers_stay_text(plain_evidence):
    assert plain_evidence.table["subject"].tolist() == ["01", "2", "", "x, y"]


def test_occupancies_below_0_and_above_1_are_data(plain_evidence):
    assert plain_evidence.table["value"].tolist() == [0.4, -0.031, 0.7, 1.068]


def test_an_extra_column_must_be_asked_for():
    frame = pd.DataFrame({"drug": ["A"], "dose": [5], "value": [0.4], "camera": ["HRRT"]})
    with pytest.raises(EvidenceError, match="column camera"):
        read_evidence(frame)
    assert read_evidence(frame, extra=["camera"]).table["camera"].tolist() == ["HRRT"]


def test_a_folder_without_tables_is_not_a_table(tmp_path):
    with pytest.raises(PetfitError, match=r"this is a folder without a table \*_kinpar.tsv"):
        read_evidence(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PetfitError, match=r"none\.csv: there is no such file"):
        read_evidence(tmp_path / "none.csv")


def test_a_binary_file_is_not_a_table(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(bytes(range(256)) * 10)
    with pytest.raises(PetfitError, match=r"mine\.csv"):
        read_evidence(path)


def calls_between_files(folder, run):
    """Return the calls from one file of a folder to another, as (caller, called, function)."""
    calls = []

    def note(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(folder):
            caller = frame.f_back
            while caller is not None and not caller.f_code.co_filename.startswith(folder):
                caller = caller.f_back
            here = frame.f_code.co_filename
            if caller is not None and caller.f_code.co_filename != here:
                calls.append((caller.f_code.co_filename, here, frame.f_code.co_name))

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return calls


def test_a_table_passes_each_step_once_and_no_step_calls_another(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("drug,dose,value\nA,5,0.38\nA,10,0.55\nA,40,0.77\n")
    read_evidence(path)  # files that are read once are kept
    folder, drugs = str(Path(read.__file__).parent), read_drug_table()
    calls = calls_between_files(folder, lambda: read_evidence(path, drug_table=drugs))
    steps = [(file, name) for caller, file, name in calls if caller == read.__file__ and hasattr(read, name)]
    files = {file for file, _ in steps if "readers" not in file}
    assert len(steps) == len(set(steps)) > 20
    between = {call for call in calls if call[0] in files and call[1] in files}
    assert between == set()


def test_a_refused_header_gives_its_cure_in_python():
    table = pd.DataFrame({"compound": ["A"], "dose": [5], "value": [0.4], "age": [30]})
    with pytest.raises(EvidenceError, match=r"columns={'drug': 'compound'}, ignore=\['age']\.") as refused:
        read_evidence(table)
    cure = {name: option for name, option in refused.value.cure.items() if option}
    assert read_evidence(table, **cure).table["drug"].item() == "A"
