import io
import json

import numpy as np
import pandas as pd
import pytest

from petfit.checks import Check, Finding
from petfit.cli.output import print_checks, print_frame

FRAME = pd.DataFrame(
    {
        "drug": ["A, B", "β"],
        "median": [1 / 3, np.inf],
        "note": ['said "so"', "[bold]x[/bold]"],
        "r_hat": [np.nan, 1.00001],
        "n": [3, 4],
    }
)


@pytest.mark.parametrize(("file_format", "separator"), [("csv", ","), ("tsv", "\t")])
def test_csv_and_tsv_are_read_back_unchanged(capsys, file_format, separator):
    print_frame(FRAME, file_format)
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out), sep=separator, na_values=["n/a"])
    pd.testing.assert_frame_equal(frame, FRAME, check_exact=True, check_column_type=False)


def test_json_is_read_back_unchanged_with_infinity_as_a_word(capsys):
    print_frame(FRAME, "json")
    records = json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(word))
    assert [record["median"] for record in records] == [1 / 3, "inf"]
    assert [record["r_hat"] for record in records] == [None, 1.00001]
    assert [record["note"] for record in records] == FRAME["note"].tolist()
    assert [record["n"] for record in records] == [3, 4]


@pytest.fixture
def checks():
    table = pd.DataFrame({"ratio": [np.inf]}, index=pd.Index(["A"], name="drug"))
    findings = (Finding("moves", 1, "at most", 0, "WARN"),)
    return [
        Check("one", "WARN", "It moves.", table, findings),
        Check("two", "PASS", "Fine.", pd.DataFrame()),
    ]


def test_verdicts_as_csv_are_one_row_each(capsys, checks):
    print_checks(checks, "csv")
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert frame["verdict"].tolist() == ["WARN", "PASS"]


def test_verdicts_as_json_have_their_findings_and_tables(capsys, checks):
    print_checks(checks, "json")
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "verdict": "WARN",
        "check": "one",
        "sentence": "It moves.",
        "details": "",
        "findings": [
            {"quantity": "moves", "value": 1, "side": "at most", "limit": 0, "verdict_beyond": "WARN"}
        ],
        "table": [{"drug": "A", "ratio": "inf"}],
    }
    assert (second["findings"], second["table"]) == ([], [])
