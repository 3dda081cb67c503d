import io
import json

import numpy as np
import pandas as pd
import pytest

from petfit.checks import Check, Finding
from petfit.cli import terminal
from petfit.errors import EvidenceError, Problem
from petfit.report.text_tables import Table

FLAT = pd.DataFrame(
    {
        "drug": ["A, B", "β"],
        "median": [1 / 3, np.inf],
        "note": ['said "so"', "[bold]x[/bold]"],
        "r_hat": [np.nan, 1.00001],
        "n": [3, 4],
    }
)


@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
def test_csv_and_tsv_read_back_as_what_was_written(capsys, kind, separator):
    terminal.write(FLAT, kind)
    found = pd.read_csv(io.StringIO(capsys.readouterr().out), sep=separator, na_values=["n/a"])
    pd.testing.assert_frame_equal(found, FLAT, check_exact=True, check_column_type=False)


def test_json_reads_back_as_what_was_written_with_infinity_as_a_word(capsys):
    terminal.write(FLAT, "json")
    found = json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(word))
    assert [record["median"] for record in found] == [1 / 3, "inf"]
    assert [record["r_hat"] for record in found] == [None, 1.00001]
    assert [record["note"] for record in found] == FLAT["note"].tolist()
    assert [record["n"] for record in found] == [3, 4]


def test_a_table_shows_every_cell_as_it_is(capsys):
    table = Table(["drug", "[b]"], [["[11C]DASB", "[red]x[/red]"], ["β", ":smile:"]], "For [whom].")
    terminal.show("A [title]", table)
    shown = capsys.readouterr().out
    for words in ("A [title]", "[11C]DASB", "[red]x[/red]", "β", ":smile:", "[b]", "For [whom]."):
        assert words in shown
    assert "\x1b" not in shown


def test_problems_go_to_stderr_with_every_cell_as_it_is(capsys):
    problems = [
        Problem("line 2", "drug", "[red]", "wrong", "Mend it."),
        Problem("table", "", "", "empty", "Fill."),
    ]
    terminal.problems(EvidenceError("mine.csv", problems))
    said = capsys.readouterr()
    assert said.out == ""
    for words in ("petfit: mine.csv: 2 problems", "line 2", "[red]", "Mend it.", "Fill."):
        assert words in said.err


def test_verdicts_are_one_line_each(capsys):
    records = [Check(name, "PASS", f"All {name} [fine].", pd.DataFrame()) for name in ("one", "two")]
    terminal.checks(records)
    assert capsys.readouterr().out.splitlines() == [
        "PASS  one: All one [fine].",
        "PASS  two: All two [fine].",
    ]


def test_verdicts_as_csv_are_one_row_each_and_as_json_have_their_tables(capsys):
    table = pd.DataFrame({"ratio": [np.inf]}, index=pd.Index(["A"], name="drug"))
    findings = (Finding("moves", 1, "at most", 0, "WARN"),)
    records = [
        Check("one", "WARN", "It moves.", table, findings),
        Check("two", "PASS", "Fine.", pd.DataFrame()),
    ]
    terminal.checks(records, "csv")
    found = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert found["verdict"].tolist() == ["WARN", "PASS"]
    terminal.checks(records, "json")
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "verdict": "WARN",
        "check": "one",
        "sentence": "It moves.",
        "findings": [{"quantity": "moves", "value": 1, "wanted": "at most", "limit": 0, "otherwise": "WARN"}],
        "table": [{"drug": "A", "ratio": "inf"}],
    }
    assert (second["findings"], second["table"]) == ([], [])
