"""Columns such as SD behind each column of values."""

import io

import pandas as pd
import pytest

from petfit.evidence import read_evidence
from tests.evidence.tables import read_content, refusal_of

TEXT = "drug,dose,n,Putamen (%),{0},Caudate (%),{0}\nx,10,6,40,5,42,6\n"


@pytest.mark.parametrize("name", ["SD", "(SD)", "SD (%)"])
def test_repeated_statistics_belong_to_the_column_before_them(name):
    read = read_content(TEXT.format(name), wide="region").table
    frame = pd.read_csv(io.StringIO(TEXT.format(name)))
    for table in (read, read_evidence(frame, wide="region").table):
        assert table[["region", "value", "sd"]].to_numpy().tolist() == [
            ["Putamen", 0.4, 0.05],
            ["Caudate", 0.42, 0.06],
        ]


def test_a_second_mean_that_pandas_numbered_is_not_ignored():
    text = refusal_of("drug,dose,n,Mean,SD,Mean.1,SD.1\nx,10,6,0.4,0.05,0.42,0.06\n")
    assert "Mean.1: it is a second Mean; name each after its level" in text
    assert "--ignore" not in text
