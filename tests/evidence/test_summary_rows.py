"""Rows that summarise others."""

import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize("name", ["mean", "Average", "Total"])
def test_a_mean_of_regions_beside_them_is_left_out_and_said(name):
    rows = f"subject,drug,dose,region,value\n1,x,10,putamen,0.5\n1,x,10,caudate,0.6\n1,x,10,{name},0.55\n"
    evidence = read_content(rows)
    assert evidence.table["region"].tolist() == ["putamen", "caudate"]
    assert "line 4 left out: summaries of other rows (mean, SD, total)" in evidence.assumptions


def test_a_table_of_means_of_regions_only_is_read():
    assert len(read_content("subject,drug,dose,region,value\n1,x,10,mean,0.55\n").table) == 1


@pytest.mark.parametrize("name", ["V_ND", "VND"])
def test_v_nd_is_no_region(name):
    rows = "subject,drug,dose,outcome,region,value\n1,x,0,vt,putamen,20\n1,x,9,vt,putamen,10\n1,x,9,vt,{},4\n"
    evidence = read_content(rows.format(name))
    assert evidence.table["value"].tolist() == [20, 10]
    assert any("V_ND is no region" in sentence for sentence in evidence.assumptions)
    assert "V_ND is no region" in refusal_of(rows.replace("putamen", "V_ND").format(name))
