"""People with scans of one condition only."""

from petfit.evidence.contents import describe_contents
from tests.evidence.tables import read_content


def test_a_number_behind_a_condition_is_the_session():
    rows = "1,0,Baseline,2\n1,5,Post-dose,1\n1,10,Post-dose 2,0.8\n"
    table = read_content(f"subject,dose,condition,BPND,drug\n{rows.replace(chr(10), ',A' + chr(10))}").table
    assert table["condition"].tolist() == ["baseline", "drug", "drug"]
    assert table["session"].tolist() == ["", "", "2"]


def test_people_without_a_baseline_or_a_drug_scan_are_named_in_the_order_of_their_numbers():
    people = {"1": (0, 10), "2": (0, 20), "10": (0,), "9": (0,), "11": (5,)}
    rows = "".join(f"{name},x,{dose},1\n" for name, doses in people.items() for dose in doses)
    evidence = read_content(f"subject,drug,dose,BPND\n{rows}")
    assert "no baseline scan of subject 11" in evidence.assumptions
    assert "no scan with the drug of subjects 9, 10" in evidence.assumptions
    assert describe_contents(evidence).scans["subject"].drop_duplicates().tolist() == [
        "1",
        "2",
        "9",
        "10",
        "11",
    ]
