import pytest

from petfit.errors import EvidenceError
from tests.evidence.tables import problem_places, read_content, refusal_of

THEIRS = "Drug;mg_per_day;Occ;Comment;camera\nA;5;0.4;x;HRRT\n"
MAP = {"drug": "Drug", "dose": "mg_per_day", "value": "Occ"}


def test_mapped_columns_read_like_canonical_ones():
    evidence = read_content(THEIRS, columns={**MAP, "camera": "camera"}, ignore=["Comment"], extra=["camera"])
    assert evidence.hash == read_content("drug,dose,value,camera\nA,5,0.4,HRRT\n", extra=["camera"]).hash
    assert "columns Comment left out, as asked" in evidence.assumptions


@pytest.mark.parametrize(
    ("columns", "ignore", "expected"),
    [
        ({**MAP, "dos": "mg_per_day"}, ["Comment"], ["columns, column dos", "Did you mean 'dose'?"]),
        ({**MAP, "n": "People"}, [], ["columns, column People", "no such column"]),
        ({**MAP, "n": "Comments"}, [], ["Did you mean 'Comment'?"]),
        ({**MAP, "sd": "Occ"}, [], ["one column cannot be value and sd"]),
        (MAP, ["Coment"], ["ignore, column Coment", "Did you mean 'Comment'?"]),
        (MAP, ["Occ"], ["mapped and ignored"]),
        (MAP, [], ["header, column Comment", "not a column petfit knows"]),
        (
            {**MAP, "camera": "Comment"},
            [],
            ["the table already has a column camera, and 'Comment' is mapped to that name"],
        ),
    ],
)
def test_a_wrong_mapping_is_refused(columns, ignore, expected):
    with pytest.raises(EvidenceError) as caught:
        read_content(THEIRS, columns=columns, ignore=ignore, extra=["camera"])
    for words in expected:
        assert words in str(caught.value)


def test_columns_are_named_in_any_spelling():
    columns = {name: theirs.upper().replace("_", " ") for name, theirs in MAP.items()}
    evidence = read_content(THEIRS, columns=columns, ignore=["comment", "CAMERA"])
    assert evidence.hash == read_content(THEIRS, columns=MAP, ignore=["Comment", "camera"]).hash


def test_problems_are_reported_by_the_user_s_column_names():
    with pytest.raises(EvidenceError) as caught:
        read_content(THEIRS.replace("A;5;0.4", "A;five;4.4"), columns=MAP, ignore=["Comment", "camera"])
    assert problem_places(caught.value) == [("line 2", "mg_per_day"), ("line 2", "Occ")]


