"""The dose of a person's drug scan in the row of the baseline scan."""

from tests.evidence.tables import read_content, refusal_of

ROWS = "subject,condition,drug,dose,bpnd\n1,pre,x,10,2.1\n1,post,x,{},1.0\n"


def test_a_baseline_with_the_dose_of_the_drug_scan_is_at_dose_0_and_said():
    evidence = read_content(ROWS.format(10))
    assert evidence.table["dose"].tolist() == [0, 10]
    assert "1 baseline scan has the dose of the person's drug scan: read as dose 0" in evidence.assumptions


def test_a_baseline_with_another_dose_is_refused():
    assert "a baseline scan is without the drug" in refusal_of(ROWS.format(20))
