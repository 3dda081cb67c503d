"""Limits such as <10 and >95 are read as censored values."""

import numpy as np
import pandas as pd
import pytest

from petfit.errors import EvidenceError
from petfit.evidence import read_evidence
from tests.evidence.tables import read_content, refusal_of


def read_values(*cells, head="drug,dose,value", row="A,5,{}"):
    return read_content("\n".join([head, *(row.format(cell) for cell in cells)]) + "\n")


@pytest.mark.parametrize(
    ("cell", "side", "value"),
    [
        ("<0.1", "below", 0.1),
        ("< 10 %", "below", 0.1),
        ("<=0.1", "below", 0.1),
        ("≤10%", "below", 0.1),
        ("Below 10 percent", "below", 0.1),
        ("<-0.05", "below", -0.05),
        (">95%", "above", 0.95),
        ("≥ 0.95", "above", 0.95),
        ("over 95 %", "above", 0.95),
    ],
)
def test_a_limit_is_read_with_its_side(cell, side, value):
    table = read_values(cell).table
    assert table["censored"].tolist() == [side]
    assert table["value"].tolist() == [pytest.approx(value, abs=1e-15)]
    assert table["level"].tolist() == ["subject"]


def test_limits_are_counted_in_what_was_assumed():
    assumptions = read_values("<0.1", "<0.2", "0.5", ">0.9").assumptions
    assert "2 values below a limit: '<0.1' read as censored" in assumptions
    assert "1 value above a limit: '>0.9' read as censored" in assumptions


def test_a_column_says_the_same_as_a_sign():
    by_sign = read_values("<0.1", "0.5", ">0.9")
    by_column = read_values("0.1,below", "0.5,", "0.9,>", head="drug,dose,value,censored", row="A,5,{}")
    assert by_column.hash == by_sign.hash


def test_a_column_that_contradicts_a_sign_is_refused():
    with pytest.raises(EvidenceError, match="below a limit, and censored says above"):
        read_values("<0.1,above", head="drug,dose,value,censored")


def test_a_limit_of_a_group_mean_is_of_a_group():
    table = read_values("<0.1,6", head="drug,dose,value,n").table
    assert table[["level", "censored"]].to_numpy().tolist() == [["group", "below"]]


def test_decimal_commas_of_limits_are_read():
    table = read_content("drug;dose;value\nA;5;<0,10\nA;9;0,52\n").table
    assert table["value"].tolist() == [0.1, 0.52]


def test_limits_in_a_wide_table_are_read():
    table = read_evidence(
        pd.DataFrame({"drug": ["A"], "dose": [5], "x": ["<0.1"], "y": ["0.3"]}), wide="region"
    )
    assert table.table["censored"].tolist() == ["below", ""]


def test_a_saved_table_keeps_its_limits_and_errors(tmp_path):
    evidence = read_content("subject,drug,dose,value,se\n1,A,5,<10%,\n2,A,9,50%,2%\n")
    assert evidence.table["se"].tolist()[1] == 0.02
    assert read_evidence(evidence.save(tmp_path / "saved.tsv")).hash == evidence.hash


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("drug,dose,value,n,sd", "A,5,<0.1,6,0.05", "a censored mean has no sd or se"),
        ("drug,dose,low,high,n,censored", "A,5,0.1,0.2,6,below", "a range row is not censored"),
        ("subject,outcome,drug,dose,value", "1,bpnd,A,5,<0.1", "a scan is not censored"),
        ("drug,dose,value", "A,5,up to 10", "Write 10 in value and below in censored"),
        ("drug,dose,value", "A,<5,0.1", "a number belongs here"),
    ],
)
def test_a_limit_that_is_not_modelled_is_refused_by_name(head, row, expected):
    with pytest.raises(EvidenceError, match=expected):
        read_content(f"{head}\n{row}\n")


@pytest.mark.parametrize(
    "cell", ["\uff1c\uff10\uff0e\uff15", "<\uff10\uff0e\uff15", "<\u200b0.5", "\uff1c 0.5"]
)
def test_a_limit_in_full_width_characters_is_read(cell):
    table = read_content(f"drug,dose,value\nA,5,{cell}\n").table
    assert table[["value", "censored"]].to_numpy().tolist() == [[0.5, "below"]]


def test_a_limit_with_a_typographic_minus_is_read():
    table = read_content("drug,dose,value\nA,5,<\N{MINUS SIGN}0.1\n").table
    assert table[["value", "censored"]].to_numpy().tolist() == [[-0.1, "below"]]


@pytest.mark.parametrize("cell", ["<0.5", "< 0.5 ng/mL", "below 0.5"])
def test_a_concentration_below_a_limit_is_censored_at_it(cell):
    unit = " ng/mL" if "ng" in cell else ""
    table = read_values(cell, f"5{unit}", head="drug,concentration,value", row="A,{},0.4").table
    assert table["concentration_loq"].tolist() == [0.5, pytest.approx(np.nan, nan_ok=True)]
    assert table["concentration"].tolist() == [pytest.approx(np.nan, nan_ok=True), 5.0]


@pytest.mark.parametrize("cell", ["BLQ", "<LOQ", "below LLOQ", "undetectable"])
def test_words_for_a_low_concentration_need_the_limit(cell):
    rows = f"drug,concentration,value\nA,{cell},0.1\nA,5,0.4\n"
    assert "--set concentration_loq=NUMBER" in refusal_of(rows)
    table = read_content(rows, constants={"concentration_loq": "0.2"}).table
    assert (table["concentration"].notna() == [False, True]).all()
    assert set(table["concentration_loq"]) == {0.2}


def test_two_limits_of_one_concentration_are_refused():
    rows = "drug,concentration,concentration_loq,value\nA,<0.5,0.3,0.1\n"
    assert "another limit than concentration_loq" in refusal_of(rows)
