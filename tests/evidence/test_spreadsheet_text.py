"""No table that petfit writes contains a formula, and what it writes reads back unchanged."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from petfit.cli.output import print_frame
from petfit.evidence import read_evidence
from petfit.evidence.spreadsheet_text import for_spreadsheet, from_spreadsheet
from petfit.evidence.tsv import write_table
from petfit.planning.table_file import write_simulated
from petfit.report.table import Table

TEXTS = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(A1)", "'=1", "'quoted'", "a=b", "-"]
FRAME = pd.DataFrame({"=drug": TEXTS, "value": [-0.5] * len(TEXTS)})


def written_by_write_table(_capsys, path):
    meaning = {name: {"Description": "."} for name in FRAME}
    return write_table(FRAME, path, meaning).read_text()


def written_by_simulate(_capsys, path):
    return write_simulated(FRAME, path).read_text()


def table_of_a_report(_capsys, _path):
    return Table.from_frame("t", "Title", FRAME).tsv


def printed(capsys, _path):
    print_frame(FRAME, "tsv")
    return capsys.readouterr().out


@pytest.mark.parametrize("make", [written_by_write_table, written_by_simulate, table_of_a_report, printed])
def test_no_cell_is_a_formula_and_numbers_stay_numbers(capsys, tmp_path, make):
    rows = [line.split("\t") for line in make(capsys, tmp_path / "table.tsv").splitlines()]
    assert [name for name, *_ in rows] == [
        "'=drug",
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "'=HYPERLINK(A1)",
        "''=1",
        "'quoted'",
        "a=b",
        "'-",
    ]
    assert {value for _, value, *_ in rows[1:]} == {"-0.5"}


@given(st.text("'=+-@a1.", max_size=6))
def test_text_is_read_back_unchanged(text):
    cell = for_spreadsheet(pd.DataFrame({"note": [text]}))["note"].item()
    assert cell[:1] not in set("=+-@")
    assert from_spreadsheet(cell) == text


def test_saved_evidence_is_read_back_unchanged(tmp_path):
    frame = pd.DataFrame({"drug": "A", "dose": 5, "value": -0.1, "note": [*TEXTS[:-1]]})
    frame["subject"] = [f"@{number}" for number in range(len(frame))]
    evidence = read_evidence(frame)
    again = read_evidence(evidence.save(tmp_path / "saved.tsv"))
    assert again.table["note"].tolist() == TEXTS[:-1]
    assert again.hash == evidence.hash
