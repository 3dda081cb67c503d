"""Rows that summarise others."""

import pytest

from tests.evidence.tables import read_content


@pytest.mark.parametrize("name", ["mean", "Average", "Total"])
def test_a_mean_of_regions_beside_them_is_left_out_and_said(name):
    rows = f"subject,drug,dose,region,value\n1,x,10,putamen,0.5\n1,x,10,caudate,0.6\n1,x,10,{name},0.55\n"
    evidence = read_content(rows)
    assert evidence.table["region"].tolist() == ["putamen", "caudate"]
    assert "line 4 left out: summaries of other rows (mean, SD, total)" in evidence.assumptions


def test_a_table_of_means_of_regions_only_is_read():
    assert len(read_content("subject,drug,dose,region,value\n1,x,10,mean,0.55\n").table) == 1
