import pytest

from tests.evidence.tables import read_content, refusal_of

SIDE_BY_SIDE = (
    "subject,drug,dose,Putamen_base,Putamen_drug,Thalamus_base,Thalamus_drug\n1,A,10,2.0,0.8,1.0,0.5\n"
)


def test_scans_side_by_side_are_read_in_two_factors():
    evidence = read_content(SIDE_BY_SIDE, wide="region,condition", outcome="bpnd")
    table = evidence.table
    assert table["region"].tolist() == ["Putamen", "Putamen", "Thalamus", "Thalamus"]
    assert table["condition"].tolist() == ["baseline", "drug"] * 2
    assert table["value"].tolist() == [2.0, 0.8, 1.0, 0.5]
    assert table["dose"].tolist() == [0, 10, 0, 10]
    assert set(table["level"]) == {"scan"}


def test_scans_are_not_taken_for_occupancies():
    assert "--wide region,condition" in refusal_of(SIDE_BY_SIDE, wide="region")
    assert "--outcome" in refusal_of(SIDE_BY_SIDE, wide="region,condition")
    assert "--outcome" in refusal_of("drug,dose,putamen\nA,5,1.4\nA,9,0.9\n", wide="region")
    asked = read_content("drug,dose,putamen\nA,5,1.04\nA,9,0.9\n", wide="region", outcome="occupancy")
    assert asked.table["value"].tolist() == [1.04, 0.9]


def test_the_message_about_a_sheet_of_scans_without_a_drug_gives_all_options():
    sheet = (
        "Patient,Age,Dose mg,Putamen BPND baseline,Putamen BPND post,Remarks\n"
        "P1,34,10,3.0,2.0,\nP2,41,20,2.8,1.6,slept\n"
    )
    options = '--columns "subject=Patient" --set drug=NAME --wide region,condition --ignore "Age,Remarks"'
    assert f"Use {options}." in refusal_of(sheet)
    evidence = read_content(
        sheet,
        columns={"subject": "Patient"},
        constants={"drug": "newdrug"},
        wide="region,condition",
        ignore=["Age", "Remarks"],
    )
    assert len(evidence.used) == 4


@pytest.mark.parametrize(
    ("names", "option", "doses"),
    [
        ("BP placebo,BP 10 mg", "--wide dose --outcome bpnd", [0, 10]),
        ("BP pre,BP post 10mg", "--wide dose --outcome bpnd", [0, 10]),
        ("baseline BPND,BPND 5 mg,BPND 10 mg", "--wide dose", [0, 5, 10]),
        ("BPND 1,BPND 2", "BP_base and BP_drug", None),
    ],
)
def test_scans_at_the_doses_in_their_names_are_read_by_the_options_given(names, option, doses):
    rows = f"subject,drug,{names}\n1,x,{','.join(['2.1', '1.2', '0.8'][: names.count(',') + 1])}\n"
    assert option in refusal_of(rows)
    if doses:
        table = read_content(rows, wide="dose", outcome="bpnd").table
        assert table["dose"].tolist() == doses
        assert table["condition"].tolist() == ["baseline", *["drug"] * (len(doses) - 1)]
    else:
        assert "--outcome occupancy if they are not scans" in refusal_of(
            rows.replace("drug,B", "drug,dose,B").replace("x,", "x,5,"), wide="region"
        )


def test_the_unit_of_occupancies_is_not_asked_of_the_scans_beside_them():
    rows = (
        "subject,drug,dose,Putamen baseline BPND,Putamen drug BPND,Putamen occupancy (%)\n"
        "1,x,10,2.1,1.0,52\n2,x,20,1.9,0.7,63\n"
    )
    scans = read_content(rows, wide="region,condition", outcome="bpnd").table
    assert scans["value"].tolist() == [2.1, 1.0, 1.9, 0.7]
    occupancies = read_content(rows, wide="region", outcome="occupancy").table
    assert occupancies["value"].tolist() == [0.52, 0.63]


def test_a_test_and_a_retest_are_sessions():
    rows = "subject,drug,dose,put_test,put_retest\n1,A,10,0.6,0.5\n"
    table = read_content(rows, wide="region,session").table
    assert table[["region", "session", "value"]].to_numpy().tolist() == [
        ["put", "test", 0.6],
        ["put", "retest", 0.5],
    ]
    assert "Scans side by side need names" in refusal_of(rows.replace("put_", "BP_"))
