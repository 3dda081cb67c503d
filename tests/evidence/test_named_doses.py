"""Drugs and doses in one column."""

import pytest

from tests.evidence.tables import read_content, refusal_of

ROWS = "{},n,occupancy (%)\nplacebo,5,2\nBMS-820836 10 mg BID,5,45\n{}BMS-820836 (40 mg/day x 7 days),4,75\n"


@pytest.mark.parametrize("name", ["Treatment", "Drug (dose)", "Group"])
def test_a_drug_with_its_dose_is_split(name):
    assert f'Use --columns "drug={name}".' in refusal_of(ROWS.format(name, ""))
    table = read_content(ROWS.format(name, ""), columns={"drug": name}).table
    assert table["drug"].unique().tolist() == ["BMS-820836"]
    assert table["dose"].tolist() == [0, 20, 40]


def test_a_drug_without_a_dose_leaves_all_as_they_are():
    text = refusal_of(ROWS.format("drug", "BMS-820836,5,60\n"))
    assert "dose is missing" in text


def test_names_that_differ_only_in_the_dose_beside_doses_are_asked_about():
    rows = "subject,drug,dose,value\n1,A 10 mg,10,0.4\n2,A 20 mg,20,0.5\n"
    text = refusal_of(rows)
    assert "are one drug with its doses" in text
    assert '--ignore "dose"' in text
    assert read_content(rows, ignore=["dose"]).table["drug"].unique().tolist() == ["A"]
