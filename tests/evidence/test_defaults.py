import pandas as pd
import pytest

from petfit.errors import EvidenceError
from petfit.evidence import read_evidence
from petfit.evidence.levels import LEVELS
from tests.evidence.tables import read_content, refusal_of


def test_drug_dose_and_value_are_enough_and_every_default_is_an_assumption():
    evidence = read_content("drug,dose,value\nA,5,0.4\nA,10,0.6\n")
    named = {sentence.split(" not given")[0] for sentence in evidence.assumptions}
    assert named == {"study", "value_unit", "dose_unit", "outcome", "use", "level", "cohort"}
    assert set(evidence.table["level"]) == {"subject"}
    assert len(evidence.used) == 2


def test_a_complete_table_needs_no_assumption():
    assert read_evidence().assumptions == ()


def test_only_the_levels_that_were_inferred_are_named_with_their_rows():
    evidence = read_content("drug,dose,value,n\nA,5,0.4,1\nA,10,0.6,8\nA,20,0.7,1\n")
    (level,) = [sentence for sentence in evidence.assumptions if sentence.startswith("level not given")]
    assert level.startswith("level not given: 2 rows read as one person each")
    assert "; 1 row with n > 1" in level
    assert "range" not in level


@pytest.mark.parametrize("row", ["A,5,0.4,,", "A,5,0.4,,0.1", "A,5,0.4,1,"])
def test_a_row_among_groups_may_be_a_mean_or_a_person_if_it_has_neither_n_nor_sd(row):
    table = f"drug,dose,value,n,sd\n{row}\nA,10,0.6,8,0.1\n"
    if row == "A,5,0.4,,":
        assert "--set level=group if it is a group's mean" in refusal_of(table)
        assert read_content(table, constants={"level": "group"}).table["level"].tolist() == ["group"] * 2
    else:
        read_content(table)


def test_rows_of_people_are_not_to_be_made_groups():
    table = "drug,dose,value,n,subject\nA,5,0.4,,\nA,10,0.6,8,\nA,10,0.5,,1\n"
    assert "Write group in a column level" in refusal_of(table)


INFERRED = [
    ({"value": 0.5}, "subject"),
    ({"value": 0.5, "n": 1}, "subject"),
    ({"value": 0.5, "n": 1.0}, "subject"),
    ({"value": 0.5, "n": 6}, "group"),
    ({"value": 0.5, "n": 6, "sd": 0.1}, "group"),
    ({"value": 0.5, "n": 6, "se": 0.1}, "group"),
    ({"value": 0.5, "n": 1, "se": 0.1}, "subject"),
    ({"value": 0.5, "subject": "01", "se": 0.1}, "subject"),
    ({"value": 0.5, "subject": "01", "n": 6, "se": 0.1}, "group"),
    ({"value": 0.5, "cohort": "high dose", "se": 0.1}, "group"),
    ({"value": 0.5, "SEM": 0.1}, "group"),
    ({"value": 0.5, "sd": 0.1}, "group"),
    ({"low": 0.4, "high": 0.6}, "range"),
]


@pytest.mark.parametrize(("cells", "level"), INFERRED)
def test_the_level_follows_from_the_cells_of_a_row(cells, level):
    frame = pd.DataFrame([{"drug": "A", "dose": 5.0, **cells}])
    assert read_evidence(frame).table["level"].tolist() == [level]
    assert level in LEVELS


def test_an_se_of_a_mean_or_of_a_person_is_asked_about_once():
    text = "drug,dose,value,se\nA,5,0.4,0.1\nA,9,0.6,0.1\n"
    with pytest.raises(EvidenceError) as caught:
        read_content(text)
    (problem,) = caught.value.problems
    assert problem.column == "se"
    for level in ("group", "subject"):
        assert f"--set level={level}" in problem.remedy
        assert set(read_content(text, constants={"level": level}).table["level"]) == {level}


def test_an_sd_of_one_person_is_refused():
    with pytest.raises(EvidenceError, match="one person has no sd"):
        read_content("subject,drug,dose,value,sd\n01,A,5,0.4,0.1\n")


