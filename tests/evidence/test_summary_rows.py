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


PEOPLE = "subject,drug,dose,value\nS1,x,10,0.45\nS2,x,10,0.50\n"


@pytest.mark.parametrize(
    "below",
    [
        ("Mean 10 mg,x,10,0.475", "S3,x,20,0.6", "Mean 20 mg,x,20,0.6"),
        ("n,x,10,2", "mean,x,10,0.475", "SEM,x,10,0.02"),
        ("min,x,10,0.45", "max,x,10,0.50"),
        ("Mean (SD),x,10,0.475 (0.03)",),
        ("n=2,x,10,",),
        ("Mittelwert,x,10,0.475", "Standardabweichung,,,0.03"),
        ("Moyenne,x,10,0.475", "écart-type,,,0.03"),
        (",x,Mean,0.475", ",x,SD,0.03"),
        ("x̄,x,10,0.475", "\N{GREEK SMALL LETTER SIGMA},x,10,0.03"),
        ("M,x,10,0.475", "SD,x,,0.03"),
        ("平均,,,0.475", "標準偏差,,,0.03"),
        ("MW,x,10,0.475", "Std.abw.,x,,0.03"),
        ("All subjects,x,10,0.475", "SD,x,,0.03"),
    ],
)
def test_statistics_of_people_do_not_become_people(below):
    evidence = read_content(PEOPLE + "\n".join(below))
    assert set(evidence.table["subject"]) <= {"S1", "S2", "S3"}
    assert any("summaries of other rows" in sentence for sentence in evidence.assumptions)


def test_people_with_the_initials_of_a_statistic_are_kept_above_the_mean():
    rows = PEOPLE.replace("S2", "SD") + "mean,x,10,0.475\nSD,x,10,0.03\n"
    assert read_content(rows).table["value"].tolist() == [0.45, 0.50]


def test_a_last_row_without_a_name_that_is_the_mean_of_the_others_is_asked_about():
    rows = "subject,dose,value\n1,10,0.45\n2,20,0.60\n3,40,0.75\n"
    assert "its value is the mean of those above" in refusal_of(rows + ",23.3,0.6\n", constants={"drug": "x"})
    assert len(read_content(rows + ",23.3,0.63\n", constants={"drug": "x"}).table) == 4


def test_a_mean_of_a_cohort_does_not_become_an_unnamed_person():
    rows = "cohort,subject,drug,dose,value\nA,1,x,10,0.4\nA,2,x,10,0.5\nA mean,,x,10,0.45\nB,3,x,20,0.6\n"
    assert read_content(rows).table["value"].tolist() == [0.4, 0.5, 0.6]


def test_pooled_estimates_of_a_meta_analysis_are_left_out():
    rows = "study,drug,dose,n,sd,value\nS1,x,10,4,0.1,0.4\nS2,x,20,6,0.1,0.5\n"
    below = "Pooled,,,10,,0.46\nWeighted mean,,,10,,0.46\nOverall (random effects),x,15,10,,0.46\n"
    assert read_content(rows + below).table["value"].tolist() == [0.4, 0.5]


def test_the_mean_of_a_study_without_other_rows_is_evidence():
    rows = "study,subject,drug,dose,n,sd,value\nA,mean,x,10,5,0.1,0.5\nB,1,x,10,,,0.4\nB,mean,x,10,,,0.4\n"
    assert read_content(rows).table[["study", "value"]].to_numpy().tolist() == [["A", 0.5], ["B", 0.4]]


@pytest.mark.parametrize("dose", ["placebo", "0 (placebo)", "Placebo (0 mg)", "0 mg placebo"])
def test_placebo_in_words_beside_0_is_dose_0(dose):
    rows = f"drug,dose (mg),n,value,sd\nx,{dose},5,0,0.1\nx,10,5,0.4,0.1\n"
    assert read_content(rows).table["dose"].tolist() == [0, 10]


def test_a_row_without_a_value_is_left_out_and_said():
    evidence = read_content("subject,drug,dose,value,sd\n1,x,10,0.5,\n2,x,20,NA,\n3,x,40,0.7,\n")
    assert evidence.table["value"].tolist() == [0.5, 0.7]
    assert "line 3 left out: no value" in evidence.assumptions


def test_a_row_without_a_value_but_with_another_number_is_refused():
    assert "needs a value" in refusal_of("cohort,drug,dose,value,sd,n\na,x,10,0.5,0.1,6\nb,x,20,,0.1,6\n")
