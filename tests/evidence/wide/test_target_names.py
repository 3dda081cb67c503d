"""Targets are no regions."""

import pytest

from tests.evidence.tables import read_content, refusal_of

ROWS = "drug,dose,{},{}\nA,10,0.6,0.2\nA,20,0.75,0.35\n"


@pytest.mark.parametrize("names", [("SERT", "NET"), ("SERT occupancy", "NET occupancy"), ("D2R", "5-HT2A")])
def test_targets_are_not_read_as_regions(names):
    assert "Use --wide target" in refusal_of(ROWS.format(*names), wide="region")
    assert set(read_content(ROWS.format(*names), wide="target").table["region"]) == {""}


@pytest.mark.parametrize("name", ["SERT occupancy (%)", "5-HTT RO (%)", "% D2/3 occupancy"])
def test_the_only_column_of_values_can_be_named_by_its_target(name):
    assert read_content(f"drug,dose,{name}\nA,10,60\n").table["value"].tolist() == [0.6]
    ranges = f"drug,dose,n,level,{name},low,high\nA,10,6,group,60,,\nA,20,6,range,,70,80\n"
    assert read_content(ranges).table["value"].tolist()[0] == 0.6


def test_a_target_beside_a_region_is_asked_about():
    assert '--ignore "NET"' in refusal_of(ROWS.format("NET", "putamen"), wide="region")