def test_rows_of_one_study_drug_and_dose_are_one_cohort_unless_named():
    frame = pd.DataFrame(
        [
            {"study": "S", "drug": "A", "dose": 5, "region": "x", "value": 0.4, "n": 4},
            {"study": "S", "drug": "A", "dose": 5, "region": "y", "value": 0.5, "n": 4},
            {"study": "S", "drug": "A", "dose": 9, "region": "x", "value": 0.6, "n": 4},
            {"study": "T", "drug": "A", "dose": 5, "region": "x", "value": 0.6, "n": 4},
            {"study": "S", "drug": "A", "dose": 5, "region": "x", "value": 0.6, "n": 4, "cohort": "other"},
        ]
    )
    cohorts = read_evidence(frame).table[["study", "cohort"]].agg("/".join, axis=1)
    assert cohorts.iloc[0] == cohorts.iloc[1]
    assert cohorts.nunique() == 4


SCANS = "subject,drug,dose,outcome,value\n1,A,0,bpnd,2.0\n1,A,5,bpnd,1.1\n"


def test_scans_without_a_region_are_of_one():
    evidence = read_content(SCANS)
    assert set(evidence.table["region"]) == {"this region"}
    assert "region not given: every scan is of one region" in evidence.assumptions


def test_several_scans_of_one_session_are_not_of_one_region():
    assert set(read_content(SCANS + "1,A,5,bpnd,1.4\n").table["region"]) == {""}


@pytest.mark.parametrize("concentration", ["<0.5", "0"])
def test_a_scan_at_dose_0_is_a_baseline(concentration):
    rows = (
        f"subject,drug,dose,concentration,outcome,value\n1,A,0,{concentration},bpnd,2.0\n1,A,5,8,bpnd,1.1\n"
    )
    assert read_content(rows).table["condition"].tolist() == ["baseline", "drug"]


def test_scans_without_a_baseline_are_said():
    said = [read_content(rows).assumptions for rows in (SCANS, SCANS.replace(",A,0,", ",A,2,"))]
    assert ["no scan is a baseline" in " ".join(sentences) for sentences in said] == [False, True]


@pytest.mark.parametrize(
    "subjects",
    [["1-5", "6-10"], ["S1 to S4", "S5 to S9"], ["1,2", "3,4"], ["1 & 2", "3"], ["6 patients"], ["all"]],
)
def test_a_subject_that_may_be_several_people_is_asked_about(subjects):
    rows = "".join(f'"{subject}",A,{dose},0.4\n' for dose, subject in enumerate(subjects, start=5))
    text = f"subject,drug,dose,value\n{rows}"
    assert "--set level=group" in refusal_of(text)
    table = read_content(text, constants={"level": "group", "n": "5"}).table
    assert set(table["level"]) == {"group"}


@pytest.mark.parametrize(
    "subjects", [["001-0101", "001-0102"], ["1-1", "1-2"], ["101-1"], ["S1"], ["2-1", "2-3"]]
)
def test_names_with_a_hyphen_are_one_person_each(subjects):
    rows = "".join(f"{subject},A,5,0.4\n" for subject in subjects)
    assert read_content(f"subject,drug,dose,value\n{rows}").table["subject"].tolist() == subjects


@pytest.mark.parametrize("column", ["note", "exclusion_reason"])
def test_a_row_that_words_exclude_is_asked_about(column):
    rows = f"subject,drug,dose,value,{column}\n1,x,10,0.4,excluded: moved\n2,x,20,0.5,\n"
    assert "this says that the row is excluded, and use is empty" in refusal_of(rows)


def test_a_negative_zero_is_zero():
    assert read_content("cohort,drug,dose,value\na,x,-0,0\n").table["dose"].map(str).tolist() == ["0.0"]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("session", ["pre", "post"]),
        ("session", ["Baseline", "Week 4"]),
        ("session", ["off", "on"]),
        ("session", ["Placebo", "A"]),
        ("session", ["1", "2"]),
        ("time_h", ["0", "4"]),
    ],
)
def test_a_scan_with_a_dose_that_may_be_a_baseline_is_asked_about(column, cells):
    rows = f"subject,drug,dose,BPND,{column}\n1,A,10,2.1,{cells[0]}\n1,A,10,1.1,{cells[1]}\n"
    assert "Write baseline in a column condition" in refusal_of(rows)
    assert len(read_content(rows.replace("A,10,2.1", "A,0,2.1")).table) == 2