@pytest.mark.parametrize(
    ("rows", "option"),
    [
        (
            "Substanz,Dosis (mg),Belegung (%)\nA,10,45\n",
            '--columns "dose=Dosis (mg),drug=Substanz,value=Belegung (%)"',
        ),
        ("drug,Cmax (ug/ml),value\nA,10,0.4\n", '--columns "concentration=Cmax (ug/ml)"'),
        ("drug,Dosis,value\nA,10,0.4\n", '--columns "dose=Dosis"'),
        ("arm,dose,value\nA,10,0.4\n", '--columns "drug=arm"'),
        ("drug,dose,value,unit\nA,10,45,%\n", '--columns "value_unit=unit"'),
        ("drug,dose,value,unit\nA,10,0.45,mg\n", '--columns "dose_unit=unit"'),
        ("subject,drug,dose,ses,BPND\n1,A,0,pre,2\n1,A,9,post,1\n", '--columns "condition=ses"'),
        ("subject,drug,dose,timepoint,value\n1,A,10,Day 1 (3 h),0.4\n", '--columns "session=timepoint"'),
        ("drug,dose,occ_2h,occ_24h,Cp_2h\nA,10,0.6,0.4,9\n", '--wide time_h --ignore "Cp_2h"'),
        ("drug,dose,Modus,value\nA,10,1-0-1,0.4\n", '--columns "regimen=Modus"'),
        ("drug,Gabe,value\nA,10 mg,0.4\n", '--columns "dose=Gabe"'),
        ("subject,drug,dose,value,std. error of slope\n1,A,1,0.4,0.1\n", '"se=std. error of slope"'),
        ("subject,drug,dose,Scan,value\n1,A,10,1,0.4\n", '--columns "session=Scan"'),
        ("drug,dose,value,±\nA,10,0.45,0.1\n", '--columns "se=±"'),
        ("drug,dose,before,after\nA,10,2.0,1.1\n", "--wide condition --outcome bpnd"),
        ("drug,dose,hours after last dose,RO\nA,10,4,0.7\n", '--columns "time_h=hours after last dose"'),
        ("drug,dose,RO:Y1,RO:Y2\nA,10,0.4,0.5\n", "--wide subject. "),
        (
            "drug,free (nM),total (nM),RO\nA,1,10,0.7\n",
            '--columns "concentration=free (nM)" --ignore "total (nM)"',
        ),
        ("subject,drug,dose,BP_ND,occupancy vs placebo\n1,A,10,1.1,0.4\n", '--ignore "BP_ND"'),
        ("subject,condition,dose,drug,BP\n1,pre,0,A,2\n", '"value=BP" --outcome bpnd'),
        ("drug,AUC (ng*h/mL),RO\nA,10,0.4\n", '--columns "dose=YOURS"'),
        ("drug,C ± SD (ng/mL),RO\nA,10 ± 3,0.4\n", '--columns "concentration=C ± SD (ng/mL)"'),
        ("drug,dose,SERT occupancy,NET occupancy\nA,10,0.4,0.1\n", "--wide target"),
        ("drug,dose,SERT occ,NET occ,low,high\nA,10,0.4,0.1,,\n", "--wide target"),
        ("Patient ID,drug,dose,value\n7,A,10,0.4\n", '--columns "subject=Patient ID"'),
        ("Study ID,drug,dose,value\n7,A,10,0.4\n", '--columns "study=Study ID"'),
        ("drug,dose,value,SD/SE/CI\nA,10,0.4,SD 0.1\n", "a column of its own: sd, se"),
        ("drug,dose,RO_2h,RO_24h\nA,10,0.6,0.4\n", "--wide time_h"),
        ("drug,dose,RO,N (completers)\nA,10,0.4,6\n", '--columns "n=N (completers)"'),
        ("subject,drug,dose,SUVR\n1,A,10,1.7\n", '"value=SUVR" --outcome dvr'),
        ("Arm,RO\nA 10 mg,0.4\n", '--columns "drug=Arm".'),
        ("drug,dose,n,put mean,put SEM,cer mean,cer SEM\nA,1,6,0.5,0.1,0.4,0.1\n", "Use --wide region. "),
        ("subject,drug,dose,SUVR base,SUVR post\n1,A,1,2.1,1.5\n", "--wide condition --outcome dvr"),
        ("drug,dose,value,subjects\nA,10,0.4,6\nA,20,0.6,6\n", '"n=subjects"'),
        ("drug,dose,n,value,2.5%,97.5%\nA,1,5,0.4,0.3,0.5\n", '"ci_high=97.5%,ci_low=2.5%"'),
        ("drug,dose,value,plasma_ng_ml\nA,1,0.4,0.3\n", '"concentration=plasma_ng_ml"'),
        ("drug,dose,value,Zeit (h)\nA,1,0.4,3\n", '"time_h=Zeit (h)"'),
        ("subject,drug,dose,slope_of_plot,r2\n1,A,1,0.4,0.9\n", '"value=slope_of_plot" --ignore "r2"'),
        ("drug,dose,occ_2h,occ_24h\nA,10,0.6,0.4\n", "--wide time_h"),
        ("subject,drug,dose,put_test,put_retest\n1,A,10,0.6,0.5\n", "--wide session"),
        (
            "subject,drug,dose,put_test,cer_test,put_retest,cer_retest\n1,A,1,0.6,0.5,0.6,0.5\n",
            "region,session",
        ),
        ("drug,dose,n,put,put CI low,put CI high\nA,10,6,0.6,0.5,0.7\n", "--wide region"),
        ("subject,drug,dose,BPnd,baseline BPnd\n1,A,10,1.1,2.1\n", "name BPnd BPnd_drug"),
        ("drug,dose,n,value,sd (n-1)\nA,10,6,0.6,0.5\n", '"sd=sd (n-1)"'),
        ("drug,dose,n,Occupation moyenne (%),ET (%)\nA,10,6,60,5\n", '"value=Occupation moyenne (%)"'),
        ("drug,dose,occ1,occ2,occ3\nA,10,0.6,0.5,0.7\n", "--wide subject. "),
        ("drug,dose,value,doses per day\nA,10,0.6,2\n", "write how often in regimen"),
    ],
)
def test_a_refused_header_names_the_option_that_cures_it(rows, option):
    with pytest.raises(EvidenceError) as caught:
        read_content(rows)
    assert option in caught.value.in_shell
    assert [problem.where for problem in caught.value.problems].count("header") == 1


def test_what_the_options_of_a_refused_header_leave_is_named_at_once():
    text = "Medikament;Dosis (mg);Belegung (%)\nA;10;45\nA;2x10;60\n"
    message = refusal_of(text)
    assert '--columns "dose=Dosis (mg),drug=Medikament,value=Belegung (%)"' in message
    assert "line 3, column Dosis (mg)" in message
    assert "value_unit=" not in message


@pytest.mark.parametrize("names", ["scan 1,scan 2", "baseline,post1,post2", "BP_10mg,BP_base"])
def test_scans_side_by_side_whose_names_do_not_say_which_is_which_are_no_levels(names):
    with pytest.raises(EvidenceError) as caught:
        read_content(f"drug,dose,{names}\nA,10,{','.join('2.1' for _ in names.split(','))}\n")
    assert "Scans side by side need names" in str(caught.value)
    assert "--wide region." not in caught.value.in_shell


def test_scans_side_by_side_are_read_with_the_options_of_the_refusal():
    rows = "subject,dose,BP_base,BP_drug\n1,5,2.0,1.1\n2,5,2.2,1.3\n"
    assert "Use --set drug=NAME --wide condition --outcome bpnd." in refusal_of(rows)
    table = read_content(rows, wide="condition", outcome="bpnd", constants={"drug": "A"}).table
    assert table["value"].tolist() == [2.0, 1.1, 2.2, 1.3]
